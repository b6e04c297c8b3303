// The inline content of a Markdown block on its way to HTML: finds bare links and the extra emphases in its text.
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
    std::string take(); // and begin anew

private:
    struct Part {
        std::string content;
        bool is_text;
    };
    // Where an emphasis may begin, and in which span.
    struct Opener {
        std::size_t part, span;
    };

    std::size_t span() const { return spans_.empty() ? 0 : spans_.back(); }
    void add_words(std::string_view text, char before);
    void add_delimiter(std::string_view text, std::size_t at, std::size_t run, char before);

    std::vector<Part> parts_;
    std::map<std::string_view, std::vector<Opener>> openers_; // by tag
    std::vector<bool> alive_{true};                           // spans by number; 0 is the block
    std::vector<std::size_t> spans_;                          // those that are open
    std::size_t links_ = 0;                                   // of those, within a link
};

} // namespace stepwell::variables
