# ./dev check: checks modules, sizes, the headers (each by itself) and the libraries that the binary links.
# ./dev check gcc: compiles base, schema, variables, domain, store, run, engine and operations with a second compiler.

# At run time, the product may need only the C library and OpenSSL.
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
    git ls-files 'src/*.h' | check_headers
    [ ! -x build/release/bin/stepwell ] || check_links
}

# Writes the golden files again: the OpenAPI document, the help of all commands, the tables.
dev_golden() {
    compile address contract_tests cli_tests store_tests
    local program
    for program in contract cli store; do
        STEPWELL_UPDATE_GOLDEN=1 "build/address/bin/${program}_tests" --gtest_brief=1 --gtest_filter='*golden*'
    done
    git --no-pager diff --stat -- docs/api tests/golden
}
