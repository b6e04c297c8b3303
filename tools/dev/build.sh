# Configures and compiles. build/release has the product; build/address and build/thread have the tests.

configure() { # folder sanitizer
    # An interrupted configure leaves a folder without build.ninja.
    [ -f "build/$1/build.ninja" ] && return
    local launcher=()
    command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
    local kind=RelWithDebInfo
    [ -n "$2" ] && kind=Debug
    cmake -S . -B "build/$1" -G Ninja -DCMAKE_BUILD_TYPE=$kind -DSTEPWELL_SANITIZE="$2" \
        -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19 "${launcher[@]}" >"build-$1.log" 2>&1 ||
        { cat "build-$1.log"; rm -f "build-$1.log"; return 1; }
    rm -f "build-$1.log"
}

compile() { # release | address | thread, then targets
    local folder=$1 sanitizer=$1
    shift
    [ "$folder" = release ] && sanitizer=""
    need_tools
    mkdir -p build
    # One build at a time, because a build uses all cores.
    (
        flock 9
        configure "$folder" "$sanitizer"
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ninja -C "build/$folder" "$@"
    ) 9>build/.lock
}

dev_build() {
    compile release stepwell
    mkdir -p build/bin
    strip -o build/bin/stepwell.new build/release/bin/stepwell
    mv build/bin/stepwell.new build/bin/stepwell
}
