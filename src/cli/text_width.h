// How text takes place on a terminal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace stepwell::cli {

// Columns that UTF-8 text takes: 2 for wide characters, 0 for combining ones.
std::size_t display_width(std::string_view text);
// At most `width` columns of it; an ellipsis stands for what is cut off.
std::string truncated(std::string_view text, std::size_t width);
// Without anything that steers a terminal or turns the direction of writing: such characters become U+FFFD. For names,
// messages and everything else that is no log.
std::string printable(std::string_view text);
// JSON that means the same, with such characters escaped.
std::string harmless_json(std::string_view json);

} // namespace stepwell::cli
