// Conversion from Markdown to HTML.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::variables {

std::string to_html(std::string_view markdown);

} // namespace stepwell::variables
