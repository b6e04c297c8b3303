# ./dev test: runs all checks that a change must pass. ./dev test FILTER: runs only the tests whose names match the
# GoogleTest pattern.

passed=0
failed=0
broken=()

count() { # what, passed, failed
    passed=$((passed + $2))
    failed=$((failed + $3))
    [ "$3" -eq 0 ] || broken+=("$1")
}

# Runs a check that passes or fails as a whole.
check() { # what, command…
    local what=$1 log begin=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        count "$what" 1 0
        echo "ok      $what ($((SECONDS - begin)) s)"
    else
        count "$what" 0 1
        echo "FAILED  $what ($((SECONDS - begin)) s)"
        tail -40 "$log"
    fi
    rm -f "$log"
}

# Prints the output of each test of a GoogleTest program that failed or did not end, and the last lines of its log.
show_failures() { # log
    awk '/^\[ RUN/ { name = $4; text = "" }
         /^\[/ && !/^\[  FAILED/ { if (/^\[       OK/) name = ""; next }
         /^\[  FAILED/ && name { printf "--- %s\n%s", name, text; name = "" }
         name && length(text) < 6000 { text = text $0 "\n" }
         END { if (name) printf "--- %s did not end\n%s", name, text }' "$1"
    echo "--- the end"
    tail -20 "$1"
}

# Reports the result of a GoogleTest program. Shows its output only if a test failed.
report_program() { # program, log, status, seconds
    local good bad
    good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$2" | tail -1)
    bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$2" | head -1)
    [ "$3" -eq 0 ] || [ "${bad:-0}" -gt 0 ] || bad=1 # it crashed, or a sanitizer reported an error
    count "$1" "${good:-0}" "${bad:-0}"
    if [ "${bad:-0}" -eq 0 ]; then echo "ok      $1: ${good:-0} ($4 s)"; else
        echo "FAILED  $1: ended with $3 ($4 s)"
        show_failures "$2"
    fi
}

# Runs two programs at a time, because most of them wait more than they compute. The longest ones must be first.
run_programs() { # folder, rooms…
    local folder=$1 room logs
    logs=$(mktemp -d)
    shift
    export filter
    printf '%s\n' "$@" | xargs -P 2 -I {} bash -c '
        program=build/$1/bin/$2_tests status=0 begin=$SECONDS
        [ -x "$program" ] || exit 0
        timeout 900 "$program" ${filter:+--gtest_filter="$filter"} >"$3/$2.log" 2>&1 || status=$?
        echo "$status $((SECONDS - begin))" >"$3/$2.status"' _ "$folder" {} "$logs"
    for room in "$@"; do
        [ ! -f "$logs/$room.status" ] || report_program "$folder/${room}_tests" "$logs/$room.log" $(cat "$logs/$room.status")
    done
    rm -rf "$logs"
}

# Check a limited number of files that differ from the base commit, to save time; ./dev lint checks all.
check_changed_headers() { changed_files "$1" 'src/*.h' | first_files 8 | check_headers; }
check_changed_sources() { changed_files "$1" 'src/*.cc' | first_files 3 | check_tidy; }

# Builds what later checks need at idle priority: most tests wait more than they work.
build_ahead() { # filter
    chrt -i -p 0 "$BASHPID" || true
    compile thread store_tests net_tests engine_tests
    [ -n "$1" ] || compile release stepwell attempts_crash
}

dev_test() {
    local filter=${1:-}
    need_tools universal-ctags clang-format-19 clang-tidy-19
    local rooms=(contract engine variables run cli net store domain base schema operations)
    check "modules keep to their table" python3 tools/check_layers.py
    check "sizes of files and functions" python3 tools/check_sizes.py
    check "attacks and the tests that try them" python3 tools/check_attacks.py
    compile address all
    if [ -z "$filter" ]; then
        local base
        base=$(base_commit)
        check "changed lines are formatted" check_format "$base"
        check "changed headers compile alone" check_changed_headers "$base"
        check "clang-tidy on changed files" check_changed_sources "$base"
    fi
    local statements
    statements=$(mktemp -d)
    local log building
    log=$(mktemp)
    build_ahead "$filter" >"$log" 2>&1 &
    building=$!
    STEPWELL_STATEMENTS=$statements run_programs address "${rooms[@]}"
    if ! wait "$building"; then
        count "builds of thread and release" 0 1
        tail -40 "$log"
    fi
    rm -f "$log"
    run_programs thread engine net store
    if [ -z "$filter" ]; then
        dev_build >/dev/null
        check "links only what it may" check_links
        need_tools postgresql
        check "PostgreSQL takes all tables and statements" as_root python3 tools/check_postgres.py "$statements"
        need_node
        check "published TypeScript client" timeout 240 tests/e2e/run.sh
        check "no secret comes to light" as_root python3 tests/secrets/secrets.py --binary build/release/bin/stepwell
        check "kills at random points" dev_crash 40
        check "kills while steps have several attempts" dev_crash attempts 20
        check "everything at once" dev_crash siege 15 --connections 2000 --no-figures
        check "floods on a small disk" dev_crash floods --floods 8 --mib 400 --seconds 10
        check "short fuzzing" dev_fuzz 3
    fi
    rm -rf "$statements"
    [ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[@]}"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
