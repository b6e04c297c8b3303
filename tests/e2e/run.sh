#!/usr/bin/env bash
# Starts a fresh server on a free port and sends the published TypeScript client at it. Needs the release build and node ≥ 18.
set -euo pipefail
cd "$(dirname "$0")"
binary=${STEPWELL_BINARY:-$PWD/../../build/bin/stepwell}
export STEPWELL_API_KEY=API-E2E$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n' | tr a-f A-F)

for tool in node npm; do
    command -v $tool >/dev/null || { echo "$tool is missing; ./dev test needs node 18 or newer, with npm"; exit 1; }
done

folder= server=
clean_up() {
    local status=$? launcher
    trap - EXIT
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    # The launcher outlives its server; the folder tells it from any other.
    for launcher in /proc/[0-9]*/cmdline; do
        tr '\0' ' ' 2>/dev/null <"$launcher" | grep -qF -- "launcher --data $folder/data " || continue
        launcher=${launcher%/cmdline}
        kill "${launcher#/proc/}" 2>/dev/null || true
    done
    if [ "$status" -ne 0 ] && [ -f "$folder/server.log" ]; then
        echo "--- the server said"
        tail -40 "$folder/server.log"
    fi
    [ -z "$folder" ] || rm -rf "$folder"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# A server started as root gives root up: its folder must be where others can reach it.
options=(--listen 127.0.0.1:0)
if [ "$(id -u)" = 0 ]; then
    folder=$(mktemp -d /var/lib/stepwell-e2e-XXXXXX)
    chmod 711 "$folder"
else
    folder=$(mktemp -d)
    options+=(--allow-same-user)
fi

[ -x node_modules/.bin/semver ] && [ node_modules/.package-lock.json -nt package-lock.json ] ||
    timeout 100 npm ci --ignore-scripts --silent || timeout 100 npm ci --ignore-scripts --silent # a download may fail once

STEPWELL_ADMIN_API_KEY=$STEPWELL_API_KEY STEPWELL_ADMIN_PASSWORD=$STEPWELL_API_KEY \
    "$binary" server --data "$folder/data" "${options[@]}" >"$folder/server.log" 2>&1 &
server=$!
port=
for _ in $(seq 200); do
    port=$(sed -n 's/^Stepwell listens on port \([0-9]*\)$/\1/p' "$folder/server.log")
    [ -z "$port" ] || break
    kill -0 "$server" 2>/dev/null || { echo "the server did not start"; exit 1; }
    sleep 0.05
done
[ -n "$port" ] || { echo "the server did not say its port"; exit 1; }

export STEPWELL_URL=http://127.0.0.1:$port
node --test --test-reporter=spec "$@" client.test.mjs action.test.mjs >"$folder/tests.log" 2>&1 || {
    cat "$folder/tests.log"
    exit 1
}
grep -E '^(✔|✖|ℹ (tests|skipped|duration))' "$folder/tests.log"
sed -n 's/^ℹ \(pass\|fail\) \([0-9]*\)$/\2 \1/p' "$folder/tests.log" | paste -sd' ' | sed 's/\([0-9]*\) pass \([0-9]*\) fail/\1 passed, \2 failed/'
