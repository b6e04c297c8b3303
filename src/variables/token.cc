#include "variables/token.h"

#include "base/text.h"

#include <array>

namespace stepwell::variables {

namespace {

constexpr int deepest_index = 8;            // #{A[#{B[#{C}]}]}
constexpr std::size_t longest_index = 1000; // of a value: longer than any name
using Kind = Token::Kind;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool belongs_to_name(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80)) return true;
    return is_blank(c) || std::string_view("._-:/~()@").find(c) != std::string_view::npos;
}

// A closing tag, or the word that opens a block.
bool is_tag(std::string_view inside) {
    if (inside.starts_with('/') || inside == "else") return true;
    constexpr std::array<std::string_view, 5> words{"if", "unless", "each", "calc", "elseif"};
    for (auto word : words)
        if (inside.size() > word.size() && is_blank(inside[word.size()]) && base::starts_ignoring_case(inside, word))
            return true;
    return false;
}

class Reader {
public:
    Reader(std::string_view text, IndexValue const& index_value) : text_(text), index_value_(index_value) {}

    Token read(std::size_t at, int depth) {
        Token token;
        auto pos = at + 2;
        bool found = true;
        for (;; ++pos) {
            if (pos >= text_.size()) return ended(token);
            if (text_[pos] == '}') break;
            if (text_[pos] == '[') {
                pos = read_index(pos, token.name, found, depth);
                if (pos == none) return ended(token);
            } else if (belongs_to_name(text_[pos])) {
                token.name += text_[pos];
            } else {
                return ended(token, text_[pos]);
            }
        }
        token.name = base::trim(token.name);
        token.end = pos + 1;
        token.kind = kind_of(token.name, found);
        return token;
    }

private:
    static constexpr std::size_t none = ~std::size_t(0);

    static Kind kind_of(std::string_view inside, bool found) {
        if (inside.empty()) return Kind::text;
        if (is_tag(inside)) return Kind::tag;
        return found ? Kind::name : Kind::missing_index;
    }

    // What stopped before its brace: still a tag when it begins like one, or goes on with a filter.
    Token ended(Token& token, char by = '\0') const {
        auto inside = base::trim(token.name);
        bool tag = by == '|' || (by != '\0' && is_tag(inside.empty() ? inside : std::string(inside) + ' '));
        token.kind = tag ? Kind::tag : Kind::text;
        return std::move(token);
    }

    // Position of the closing bracket, or none.
    std::size_t read_index(std::size_t open, std::string& name, bool& found, int depth) {
        auto pos = skip_blanks(open + 1);
        name += '[';
        if (at_token(pos)) {
            pos = read_inner_token(pos, name, found, depth);
        } else {
            auto start = pos;
            pos = end_of_index(pos);
            if (pos != none) name += text_.substr(start, pos - start);
        }
        name += ']';
        return pos;
    }

    std::size_t read_inner_token(std::size_t pos, std::string& name, bool& found, int depth) {
        if (depth >= deepest_index) return none;
        auto inner = read(pos, depth + 1);
        if (inner.kind != Kind::name && inner.kind != Kind::missing_index) return none;
        pos = skip_blanks(inner.end);
        if (pos >= text_.size() || text_[pos] != ']') return none;
        auto value = inner.kind == Kind::name ? index_value_(inner.name) : std::nullopt;
        if (value && value->size() <= longest_index)
            name += *value;
        else
            found = false;
        return pos;
    }

    std::size_t end_of_index(std::size_t pos) const {
        for (int open = 0; pos < text_.size() && !at_token(pos); ++pos) {
            if (text_[pos] == '[') ++open;
            if (text_[pos] == ']' && open-- == 0) return pos;
        }
        return none;
    }

    bool at_token(std::size_t pos) const { return text_.substr(pos < text_.size() ? pos : text_.size(), 2) == "#{"; }
    std::size_t skip_blanks(std::size_t pos) const {
        while (pos < text_.size() && is_blank(text_[pos])) ++pos;
        return pos;
    }

    std::string_view text_;
    IndexValue const& index_value_;
};

} // namespace

Token read_token(std::string_view text, std::size_t at, IndexValue const& index_value) {
    return Reader(text, index_value).read(at, 0);
}

} // namespace stepwell::variables
