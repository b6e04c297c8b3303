
# All values as an associative array: for scripts that mention it.
declare -A octopus_parameters
for ((_stepwell_at = _stepwell_first; _stepwell_at < ${#_stepwell_values[@]}; _stepwell_at += 2)); do
    octopus_parameters[${_stepwell_values[_stepwell_at]}]=${_stepwell_values[_stepwell_at + 1]}
done
unset _stepwell_at
