# Installs the required packages on Debian 12 and Ubuntu 24.04.

need_tools() {
    local missing=() package
    local boost=libboost1.81-dev
    [ "$(. /etc/os-release && echo "$ID$VERSION_ID")" = ubuntu24.04 ] && boost=libboost1.83-dev
    local packages=(clang-19 libclang-rt-19-dev musl-dev mold ccache cmake ninja-build "$boost" libsqlite3-dev libsodium-dev libutf8proc-dev
        libzstd-dev libpcre2-dev libcmark-dev libmbedtls-dev libssl-dev libfmt-dev libcli11-dev libgtest-dev libgmock-dev python3 sqlite3 "$@")
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    echo "installing: ${missing[*]}"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Installs the distribution's Node only if there is no Node, or if it is older than version 18.
need_node() {
    local version=0
    command -v node >/dev/null && version=$(node -p 'process.versions.node.split(".")[0]')
    if [ "$version" -lt 18 ] || ! command -v npm >/dev/null; then need_tools nodejs npm; fi
}
