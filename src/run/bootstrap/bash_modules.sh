# For scripts with modules. _stepwell_check_module name: ends the step when it is no script. One that is, and whose last command
# failed, is as its author wrote it.
_stepwell_check_module() {
    local _stepwell_problem
    _stepwell_problem=$("$BASH" -n "$PWD/$1.sh" 2>&1) && return
    fail_step "The script module $1 cannot be loaded: ${_stepwell_problem//"$PWD/"/}"
}

