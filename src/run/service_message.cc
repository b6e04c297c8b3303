#include "run/service_message.h"

#include <cstdint>

namespace stepwell::run {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_letter(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; }
bool is_in_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':'; }

int value_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// The destination of decoded bytes.
class Output {
public:
    Output(char* place, std::size_t capacity) : place_(place), capacity_(capacity) {}

    bool put(char c) {
        if (size_ == capacity_) return false;
        place_[size_++] = c;
        return true;
    }
    void cut_to(std::size_t size) { size_ = size; }
    std::size_t size() const { return size_; }
    std::string_view from(std::size_t begin) const { return {place_ + begin, size_ - begin}; }

private:
    char* place_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

// Parses a message and ignores line ends.
class Parser {
public:
    explicit Parser(std::string_view raw) : raw_(raw) { skip_line_ends(); }

    bool at_end() const { return at_ == raw_.size(); }
    char peek() const { return at_end() ? '\0' : raw_[at_]; }

    bool name(Output& out) {
        if (!is_letter(peek())) return false;
        while (!at_end() && is_in_name(peek()))
            if (!out.put(take())) return false;
        return true;
    }
    bool blanks() {
        bool any = false;
        for (; !at_end() && is_blank(peek()); any = true) take();
        return any;
    }
    bool equals_sign() {
        blanks();
        if (at_end() || take() != '=') return false;
        blanks();
        return true;
    }
    // Reads a quoted base64 value; padding may be missing.
    bool value(Output& out) {
        char const quote = peek();
        if (quote != '\'' && quote != '"') return false;
        take();
        unsigned bits = 0;
        int count = 0;
        bool padded = false;
        for (; !at_end() && peek() != quote;) {
            char const c = take();
            if (is_blank(c)) continue;
            if (c == '=') {
                padded = true;
                continue;
            }
            int const six = value_of(c);
            if (six < 0 || padded) return false;
            bits = (bits << 6 | static_cast<unsigned>(six)) & 0xFFFF;
            count += 6;
            if (count < 8) continue;
            count -= 8;
            char const byte = static_cast<char>(bits >> count & 255);
            if (byte == '\0' || !out.put(byte)) return false;
        }
        if (at_end() || count == 6) return false;
        take();
        return out.put('\0');
    }
    bool skip_value() {
        char const quote = peek();
        if (quote != '\'' && quote != '"') return false;
        take();
        while (!at_end() && peek() != quote) take();
        return !at_end() && take() == quote;
    }

private:
    char take() {
        char const c = raw_[at_++];
        skip_line_ends();
        return c;
    }
    void skip_line_ends() {
        while (at_ < raw_.size() && is_line_end(raw_[at_])) ++at_;
    }

    std::string_view raw_;
    std::size_t at_ = 0;
};

bool is_there(std::string_view encoded, std::string_view attribute) {
    AttributeReader reader(encoded);
    for (std::string_view name, value; reader.next(name, value);)
        if (equal_names(name, attribute)) return true;
    return false;
}

} // namespace

bool equal_names(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

bool has_effect(std::string_view message_name) {
    return equal_names(message_name, "setVariable") || equal_names(message_name, "resultMessage");
}

std::string_view attribute_of(std::string_view encoded, std::string_view attribute) {
    AttributeReader reader(encoded);
    for (std::string_view name, value; reader.next(name, value);)
        if (equal_names(name, attribute)) return value;
    return {};
}

// The output never overtakes the input: each NUL is written after the character that follows the name or value was
// read.
std::optional<std::string_view> decode_in_place(char* buffer, std::size_t size) {
    Parser parser({buffer, size});
    Output out(buffer, size + 1);
    if (!parser.name(out)) return {};
    bool more = parser.blanks();
    if (!(more || parser.at_end()) || !out.put('\0')) return {};
    for (; more && !parser.at_end(); more = parser.blanks()) {
        std::size_t const begin = out.size();
        if (!parser.name(out)) return {};
        std::string_view const attribute = out.from(begin);
        if (is_there({buffer, begin}, attribute) || !parser.equals_sign()) return {};
        if (!out.put('\0') || !parser.value(out)) return {};
        if (equal_names(attribute, "nonce")) out.cut_to(begin);
    }
    if (!parser.at_end()) return {};
    return out.from(0);
}

bool carries_nonce(std::string_view raw, std::string_view nonce) {
    char found[128];
    Parser parser(raw);
    Output name(found, sizeof found);
    if (!parser.name(name)) return false;
    while (parser.blanks() && !parser.at_end()) {
        name.cut_to(0);
        if (!parser.name(name) || !parser.equals_sign()) return false;
        bool const is_nonce = equal_names(name.from(0), "nonce");
        Output value(found, sizeof found);
        if (is_nonce) return parser.value(value) && value.from(0).substr(0, value.size() - 1) == nonce;
        if (!parser.skip_value()) return false;
    }
    return false;
}

std::string_view name_in(std::string_view raw) {
    std::size_t size = 0;
    while (size < raw.size() && size < 64 && is_in_name(raw[size])) ++size;
    return raw.substr(0, size);
}

} // namespace stepwell::run
