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

# The description of the API, as a server tells it.
dev_gen() {
    dev_build
    mkdir -p docs/api
    local folder port=18065
    folder=$(mktemp -d)
    chmod 755 "$folder"
    build/bin/stepwell server --data "$folder/data" --listen "127.0.0.1:$port" --allow-same-user >/dev/null 2>&1 &
    local server=$! tries
    for tries in $(seq 100); do
        python3 - "$port" 2>/dev/null <<'PYTHON' && break
import json, sys, urllib.request
text = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/api/openapi.json").read()
open("docs/api/openapi.json", "w").write(json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n")
PYTHON
        sleep 0.1
    done
    kill "$server"
    wait "$server" || true
    pkill -f "stepwell launcher --data $folder/data" || true
    rm -rf "$folder"
    [ -s docs/api/openapi.json ]
}
