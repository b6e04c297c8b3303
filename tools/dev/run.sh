# ./dev up: from nothing to a running server with a demo project. ./dev bench, ./dev crash N, ./dev crash siege SECONDS,
# ./dev crash floods, ./dev crash attempts N, ./dev fuzz SECONDS, ./dev fuzz secrets N.

dev_up() {
    need_tools curl
    dev_build
    bash tools/demo.sh "$@"
}

# Both work in namespaces of their own, which needs root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Kills, or options of tests/crash/crash.py; "siege SECONDS", with options of tests/crash/siege.py; "floods", with options
# of tests/crash/floods.py; "attempts KILLS [SEED]", see tests/crash/attempts.cc.
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

# Seconds for each target; or "secrets", and how many are put into every form and cut at every place.
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
