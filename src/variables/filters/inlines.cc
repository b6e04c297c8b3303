#include "variables/filters/inlines.h"

#include "base/text.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

namespace {

std::string_view tag_of(char sign, std::size_t run) {
    if (sign == '~') return run == 1 ? "sub" : run == 2 ? "del" : "";
    if (sign == '^') return run == 1 ? "sup" : "";
    return run != 2 ? "" : sign == '+' ? "ins" : "mark";
}

bool is_blank(char c) { return c == '\0' || is_space(static_cast<unsigned char>(c)); }

struct Link {
    std::size_t begin = std::string_view::npos, end = 0;
    std::string_view prefix; // prefix missing from the URL
};

// Excludes punctuation after a bare link, and a bracket that was opened before it.
std::size_t end_of_link(std::string_view text, std::size_t begin) {
    auto end = begin;
    while (end < text.size() && !is_blank(text[end]) && text[end] != '<') ++end;
    auto opened = std::count(text.begin() + std::ptrdiff_t(begin), text.begin() + std::ptrdiff_t(end), '(');
    auto closed = std::count(text.begin() + std::ptrdiff_t(begin), text.begin() + std::ptrdiff_t(end), ')');
    while (end > begin) {
        auto last = text[end - 1];
        bool stray = last == ')' && closed > opened;
        if (!stray && std::string_view("?!.,:*_~'\";").find(last) == std::string_view::npos) break;
        closed -= stray;
        --end;
    }
    return end;
}

Link find_link(std::string_view text, std::size_t from) {
    constexpr std::pair<std::string_view, std::string_view> starts[] = {
        {"https://", ""}, {"http://", ""}, {"ftp://", ""}, {"mailto:", ""}, {"tel:", ""}, {"www.", "http://"}};
    for (auto at = text.find_first_of("hfmtw", from); at != std::string_view::npos;
         at = text.find_first_of("hfmtw", at + 1)) {
        if (at > 0 && !is_blank(text[at - 1]) && std::string_view("*_~(").find(text[at - 1]) == std::string_view::npos)
            continue;
        for (auto [start, prefix] : starts) {
            if (!text.substr(at).starts_with(start)) continue;
            auto end = end_of_link(text, at);
            if (end > at + start.size()) return {at, end, prefix};
        }
    }
    return {};
}

} // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    for (auto c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string escape_url(std::string_view url) {
    constexpr std::string_view escaped = "\"<>\\[]^`{|}";
    std::string out;
    for (auto c : url) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '&')
            out += "&amp;";
        else if (byte > 0x20 && byte < 0x7F && escaped.find(c) == std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

void Inlines::open_span(std::string_view html, bool is_link) {
    add_html(html);
    spans_.push_back(alive_.size());
    alive_.push_back(true);
    if (is_link || links_ > 0) ++links_;
}

void Inlines::close_span(std::string_view html) {
    alive_[spans_.back()] = false;
    spans_.pop_back();
    if (links_ > 0) --links_;
    add_html(html);
}

void Inlines::add_text(std::string_view text) {
    std::size_t done = 0;
    auto before = [&] { return done > 0 ? text[done - 1] : parts_.empty() ? '\0' : 'x'; };
    while (links_ == 0) {
        auto link = find_link(text, done);
        if (link.begin == std::string_view::npos) break;
        add_words(text.substr(done, link.begin - done), before());
        auto words = text.substr(link.begin, link.end - link.begin);
        add_html("<a href=\"" + std::string(link.prefix) + escape_url(words) + "\">" + escape_html(words) + "</a>");
        done = link.end;
    }
    add_words(text.substr(done), before());
}

void Inlines::add_words(std::string_view text, char before) {
    std::size_t at = 0, start = 0;
    while ((at = text.find_first_of("~^+=", at)) != std::string_view::npos) {
        auto run = std::min(text.find_first_not_of(text[at], at), text.size()) - at;
        if (!tag_of(text[at], run).empty()) {
            if (at > start) parts_.push_back({std::string(text.substr(start, at - start)), true});
            add_delimiter(text, at, run, at > 0 ? text[at - 1] : before);
            start = at + run;
        }
        at += run;
    }
    if (start < text.size()) parts_.push_back({std::string(text.substr(start)), true});
}

void Inlines::add_delimiter(std::string_view text, std::size_t at, std::size_t run, char before) {
    auto tag = tag_of(text[at], run);
    auto& openers = openers_[tag];
    while (!openers.empty() && !alive_[openers.back().span]) openers.pop_back();
    if (!is_blank(before) && !openers.empty() && openers.back().span == span()) {
        auto opener = openers.back();
        parts_[opener.part] = {"<" + std::string(tag) + ">", false};
        // Openers in between that are still open can never be closed.
        for (auto& [_, others] : openers_)
            while (!others.empty() && others.back().part >= opener.part) others.pop_back();
        return add_html("</" + std::string(tag) + ">");
    }
    bool may_open = at + run >= text.size() || !is_blank(text[at + run]);
    if (may_open) openers.push_back({parts_.size(), span()});
    parts_.push_back({std::string(text.substr(at, run)), true});
}

std::string Inlines::take() {
    std::string out;
    for (auto const& part : parts_) out += part.is_text ? escape_html(part.content) : part.content;
    parts_.clear();
    openers_.clear();
    return out;
}

} // namespace stepwell::variables
