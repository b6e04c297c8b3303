// Converts the inline content of a Markdown block to HTML. Finds bare links and the additional emphasis markers in
// text.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::variables {

std::string escape_html(std::string_view text);
std::string escape_url(std::string_view url);

class Inlines {
public:
    void add_html(std::string_view html) { parts_.push_back({std::string(html), false}); }
    void open_span(std::string_view html, bool is_link = false);
    void close_span(std::string_view html);
    void add_text(std::string_view text);
    std::string take(); // returns the HTML and clears this object

private:
    struct Part {
        std::string content;
        bool is_text;
    };
    // A position where an emphasis may start, and its enclosing span.
    struct Opener {
        std::size_t part, span;
    };

    std::size_t span() const { return spans_.empty() ? 0 : spans_.back(); }
    void add_words(std::string_view text, char before);
    void add_delimiter(std::string_view text, std::size_t at, std::size_t run, char before);

    std::vector<Part> parts_;
    std::map<std::string_view, std::vector<Opener>> openers_; // by tag
    std::vector<bool> alive_{true};                           // per span number: not closed yet; 0 is the block
    std::vector<std::size_t> spans_;                          // open spans
    std::size_t links_ = 0;                                   // how many of the open spans are links
};

} // namespace stepwell::variables
