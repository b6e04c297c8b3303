# What scripts call: the values and the words to the server. Read at the start of a script that mentions one of them, else
# when one is first called.
#
# Each function for scripts hands its arguments to one that _stepwell_untraced calls: a script that traces itself must
# not show the parts of a value, which pass the mask one by one. `exit` is called outside, with the script's settings.

# _stepwell_encode text: base64 in one line, into _stepwell_encoded. Short texts start no process. Who calls it takes the
# trace attribute off it, which a script may have given to all functions.
_stepwell_encode() {
    case $- in *[vxET]*) set -- "$1" whole ;; esac # a trap has switched tracing on again: no letter alone
    case ${1:0:121} in
    *[![:ascii:]]*) local LC_ALL=C 2>/dev/null || set -- "$1" whole ;; # the script may have made it readonly
    esac
    if [ "$#" -gt 1 ] || [ "${#1}" -gt 120 ]; then
        { _stepwell_encoded=$(printf '%s' "$1" | command -p base64 -w 0); } 2>/dev/null ||
            _stepwell_encoded=$(printf '%s' "$1" | command -p base64 -w 0)
        return
    fi
    local _stepwell_letters=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ _stepwell_at
    local -i _stepwell_a
    _stepwell_encoded=
    for ((_stepwell_at = 0; _stepwell_at < ${#1}; _stepwell_at += 3)); do
        # The number of a byte over 127 may be negative. What is assigned is calculated.
        builtin printf -v _stepwell_a '(%d & 255) << 16 | (%d & 255) << 8 | %d & 255' \
            "'${1:_stepwell_at:1}" "'${1:_stepwell_at+1:1}" "'${1:_stepwell_at+2:1}"
        _stepwell_encoded+=${_stepwell_letters:_stepwell_a>>18:1}${_stepwell_letters:_stepwell_a>>12&63:1}
        _stepwell_encoded+=${_stepwell_letters:_stepwell_a>>6&63:1}${_stepwell_letters:_stepwell_a&63:1}
    done
    case $((${#1} % 3)) in
    1) _stepwell_encoded=${_stepwell_encoded%??}== ;;
    2) _stepwell_encoded=${_stepwell_encoded%?}= ;;
    esac
}

# Prints base64 of its argument in one line.
encode_servicemessagevalue() { _stepwell_untraced _stepwell_print_encoded "$@" || return; }
_stepwell_print_encoded() {
    local _stepwell_encoded
    builtin declare -f +t _stepwell_encode
    _stepwell_encode "$1"
    printf '%s' "$_stepwell_encoded"
}

decode_servicemessagevalue() { _stepwell_untraced _stepwell_print_decoded "$@" || return; }
_stepwell_print_decoded() {
    printf '%s' "$1" | command -p base64 -d
}

# _stepwell_message name [attribute value]...: one service message, in one write.
_stepwell_message() {
    local _stepwell_text="##octopus[$1$_stepwell_nonce" _stepwell_encoded
    builtin declare -f +t _stepwell_encode
    shift
    while [ $# -gt 1 ]; do
        _stepwell_encode "$2"
        _stepwell_text="$_stepwell_text $1='$_stepwell_encoded'"
        shift 2
    done
    printf '%s]\n' "$_stepwell_text"
}

# _stepwell_write level text...: the text as output of this level.
_stepwell_write() {
    (($# == 2)) || local IFS=' '
    printf '##octopus[stdout-%s%s]\n%s\n##octopus[stdout-default%s]\n' \
        "$1" "$_stepwell_nonce" "${*:2}" "$_stepwell_nonce"
}

get_octopusvariable() { _stepwell_untraced _stepwell_get "$@" || return; }
_stepwell_get() {
    case $SHELLOPTS in # else `[` compares bytes, whatever the locale
    *posix*) local LC_ALL=C 2>/dev/null || : ;;
    esac
    local _stepwell_low=$((_stepwell_first / 2)) _stepwell_high=$((${#_stepwell_values[@]} / 2)) _stepwell_at
    while ((_stepwell_low < _stepwell_high)); do
        if [ "${_stepwell_values[2 * (_stepwell_at = (_stepwell_low + _stepwell_high) / 2)]}" \< "$1" ]; then
            ((_stepwell_low = _stepwell_at + 1))
        else
            ((_stepwell_high = _stepwell_at)) || :
        fi
    done
    if ((2 * _stepwell_low < ${#_stepwell_values[@]})) && [ "${_stepwell_values[2 * _stepwell_low]}" = "$1" ]; then
        printf '%s' "${_stepwell_values[2 * _stepwell_low + 1]}"
    else
        printf '\n'
    fi
}

# set_octopusvariable name value [-sensitive]
set_octopusvariable() { _stepwell_untraced _stepwell_set "$@" || return; }
_stepwell_set() {
    if [ "${3-}" = -sensitive ]; then
        _stepwell_message setVariable name "$1" value "${2-}" sensitive True
    else
        _stepwell_message setVariable name "$1" value "${2-}"
    fi
}

# set_environmentstate key value [-sensitive|""] [type]
set_environmentstate() { _stepwell_untraced _stepwell_set_state "$@" || return; }
_stepwell_set_state() {
    if [ "${3-}" = -sensitive ]; then
        _stepwell_message set-environmentstate key "$1" value "${2-}" sensitive True type "${4:-State}"
    else
        _stepwell_message set-environmentstate key "$1" value "${2-}" type "${4:-State}"
    fi
}

# set_environmenturl key url
set_environmenturl() { _stepwell_untraced _stepwell_set_state "$1" "${2-}" "" Url || return; }

# new_octopusartifact path [name]
new_octopusartifact() { _stepwell_untraced _stepwell_new_artifact "$@" || exit; }
_stepwell_new_artifact() {
    local _stepwell_path=$1
    if [ ! -f "$_stepwell_path" ]; then
        printf 'new_octopusartifact: there is no file %s\n' "$_stepwell_path" >&2
        return 1
    fi
    case $_stepwell_path in
    /*) ;;
    *) _stepwell_path=$PWD/${_stepwell_path#./} ;;
    esac
    local _stepwell_name=${2:-${_stepwell_path##*/}} _stepwell_length
    _stepwell_length=$(command -p wc -c <"$_stepwell_path")
    _stepwell_write verbose "Artifact $_stepwell_name is the file $_stepwell_path."
    _stepwell_message createArtifact path "$_stepwell_path" name "$_stepwell_name" length "${_stepwell_length//[[:space:]]/}"
}

# fail_step [message]
fail_step() {
    [ -z "${1-}" ] || _stepwell_untraced _stepwell_message resultMessage message "$1" || :
    exit 1
}

# update_progress percent [message]
update_progress() { _stepwell_untraced _stepwell_message progress percentage "$1" message "${2-}" || return; }

write_verbose() { _stepwell_untraced _stepwell_write verbose "$@" || return; }
write_highlight() { _stepwell_untraced _stepwell_write highlight "$@" || return; }
write_wait() { _stepwell_untraced _stepwell_write wait "$@" || return; }
write_warning() { _stepwell_untraced _stepwell_write warning "$@" || return; }

# report_kubernetes_manifest manifest [namespace]: one message for each document.
report_kubernetes_manifest() { _stepwell_untraced _stepwell_report_manifest "$@" || return; }
_stepwell_report_manifest() {
    local _stepwell_line _stepwell_document=
    while IFS= read -r _stepwell_line || [ -n "$_stepwell_line" ]; do
        if [ "${_stepwell_line%"${_stepwell_line##*[![:space:]]}"}" = --- ]; then
            _stepwell_report_document "$_stepwell_document" "${2-}"
            _stepwell_document=
        else
            _stepwell_document+=$_stepwell_line$'\n'
        fi
    done <<<"$1"
    _stepwell_report_document "$_stepwell_document" "${2-}"
}

_stepwell_report_document() {
    case $1 in
    *[![:space:]]*) ;;
    *) return 0 ;;
    esac
    if [ -n "$2" ]; then
        _stepwell_message k8s-manifest-applied manifest "$1" ns "$2"
    else
        _stepwell_message k8s-manifest-applied manifest "$1"
    fi
}

# report_kubernetes_manifest_file path [namespace]
report_kubernetes_manifest_file() { _stepwell_untraced _stepwell_report_file "$@" || return; }
_stepwell_report_file() {
    if [ ! -f "$1" ]; then
        _stepwell_write verbose "There is no file $1, so no manifest is reported."
        return 0
    fi
    local _stepwell_manifest
    IFS= read -r -d '' _stepwell_manifest <"$1" || true
    _stepwell_report_manifest "$_stepwell_manifest" "${2-}"
}

# new_octopustarget --name n --target-id id [--inputs json] [--roles names] [--worker-pool p] [--update-if-existing]
new_octopustarget() { _stepwell_untraced _stepwell_new_target "$@" || exit; }
_stepwell_new_target() {
    local -a _stepwell_attributes=()
    while [ $# -gt 0 ]; do
        case $1 in
        -n | --name) _stepwell_attributes+=(name "${2-}") ;;
        -t | --target-id) _stepwell_attributes+=(targetId "${2-}") ;;
        --inputs) _stepwell_attributes+=(inputs "${2-}") ;;
        --roles) _stepwell_attributes+=(octopusRoles "${2-}") ;;
        --worker-pool) _stepwell_attributes+=(octopusDefaultWorkerPoolIdOrName "${2-}") ;;
        --update-if-existing)
            _stepwell_attributes+=(updateIfExisting true)
            shift
            continue
            ;;
        -*)
            printf 'new_octopustarget: unknown option %s\n' "$1" >&2
            return 1
            ;;
        *) break ;;
        esac
        shift $(($# > 1 ? 2 : 1))
    done
    _stepwell_message createStepPackageTarget "${_stepwell_attributes[@]}"
}

# remove-octopustarget name-or-id
remove-octopustarget() { _stepwell_untraced _stepwell_message delete-target machine "$1" || return; }
