// Splits a command line into words by the quoting rules of POSIX shells, without expansions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::run {

// Blanks and line ends separate words. '…' is literal. In "…" a backslash escapes only $ ` " \ and a line end;
// elsewhere it escapes any character. Throws Error{invalid} for an unterminated quote, a trailing backslash, or NUL.
std::vector<std::string> split_shell_words(std::string_view text);

} // namespace stepwell::run
