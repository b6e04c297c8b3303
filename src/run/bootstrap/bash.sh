# Gives a script its values and helpers, then becomes it. Nothing is exported; shell options stay as they are.
#
# Descriptor 3 holds (name NUL value NUL)*: pairs without a name first, the nonce in base64, the text of the helpers where
# it is not part of this one, and the parameters; then the values, sorted bytewise by name.

mapfile -t -d '' -u 3 _stepwell_values
exec 3<&-

_stepwell_nonce=${_stepwell_values[1]:+" nonce='${_stepwell_values[1]}'"}
set --
_stepwell_first=4 # of the values
while [ "$_stepwell_first" -lt "${#_stepwell_values[@]}" ] && [ -z "${_stepwell_values[_stepwell_first]}" ]; do
    set -- "$@" "${_stepwell_values[_stepwell_first + 1]}"
    _stepwell_first=$((_stepwell_first + 2))
done

# _stepwell_untraced command...: runs it where neither set -x nor -v, nor a DEBUG, ERR or RETURN trap of the script sees
# it; the settings of the script are back when it returns. A function that is called without functrace and errtrace does
# not inherit these traps, so that usually nothing is to be switched off. Where /dev/null cannot be opened, the words
# that switch tracing off are traced.
_stepwell_untraced() {
    case $- in
    *[vxET]*) { local - && builtin set +avxET; } 2>/dev/null || { local - && builtin set +avxET; } || return ;;
    *a*) local - && builtin set +a || return ;;
    esac
    "$@"
}
