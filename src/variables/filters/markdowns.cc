// CommonMark with pipe tables, bare links and additional emphasis: ~~del~~ ~sub~ ^sup^ ++ins++ ==mark==.
#include "base/text.h"
#include "variables/filters/filter.h"
#include "variables/filters/markdown.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

namespace {

constexpr std::size_t longest_markdown = 128u << 10; // cmark is not linear in all cases
constexpr std::size_t cost_of_byte = 256;

Filtered markdown(FilterCall const& call) {
    auto text = trim_spaces(call.text());
    if (text.size() > longest_markdown)
        throw Stopped{Refusal::too_long, "MarkdownToHtml: the text is longer than 128 KiB"};
    call.host.budget.spend(text.size() * cost_of_byte);
    return to_html(text) + "\n";
}

} // namespace

std::span<FilterEntry const> markdown_filters() {
    static constexpr FilterEntry all[] = {{"markdown", markdown, 0, 0}, {"markdowntohtml", markdown, 0, 0}};
    return all;
}

} // namespace stepwell::variables
