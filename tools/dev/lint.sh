# ./dev lint [commit]: checks files that differ from the commit: their format, clang-tidy, and that headers compile by
# themselves. `./dev test` does the same for a limited number of files.

# Prints the commit that changes are compared with: the given one, STEPWELL_BASE, the merge base with origin/main, or
# the parent. If none of them differs from HEAD, prints HEAD: then only uncommitted changes differ.
base_commit() { # commit
    local candidate head
    head=$(git rev-parse HEAD)
    for candidate in "${1:-}" "${STEPWELL_BASE:-}" "$(git merge-base HEAD origin/main 2>/dev/null || true)" HEAD~1; do
        [ -n "$candidate" ] || continue
        candidate=$(git rev-parse -q --verify "$candidate^{commit}") || continue
        [ "$candidate" = "$head" ] || { echo "$candidate"; return; }
    done
    echo HEAD
}

# Prints files that differ from the commit, including new ones. Files with the most changed lines are first.
changed_files() { # commit, patterns…
    local base=$1
    shift
    {
        git diff --numstat --no-renames --diff-filter=d "$base" -- "$@" | awk '{ print $1 + $2 "\t" $3 }'
        git ls-files --others --exclude-standard -- "$@" | sed 's/^/1000\t/'
    } | sort -rn | cut -f2-
}

# Prints the first files of standard input, and to standard error the number of files that were omitted.
first_files() { # number
    local files left
    mapfile -t files
    left=$((${#files[@]} - $1))
    [ "$left" -le 0 ] || echo "$left files more are left to ./dev lint" >&2
    [ ${#files[@]} -eq 0 ] || printf '%s\n' "${files[@]:0:$1}"
}

# Checks only changed lines.
check_format() { # commit
    local found
    found=$(git clang-format-19 --binary clang-format-19 --extensions cc,h --diff "$1" -- src tests bench || true)
    case $found in "" | "no modified files to format"* | "clang-format did not modify any files"*) return ;; esac
    echo "$found"
    echo "./dev fmt formats what differs."
    return 1
}

check_tidy() { # files on standard input
    xargs -r -P "$(nproc)" -n 1 clang-tidy-19 -p build/address --quiet 2>&1 | sed '/ warnings generated\.$/d'
}

# Fails if a header does not include everything that it uses: each one must compile by itself.
check_headers() { # files on standard input
    xargs -r -P "$(nproc)" -n 1 clang++-19 -std=c++20 -Isrc -DFMT_HEADER_ONLY -D_FILE_OFFSET_BITS=64 -fsyntax-only \
        -Wno-pragma-once-outside-header -x c++
}

dev_fmt() { # commit
    need_tools clang-format-19
    git clang-format-19 --binary clang-format-19 --extensions cc,h --force "$(base_commit "${1:-}")" -- src tests bench || true
}

dev_lint() { # commit
    need_tools clang-format-19 clang-tidy-19
    local base
    base=$(base_commit "${1:-}")
    check_format "$base"
    changed_files "$base" 'src/*.h' | check_headers
    compile address stepwell
    changed_files "$base" 'src/*.cc' | check_tidy
}
