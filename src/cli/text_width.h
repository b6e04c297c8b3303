// The display width of text on a terminal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace stepwell::cli {

// Returns the number of columns of UTF-8 text: 2 for wide characters, 0 for combining ones.
std::size_t display_width(std::string_view text);
// Returns at most `width` columns; an ellipsis replaces the rest.
std::string truncated(std::string_view text, std::size_t width);
// Replaces characters that control a terminal or change the writing direction by U+FFFD. For names, messages and all
// other texts except logs.
std::string printable(std::string_view text);
// Returns equivalent JSON in which these characters are escaped.
std::string harmless_json(std::string_view json);

} // namespace stepwell::cli
