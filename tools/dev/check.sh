# ./dev check: rooms, sizes, what the binary links. ./dev check gcc: a second compiler's opinion of every room but net.

# The product may need nothing at run time but the C library and OpenSSL.
check_links() {
    local other
    other=$(readelf -d build/release/bin/stepwell | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc|libm|libssl|libcrypto|ld-linux[^.]*)\.so' || true)
    [ -z "$other" ] || { echo "links more than it may: $other"; return 1; }
}

dev_check() {
    if [ "${1:-}" = gcc ]; then
        need_tools g++
        mkdir -p build
        cmake -S . -B build/gcc -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=g++ -DSTEPWELL_TESTS=OFF >/dev/null
        (flock 9; ninja -C build/gcc stepwell_base stepwell_schema stepwell_variables stepwell_domain stepwell_store stepwell_run \
            stepwell_engine stepwell_operations) 9>build/.lock
        return
    fi
    need_tools universal-ctags
    python3 tools/check_layers.py
    python3 tools/check_sizes.py
    python3 tools/check_attacks.py
    [ ! -x build/release/bin/stepwell ] || check_links
}

sources() { git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc'; }

dev_fmt() {
    need_tools clang-format-19
    sources | xargs clang-format-19 -i
}

# clang-tidy on what differs from the given revision (the last commit unless told).
dev_lint() {
    need_tools clang-tidy-19
    compile address stepwell
    git diff --name-only "${1:-HEAD~1}" -- 'src/*.cc' | while read -r file; do [ -f "$file" ] && echo "$file"; done |
        xargs -r -P 2 -n 1 clang-tidy-19 -p build/address --quiet
}

# Writes the golden files anew: the API's description, the help of all commands, the tables.
dev_golden() {
    compile address contract_tests cli_tests store_tests
    local program
    for program in contract cli store; do
        STEPWELL_UPDATE_GOLDEN=1 "build/address/bin/${program}_tests" --gtest_brief=1 --gtest_filter='*golden*'
    done
    git --no-pager diff --stat -- docs/api tests/golden
}
