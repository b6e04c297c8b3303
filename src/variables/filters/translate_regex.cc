#include "base/text.h"
#include "variables/filters/regex.h"

namespace stepwell::variables {

namespace {

constexpr int max_class_depth = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return base::lower(c) >= 'a' && base::lower(c) <= 'z'; }
bool is_hex(char c) { return is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'f'); }

class Translator {
public:
    explicit Translator(std::string_view pattern) : pattern_(pattern) {}

    std::string run() {
        while (at_ < pattern_.size()) translate_next();
        return std::move(out_);
    }

private:
    [[noreturn]] void refuse(std::string const& why) const {
        throw Stopped{Refusal::regex,
                      "Invalid pattern '" + std::string(pattern_.substr(0, 200)) + "' at offset " +
                          std::to_string(at_) + ": " + why,
                      true};
    }
    char look(std::size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }
    bool next_is(std::string_view word) const { return pattern_.substr(at_).starts_with(word); }
    void copy(std::size_t count = 1) {
        out_ += pattern_.substr(at_, count);
        at_ += count;
    }

    void translate_next() {
        auto c = look();
        auto quantifier = quantifier_size();
        if (quantifier > 0) return copy_quantifier(quantifier);
        if (c == '\\') {
            out_ += escape();
        } else if (c == '[') {
            out_ += character_class(0);
        } else {
            copy(c == '(' ? group_size() : 1);
        }
    }

    // Returns the size of *, +, ? or {n,m}.
    std::size_t quantifier_size() const {
        if (look() == '*' || look() == '+' || look() == '?') return 1;
        if (look() != '{' || !is_digit(look(1))) return 0;
        std::size_t size = 1;
        while (is_digit(look(size))) ++size;
        if (look(size) == ',') ++size;
        while (is_digit(look(size))) ++size;
        return look(size) == '}' ? size + 1 : 0;
    }
    void copy_quantifier(std::size_t size) {
        copy(size);
        if (look() == '?') copy();
        if (quantifier_size() > 0) refuse("nested quantifier");
    }

    // Returns the size of an opening bracket with its modifiers, to be copied. .NET has fewer kinds of groups; the
    // others would have a different meaning.
    std::size_t group_size() const {
        if (look(1) == '*') refuse("quantifier following nothing");
        if (look(1) != '?') return 1;
        auto kind = look(2);
        if (kind == '#') {
            auto end = pattern_.find(')', at_);
            if (end == std::string_view::npos) refuse("unterminated comment");
            return end + 1 - at_;
        }
        if (kind != '\0' && std::string_view(":=!>").find(kind) != std::string_view::npos) return 3;
        if (kind == '<' || kind == '\'') return 3;
        if (kind == '(') return 2;
        std::size_t size = 2;
        while (look(size) != '\0' && std::string_view("imnsx-").find(look(size)) != std::string_view::npos) ++size;
        if (size == 2 || (look(size) != ')' && look(size) != ':')) refuse("unrecognized grouping construct");
        return size + 1;
    }

    std::string escape() {
        auto c = look(1);
        if (c == '\0') refuse("illegal \\ at end of pattern");
        if (c == 'v') return take(2), "\\x0B";
        if (c == 'u') return hex(4);
        if (c == 'x') return hex(2);
        constexpr std::string_view known = "abBAdDwWsSzZGtnrfecckpP";
        if ((is_letter(c) && known.find(c) == std::string_view::npos) || c == '_')
            refuse(std::string("unrecognized escape sequence \\") + c);
        return std::string(take(2));
    }
    std::string_view take(std::size_t count) {
        auto taken = pattern_.substr(at_, count);
        at_ += count;
        return taken;
    }
    std::string hex(std::size_t digits) {
        for (std::size_t i = 0; i < digits; ++i)
            if (!is_hex(look(2 + i))) refuse("insufficient hexadecimal digits");
        return "\\x{" + std::string(take(2 + digits).substr(2)) + "}";
    }

    // PCRE2 has no equivalent of [base-[without]]; the excluded characters are tested first.
    std::string character_class(int depth) {
        if (depth > max_class_depth) refuse("classes nested too deep");
        std::string all(take(next_is("[^") ? 2 : 1)), without;
        for (bool first = true;; first = false) {
            auto c = look();
            if (at_ >= pattern_.size()) refuse("unterminated [] set");
            if (c == ']' && !first) break;
            if (c == '-' && look(1) == '[' && !first) {
                ++at_;
                without = character_class(depth + 1);
                if (look() != ']') refuse("a subtraction must be the last element in a character class");
                break;
            }
            if (c == '\\')
                all += escape();
            else if (c == '[')
                all += "\\[", ++at_;
            else
                all += take(1);
        }
        all += take(1);
        return without.empty() ? all : "(?:(?!" + without + ")" + all + ")";
    }

    std::string_view pattern_;
    std::size_t at_ = 0;
    std::string out_;
};

} // namespace

std::string translate_regex(std::string_view pattern) { return Translator(pattern).run(); }

} // namespace stepwell::variables
