// Words of a command line, by the quoting rules of POSIX shells and without any of their expansions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::run {

// Blanks and line ends separate; '…' is literal; in "…" a backslash escapes only $ ` " \ and a line end; elsewhere any
// character. Throws Error{invalid} for a quote without its end, a backslash at the end, or NUL.
std::vector<std::string> split_shell_words(std::string_view text);

} // namespace stepwell::run
