# ./dev up: builds and starts a server with a demo project. Also: ./dev bench, ./dev crash N, ./dev crash siege SECONDS,
# ./dev crash floods, ./dev crash attempts N, ./dev fuzz SECONDS, ./dev fuzz secrets N.

dev_up() {
    need_tools curl
    dev_build
    bash tools/demo.sh "$@"
}

# Runs a command as root, for commands that create namespaces.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Arguments: options of tests/crash/crash.py; "siege SECONDS" and options of tests/crash/siege.py; "floods" and options
# of tests/crash/floods.py; or "attempts KILLS [SEED]", see tests/crash/attempts.cc.
dev_crash() {
    compile release stepwell
    if [ "${1:-}" = siege ]; then
        as_root python3 tests/crash/siege.py --binary build/release/bin/stepwell --seconds "${2:-3600}" "${@:3}"
        return
    fi
    if [ "${1:-}" = floods ]; then
        as_root python3 tests/crash/floods.py --binary build/release/bin/stepwell "${@:2}"
        return
    fi
    if [ "${1:-}" = attempts ]; then
        compile release attempts_crash
        build/release/bin/attempts_crash "${2:-1000}" "${@:3}"
        return
    fi
    [ $# -gt 0 ] || set -- --prove 100
    as_root python3 tests/crash/crash.py --binary build/release/bin/stepwell "$@"
}

dev_bench() {
    compile release stepwell templates_bench variables_bench rights_bench redactor_bench load
    as_root python3 bench/run.py --binary build/release/bin/stepwell "$@"
}

# Arguments: seconds for each target; or "secrets" and the number of secrets to test in every form and every split.
dev_fuzz() {
    if [ "${1:-}" = secrets ]; then
        compile release run_tests
        STEPWELL_SECRETS=${2:-10000} build/release/bin/run_tests --gtest_filter='SecretProperty.*'
        return
    fi
    need_tools
    mkdir -p build
    cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DSTEPWELL_SANITIZE=address -DSTEPWELL_FUZZ=ON \
        -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
    (flock 9; ninja -C build/fuzz fuzzers) 9>build/.lock
    local target
    for target in build/fuzz/bin/*_fuzz; do
        echo "== $(basename "$target")"
        "$target" -max_total_time="${1:-60}" -timeout=10 -print_final_stats=0 2>&1 | tail -3
        [ "${PIPESTATUS[0]}" -eq 0 ] || return 1
    done
}
