#!/usr/bin/env bash
# ./dev up: starts the built server with a demo project. Run it again to restart the server with a new build; existing
# data is kept. `tools/demo.sh stop` stops the server; `tools/demo.sh forget` also deletes its data.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${STEPWELL_BINARY:-$PWD/build/bin/stepwell}
environments=(Development Staging Production)

if [ "$(id -u)" = 0 ]; then
    folder=${STEPWELL_DEMO_FOLDER:-/var/lib/stepwell-demo}
else
    folder=${STEPWELL_DEMO_FOLDER:-$PWD/build/demo}
fi

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# --- processes, each identified by a file with its id and by its command line ----------------------------------------

running() { # name, words of its command line; prints its id
    local id
    id=$(cat "$folder/$1.pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$id/cmdline" | grep -qF -- "$2" || return 1
    echo "$id"
}

stop() { # name, words of its command line
    local id tries
    id=$(running "$1" "$2") || return 0
    kill "$id" 2>/dev/null || true
    for tries in $(seq 200); do
        [ -d "/proc/$id" ] || return 0
        sleep 0.1
    done
    fail "$1 (process $id) does not end"
}

start() { # name, command…
    local name=$1
    shift
    (cd / && exec setsid "$@" >>"$folder/$name.log" 2>&1 </dev/null) &
    echo $! >"$folder/$name.pid"
}

server_words="server --data $folder/data "
keeper_words="$folder/demo/shop.py "
stop_all() {
    stop keeper "$keeper_words"
    stop server "$server_words"
}

# The launcher and its runs outlive the server. Only `forget` stops it.
stop_launcher() {
    local line
    for line in /proc/[0-9]*/cmdline; do
        tr '\0' ' ' 2>/dev/null <"$line" | grep -qF -- "launcher --data $folder/data " || continue
        line=${line%/cmdline}
        kill "${line#/proc/}" 2>/dev/null || true
    done
}

# --- accounts ---------------------------------------------------------------------------------------------------------

# If the machine cannot create accounts, their numbers are used.
add_account() { # name, [uid]
    getent passwd "$1" >/dev/null && return
    local number=()
    if [ -n "${2:-}" ]; then
        getent passwd "$2" >/dev/null && return
        groupadd --system --gid "$2" "$1" 2>/dev/null || return 0
        number=(--uid "$2" --gid "$2")
    fi
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "${number[@]}" "$1" 2>/dev/null || true
}

add_accounts() {
    command -v useradd >/dev/null || return 0
    add_account stepwell
    add_account stepwell-shim
    local number
    for number in $(seq 0 63); do add_account "stepwell-run-$number" $((61000 + number)); done
}

# --- the demo's own data ------------------------------------------------------------------------------------------

letters() { # count
    od -An -N256 -tx1 /dev/urandom | tr -d ' \n' | tr a-f A-F | cut -c "1-$1"
}

make_credentials() {
    [ -f "$folder/credentials" ] && return
    [ ! -d "$folder/data" ] || fail "$folder/credentials is gone; tools/demo.sh forget, then ./dev up, begins anew"
    (umask 077; printf 'password=%s\napi_key=API-%s\nkeeper_token=%s\n' "$(letters 20)" "$(letters 32)" "$(letters 24)" >"$folder/credentials")
}

free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Chooses the server's port; the next four are for keeper and shops.
choose_port() {
    [ ! -f "$folder/port" ] || return 0
    local first offset
    for first in "${STEPWELL_DEMO_PORT:-8065}" 8165 8265 8365 8465; do
        for offset in 0 1 2 3 4; do free $((first + offset)) || continue 2; done
        echo "$first" >"$folder/port"
        return
    done
    fail "ports 8065 to 8469 are taken; say STEPWELL_DEMO_PORT=…"
}

# Folders that scripts of one runbook share, because they run in different accounts.
make_shops() {
    local environment database
    for environment in "${environments[@]}"; do
        mkdir -p "$folder/shop/$environment/backups"
        chmod 777 "$folder/shop/$environment/backups"
        database=$folder/shop/$environment/shop.db
        [ -f "$database" ] || sqlite3 "$database" "
            create table purchase(number integer primary key, article text not null, euros real not null);
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
            insert into purchase(article, euros) select 'article ' || (i % 37), (i * 7919 % 10000) / 100.0 from n;"
    done
    chmod -R a+rX "$folder/shop"
}

# --- starting ---------------------------------------------------------------------------------------------------------

start_keeper() {
    local ports=() environment as=()
    keeper_port=$((port + 1))
    for environment in "${environments[@]}"; do ports+=("$environment=$((keeper_port + ${#ports[@]} + 1))"); done
    shop_ports=("${ports[@]}")
    running keeper "$keeper_words" >/dev/null && cmp -s tools/demo/shop.py "$folder/demo/shop.py" && return
    stop keeper "$keeper_words"
    # Copies its program and its token to a folder that its account can read.
    install -m 644 tools/demo/shop.py "$folder/demo/shop.py"
    (umask 077; echo "$keeper_token" >"$folder/demo/token")
    if [ "$(id -u)" = 0 ]; then
        chown 60988:60988 "$folder/demo/token"
        as=(setpriv --reuid 60988 --regid 60988 --clear-groups)
    fi
    start keeper "${as[@]}" /usr/bin/python3 "$folder/demo/shop.py" "$keeper_port" "$folder/demo/token" "${ports[@]}"
}

start_server() {
    local options=(--listen "127.0.0.1:$port") tries
    [ "$(id -u)" = 0 ] || options+=(--allow-same-user)
    # Passed to the first start only, because scripts in the server's account could read them later.
    [ -d "$folder/data" ] || export STEPWELL_ADMIN_PASSWORD=$password STEPWELL_ADMIN_API_KEY=$api_key
    start server "$binary" server --data "$folder/data" "${options[@]}"
    for tries in $(seq 100); do
        curl --fail --silent --max-time 2 --output /dev/null "$address/readyz" && return
        running server "$server_words" >/dev/null || break
        sleep 0.1
    done
    tail -20 "$folder/server.log" >&2
    fail "the server is not ready"
}

warn() {
    [ "$(id -u)" = 0 ] || say "Not started as root, so scripts run as $(id -un) and can read whatever the server can. Fine for a try.
"
}

tell() {
    (umask 077; printf 'export STEPWELL_URL=%s\nexport STEPWELL_API_KEY=%s\nexport PATH=%q:$PATH\n' "$address" "$api_key" "${binary%/*}" >"$folder/shell")
    cat <<END

Stepwell answers on $address: user admin, password $password
Its log is $folder/server.log; tools/demo.sh stop ends it, tools/demo.sh forget removes all of it.
$(warn)
Three commands to try:
    . $folder/shell
    stepwell run "Start service" --project Demo --environment Development --follow
    stepwell run "Back up and verify database" --project Demo --environment Production --follow
END
}

up() {
    mkdir -p "$folder/demo"
    chmod 755 "$folder" "$folder/demo"
    make_credentials
    . "$folder/credentials"
    stop server "$server_words" # before its port is looked at
    choose_port
    port=$(cat "$folder/port")
    address=http://127.0.0.1:$port
    [ "$(id -u)" != 0 ] || add_accounts
    make_shops
    start_keeper
    start_server
    STEPWELL_API_KEY=$api_key KEEPER_TOKEN=$keeper_token python3 tools/demo/fill.py "$address" "$folder/shop" "$keeper_port" "${shop_ports[@]}"
    tell
}

case ${1:-} in
'') up ;;
stop) stop_all ;;
forget)
    stop_all
    stop_launcher
    rm -rf "$folder"
    ;;
*) fail "tools/demo.sh [stop | forget]" ;;
esac
