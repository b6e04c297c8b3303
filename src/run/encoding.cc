#include "run/encoding.h"

#include <cstring>

namespace stepwell::run {

namespace {

constexpr char lower_digits[] = "0123456789abcdef";
constexpr char upper_digits[] = "0123456789ABCDEF";
constexpr char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_alphanumeric(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_one_of(unsigned char c, char const* set) { return c != 0 && std::strchr(set, c) != nullptr; }

std::uint8_t put(char* out, char const* text) {
    std::size_t const size = std::strlen(text);
    std::memcpy(out, text, size);
    return static_cast<std::uint8_t>(size);
}

std::uint8_t put_after(char* out, char before, unsigned char c) {
    out[0] = before;
    out[1] = static_cast<char>(c);
    return 2;
}

std::uint8_t put_itself(char* out, unsigned char c) {
    out[0] = static_cast<char>(c);
    return 1;
}

std::uint8_t put_hex(char* out, char const* before, unsigned c, int digit_count, char const* digits) {
    std::uint8_t size = put(out, before);
    for (int shift = 4 * (digit_count - 1); shift >= 0; shift -= 4) out[size++] = digits[(c >> shift) & 15];
    return size;
}

// The letter behind the backslash of \n and its like; 0 when there is none.
char short_escape(unsigned char c, bool with_bell) {
    switch (c) {
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\a': return with_bell ? 'a' : '\0';
    case '\v': return with_bell ? 'v' : '\0';
    default: return 0;
    }
}

std::uint8_t put_json(Encoding encoding, unsigned char c, char* out) {
    if (encoding == Encoding::json_strict && (is_one_of(c, "\"<>&'+`") || c == 127))
        return put_hex(out, "\\u", c, 4, upper_digits);
    if (encoding == Encoding::json_html && is_one_of(c, "<>&")) return put_hex(out, "\\u", c, 4, lower_digits);
    if (c == '"' || c == '\\' || (c == '/' && encoding == Encoding::json_slash)) return put_after(out, '\\', c);
    bool const in_ascii = encoding == Encoding::json_ascii || encoding == Encoding::json_slash;
    if (c >= 32 && !(c == 127 && in_ascii)) return put_itself(out, c);
    if (char const letter = short_escape(c, false)) return put_after(out, '\\', static_cast<unsigned char>(letter));
    return put_hex(out, "\\u", c, 4, encoding == Encoding::json_strict ? upper_digits : lower_digits);
}

char const* quote_in_xml(Encoding encoding) {
    switch (encoding) {
    case Encoding::xml_text: return "\"";
    case Encoding::html_numbers: return "&#34;";
    default: return "&quot;";
    }
}

char const* apostrophe_in_xml(Encoding encoding) {
    switch (encoding) {
    case Encoding::xml_apos: return "&apos;";
    case Encoding::html_decimal:
    case Encoding::html_numbers: return "&#39;";
    case Encoding::html_hexadecimal: return "&#x27;";
    default: return "'";
    }
}

std::uint8_t put_xml(Encoding encoding, unsigned char c, char* out) {
    switch (c) {
    case '&': return put(out, "&amp;");
    case '<': return put(out, "&lt;");
    case '>': return put(out, "&gt;");
    case '"': return put(out, quote_in_xml(encoding));
    case '\'': return put(out, apostrophe_in_xml(encoding));
    default: return put_itself(out, c);
    }
}

char const* plain_in_url(Encoding encoding) {
    switch (encoding) {
    case Encoding::url_slash:
    case Encoding::url_slash_lower: return "-_.~/";
    case Encoding::url_component:
    case Encoding::url_component_lower: return "-_.~!*'()";
    case Encoding::url_whole:
    case Encoding::url_whole_lower: return "-_.~!*'();,/?:@&=+$#";
    case Encoding::form:
    case Encoding::form_lower: return "*-._";
    case Encoding::form_lenient:
    case Encoding::form_lenient_lower: return "-_.!*()";
    default: return "-_.~";
    }
}

std::uint8_t put_url(Encoding encoding, unsigned char c, char* out) {
    if (is_alphanumeric(c) || is_one_of(c, plain_in_url(encoding))) return put_itself(out, c);
    if (c == ' ' && encoding >= Encoding::form) return put_itself(out, '+');
    bool const lower = (static_cast<int>(encoding) - static_cast<int>(Encoding::url_strict)) % 2 == 1;
    return put_hex(out, "%", c, 2, lower ? lower_digits : upper_digits);
}

std::uint8_t put_c(Encoding encoding, unsigned char c, char* out) {
    bool const beyond_ascii = c >= 128 && (encoding == Encoding::c_octal || encoding == Encoding::c_bytes);
    char const* quotes = encoding == Encoding::c_plain ? "" : encoding == Encoding::c_double ? "\"" : "'";
    if (c == '\\' || is_one_of(c, quotes)) return put_after(out, '\\', c);
    if (c >= 32 && c != 127 && !beyond_ascii) return put_itself(out, c);
    if (char const letter = short_escape(c, true); letter && encoding != Encoding::c_bytes)
        return put_after(out, '\\', static_cast<unsigned char>(letter));
    if (is_one_of(c, "\n\r\t")) return put_after(out, '\\', static_cast<unsigned char>(short_escape(c, false)));
    if (encoding != Encoding::c_octal) return put_hex(out, "\\x", c, 2, lower_digits);
    if (c == 27) return put(out, "\\E");
    out[0] = '\\';
    for (int i = 1; i <= 3; ++i) out[i] = lower_digits[(c >> (9 - 3 * i)) & 7];
    return 4;
}

std::uint8_t put_shell(Encoding encoding, unsigned char c, char* out) {
    switch (encoding) {
    case Encoding::shell_single: return c == '\'' ? put(out, "'\\''") : put_itself(out, c);
    case Encoding::shell_single_double: return c == '\'' ? put(out, "'\"'\"'") : put_itself(out, c);
    case Encoding::shell_double: return is_one_of(c, "\\\"$`") ? put_after(out, '\\', c) : put_itself(out, c);
    case Encoding::shell_words:
        return is_one_of(c, " \t!\"$&'()*,;<>?[\\]^`{|}") ? put_after(out, '\\', c) : put_itself(out, c);
    default: return is_one_of(c, "`\"$") ? put_after(out, '`', c) : put_itself(out, c);
    }
}

std::uint8_t put_twice(Encoding encoding, unsigned char c, char* out) {
    char const doubled = encoding == Encoding::twice_single   ? '\''
                         : encoding == Encoding::twice_double ? '"'
                         : encoding == Encoding::twice_dollar ? '$'
                                                              : '%';
    return c == static_cast<unsigned char>(doubled) ? put_after(out, doubled, c) : put_itself(out, c);
}

bool is_utf16(Encoding encoding) { return encoding >= Encoding::utf16; }
bool is_bits(Encoding encoding) { return encoding >= Encoding::base64 && encoding != Encoding::utf16; }
bool is_unicode(Encoding encoding) {
    return encoding == Encoding::json_ascii || encoding == Encoding::json_slash || encoding == Encoding::json_strict;
}

std::uint8_t put_byte(Encoding encoding, unsigned char c, char* out) {
    if (encoding == Encoding::raw) return put_itself(out, c);
    if (encoding <= Encoding::json_strict) return put_json(encoding, c, out);
    if (encoding <= Encoding::html_numbers) return put_xml(encoding, c, out);
    if (encoding <= Encoding::form_lenient_lower) return put_url(encoding, c, out);
    if (encoding <= Encoding::c_bytes) return put_c(encoding, c, out);
    if (encoding <= Encoding::backtick) return put_shell(encoding, c, out);
    if (encoding <= Encoding::twice_percent) return put_twice(encoding, c, out);
    return put_hex(out, "", c, 2, encoding == Encoding::hex_lower ? lower_digits : upper_digits);
}

// Bits of the first byte that share a character with an unknown byte before it.
int bits_of_neighbour(Encoding encoding) {
    switch (encoding) {
    case Encoding::base64_1:
    case Encoding::base64url_1:
    case Encoding::utf16_base64_1: return 4;
    case Encoding::base64_2:
    case Encoding::base64url_2:
    case Encoding::utf16_base64_2: return 2;
    default: return 0;
    }
}

char base64_letter(unsigned bits, bool for_urls) {
    if (bits < 62) return base64_letters[bits];
    return bits == 62 ? (for_urls ? '-' : '+') : (for_urls ? '_' : '/');
}

struct CodePoint {
    unsigned value;
    std::size_t size;
};

// At the beginning of `text`, which is not empty. A byte that is no UTF-8 stands for itself.
CodePoint first_code_point(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const first = byte(0);
    std::size_t const size = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    if (size == 1 || first >= 0xF8 || text.size() < size) return {first, 1};
    unsigned value = first & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {first, 1};
        value = value << 6 | (byte(i) & 0x3F);
    }
    return {value, size};
}

} // namespace

bool alters(Encoding encoding, std::string_view bytes) {
    if (encoding >= Encoding::hex_lower) return true;
    char out[12];
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte >= 128 && is_unicode(encoding)) return true;
        if (put_byte(encoding, byte, out) != 1 || out[0] != c) return true;
    }
    return false;
}

FormReader::FormReader(Form form, std::string_view text, RawLineEnds raw)
    : form_(form), text_(text), keep_line_ends_(raw == RawLineEnds::kept) {
    if (is_bits(form.encoding)) skip_bits_of_neighbour();
    for (int i = 0; i < form.left_out; ++i) next();
}

void FormReader::skip_bits_of_neighbour() {
    int const strange = bits_of_neighbour(form_.encoding);
    if (strange == 0) return;
    int const first = next_unit();
    if (first < 0) return;
    bit_count_ = 8 - strange;
    bits_ = static_cast<unsigned>(first) & ((1u << bit_count_) - 1);
}

// The next byte of the text with its line ends as wanted.
int FormReader::next_of_text() {
    if (pending_ >= 0) {
        int const byte = pending_;
        pending_ = -1;
        return byte;
    }
    if (read_ == text_.size()) return -1;
    char const c = text_[read_++];
    bool const before_lf = read_ < text_.size() && text_[read_] == '\n';
    if (c == '\r' && before_lf && form_.line_ends == LineEnds::lf) {
        ++read_;
        return '\n';
    }
    if (c == '\n' && form_.line_ends == LineEnds::crlf && (read_ < 2 || text_[read_ - 2] != '\r')) {
        pending_ = '\n';
        return '\r';
    }
    return static_cast<unsigned char>(c);
}

// The next byte to put into base64: of the text, or of its UTF-16.
int FormReader::next_unit() {
    if (!is_utf16(form_.encoding)) return next_of_text();
    if (unit_at_ == unit_count_) {
        int const byte = next_of_text();
        if (byte < 0) return -1;
        unsigned point = static_cast<unsigned>(byte);
        if (byte >= 128) {
            auto const [value, size] = first_code_point(text_.substr(read_ - 1));
            point = value;
            read_ += size - 1;
        }
        auto const put_unit = [&](unsigned unit) {
            units_[unit_count_++] = static_cast<char>(unit & 255);
            units_[unit_count_++] = static_cast<char>(unit >> 8);
        };
        unit_at_ = unit_count_ = 0;
        if (point >= 0x10000) put_unit(0xD800 + ((point - 0x10000) >> 10 & 0x3FF));
        put_unit(point >= 0x10000 ? 0xDC00 + (point & 0x3FF) : point);
    }
    return static_cast<unsigned char>(units_[unit_at_++]);
}

// A base64 character. What is left of the last byte depends on what follows the secret, and is left out.
bool FormReader::fill_bits() {
    if (bit_count_ < 6) {
        int const byte = next_unit();
        if (byte < 0) return false;
        bits_ = bits_ << 8 | static_cast<unsigned>(byte);
        bit_count_ += 8;
    }
    bit_count_ -= 6;
    bool const for_urls = form_.encoding >= Encoding::base64url && form_.encoding <= Encoding::base64url_2;
    ready_[0] = base64_letter(bits_ >> bit_count_ & 63, for_urls);
    bits_ &= (1u << bit_count_) - 1;
    size_ = 1;
    return true;
}

bool FormReader::fill_unicode(unsigned first) {
    auto const [point, size] = first_code_point(text_.substr(read_ - 1));
    read_ += size - 1;
    bool const upper = form_.encoding == Encoding::json_strict;
    char const* digits = upper ? upper_digits : lower_digits;
    if (point < 0x10000) {
        size_ = put_hex(ready_, "\\u", size == 1 ? first : point, 4, digits);
        return true;
    }
    size_ = put_hex(ready_, "\\u", 0xD800 + ((point - 0x10000) >> 10 & 0x3FF), 4, digits);
    size_ = static_cast<std::uint8_t>(size_ + put_hex(ready_ + size_, "\\u", 0xDC00 + (point & 0x3FF), 4, digits));
    return true;
}

bool FormReader::fill() {
    at_ = size_ = 0;
    if (is_bits(form_.encoding)) return fill_bits();
    int const byte = is_utf16(form_.encoding) ? next_unit() : next_of_text();
    if (byte < 0) return false;
    auto const c = static_cast<unsigned char>(byte);
    if (is_utf16(form_.encoding)) {
        size_ = put_itself(ready_, c);
    } else if (c >= 128 && is_unicode(form_.encoding)) {
        return fill_unicode(c);
    } else {
        size_ = put_byte(form_.encoding, c, ready_);
    }
    return true;
}

} // namespace stepwell::run
