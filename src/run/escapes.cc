#include "run/escapes.h"

#include "base/utf8.h"
#include "run/noise.h"

namespace stepwell::run {

namespace {

struct Name {
    std::string_view name;
    std::uint32_t value;
};
constexpr Name names[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                          {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", 160}};
constexpr std::string_view short_escapes[] = {"n\n", "r\r", "t\t", "b\b", "f\f", "v\v", "a\a", "e\x1B", "E\x1B"};
constexpr std::string_view apostrophes[] = {"'\\''", "'\"'\"'"}; // how shells leave and reenter quotes
constexpr std::size_t longest_entity = 12;

bool is_printable(char c) { return c >= 32 && c < 127; }

// Returns the character that a form doubles; 0 if there is none.
char doubled_by(Form form) {
    switch (form) {
    case Form::twice_single: return '\'';
    case Form::twice_double: return '"';
    case Form::twice_dollar: return '$';
    case Form::twice_percent: return '%';
    default: return 0;
    }
}

struct Escape {
    std::uint32_t value = 0;
    std::size_t size = 0; // 0: no escape
    bool cut_off = false;
};

// Reads `count` digits at `at`, which `before` bytes of the escape precede.
Escape read_digits(std::string_view text, std::size_t at, std::size_t before, std::size_t count) {
    Escape escape;
    for (std::size_t i = 0; i < count; ++i) {
        if (at + i >= text.size()) return {0, 0, true};
        int const digit = hex_value(text[at + i]);
        if (digit < 0) return {};
        escape.value = escape.value << 4 | static_cast<std::uint32_t>(digit);
    }
    escape.size = before + count;
    return escape;
}

Escape read_octal(std::string_view text, std::size_t at) {
    Escape escape;
    std::size_t count = 0;
    for (; count < 3; ++count) {
        if (at + 1 + count == text.size()) return {0, 0, true};
        char const c = text[at + 1 + count];
        if (c < '0' || c > '7') break;
        escape.value = escape.value * 8 + static_cast<std::uint32_t>(c - '0');
    }
    escape.size = 1 + count;
    return escape;
}

// Reads \uXXXX; two of them form a code point above 0xFFFF.
Escape read_unicode(std::string_view text, std::size_t at) {
    Escape const first = read_digits(text, at + 2, 2, 4);
    if (first.size == 0 || !base::is_high_surrogate(first.value)) return first;
    std::string_view const rest = text.substr(at + 6, 2);
    if (rest != std::string_view("\\u").substr(0, rest.size())) return {};
    if (rest.size() < 2) return {0, 0, true};
    Escape second = read_digits(text, at + 8, 12 - 4, 4);
    second.value = base::join_surrogates(first.value, second.value);
    return second;
}

Escape read_backslash(std::string_view text, std::size_t at) {
    if (at + 1 == text.size()) return {0, 0, true};
    char const c = text[at + 1];
    if (c == 'u') return read_unicode(text, at);
    if (c == 'U') return read_digits(text, at + 2, 2, 8);
    if (c == 'x') return read_digits(text, at + 2, 2, 2);
    if (c >= '0' && c <= '7') return read_octal(text, at);
    for (auto const pair : short_escapes)
        if (pair[0] == c) return {static_cast<unsigned char>(pair[1]), 2, false};
    if (is_alphanumeric(c)) return {};
    return {static_cast<unsigned char>(c), 2, false};
}

Escape read_number(std::string_view entity, bool complete) {
    bool const hex = entity.size() > 2 && (entity[2] == 'x' || entity[2] == 'X');
    std::size_t const begin = hex ? 3 : 2;
    Escape escape{0, entity.size(), false};
    for (std::size_t at = begin; at + complete < entity.size(); ++at) {
        int const digit = hex_value(entity[at]);
        if (digit < 0 || digit >= (hex ? 16 : 10)) return {};
        escape.value = escape.value * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
    }
    if (!complete) return {0, 0, true};
    return entity.size() > begin + 1 ? escape : Escape{};
}

Escape read_entity(std::string_view text, std::size_t at) {
    std::string_view const rest = text.substr(at, longest_entity);
    std::size_t const end = rest.find(';');
    if (end == rest.npos && rest.size() == longest_entity) return {};
    std::string_view const entity = rest.substr(0, end == rest.npos ? end : end + 1);
    if (entity.starts_with("&#")) return read_number(entity, end != rest.npos);
    for (auto const& [name, value] : names) {
        if (name == entity) return {value, name.size(), false};
        if (end == rest.npos && name.starts_with(entity)) return {0, 0, true};
    }
    return {};
}

Escape read_escape(Form form, std::string_view text, std::size_t at) {
    char const c = text[at];
    if (form == Form::backslash && c == '\\') return read_backslash(text, at);
    if (form == Form::pattern && c == '\\')
        return at + 1 == text.size() ? Escape{0, 0, true} : Escape{static_cast<unsigned char>(text[at + 1]), 2, false};
    if (form == Form::percent && c == '%') return read_digits(text, at + 1, 1, 2);
    if (form == Form::percent && c == '+') return {' ', 1, false};
    if (form == Form::entity && c == '&') return read_entity(text, at);
    if (form == Form::backtick && c == '`')
        return at + 1 == text.size() ? Escape{0, 0, true} : Escape{static_cast<unsigned char>(text[at + 1]), 2, false};
    if (c == doubled_by(form)) {
        if (at + 1 == text.size()) return {0, 0, true};
        if (text[at + 1] == c) return {static_cast<unsigned char>(c), 2, false};
    }
    return {};
}

Taken take_apostrophe(std::string_view rest) {
    bool cut_off = false;
    for (auto const written : apostrophes) {
        if (rest.starts_with(written)) return {written.size(), 1, false};
        cut_off = cut_off || written.starts_with(rest);
    }
    return {0, 0, cut_off};
}

std::size_t stands_for(std::uint32_t value, std::string_view secret) {
    if (value == static_cast<unsigned char>(secret.front())) return 1;
    auto const [point, size] = first_code_point(secret);
    return point == value ? size : 0;
}

} // namespace

Taken take(Form form, std::string_view text, std::size_t at, std::string_view secret, std::size_t place) {
    char const wanted = secret[place];
    if (form == Form::shell_quote && wanted == '\'' && text[at] == '\'') return take_apostrophe(text.substr(at));
    if (form == Form::dotted && !is_printable(wanted)) return text[at] == '.' ? Taken{1, 1, false} : Taken{};
    if (form != Form::raw) {
        Escape const escape = read_escape(form, text, at);
        if (escape.cut_off) return {0, 0, true};
        std::size_t const count = escape.size == 0 ? 0 : stands_for(escape.value, secret.substr(place));
        if (count > 0) return {escape.size, count, false};
        if (escape.size > 1) return {}; // it has another meaning; a + may mean itself
    }
    return text[at] == wanted ? Taken{1, 1, false} : Taken{};
}

FormSet escaping_forms(char c) {
    switch (c) {
    case '\\': return set_of(Form::backslash) | set_of(Form::pattern);
    case '%': return set_of(Form::percent) | set_of(Form::twice_percent);
    case '+': return set_of(Form::percent);
    case '&': return set_of(Form::entity);
    case '\'': return set_of(Form::shell_quote) | set_of(Form::twice_single);
    case '"': return set_of(Form::twice_double);
    case '$': return set_of(Form::twice_dollar);
    case '`': return set_of(Form::backtick);
    case '.': return set_of(Form::dotted);
    default: return 0;
    }
}

namespace {

// Generates all possible starts of a secret in one form, character by character up to four bytes.
class KeyMaker {
public:
    KeyMaker(Form form, std::string_view secret, Escaping escaping, KeyUse& use)
        : form_(form), secret_(secret), escaping_(escaping), use_(use) {}

    bool grow(std::size_t size, std::size_t place) {
        if (size >= 4) return use_.use(load_key(text_), form_);
        if (place == secret_.size()) return true;
        if (is_line_end(secret_[place])) return grow_line_end(size, place);
        char const c = secret_[place];
        char const itself = form_ == Form::dotted && !is_printable(c) ? '.' : c;
        bool const is_always_escaped = form_ == Form::pattern && !base::is_continuation(c);
        if (!is_always_escaped && !with(size, {&itself, 1}, place + 1)) return false;
        if (form_ == Form::pattern) return grow_after(size, '\\', c, place + 1);
        if (escaping_ == Escaping::needed && is_alphanumeric(c)) return true;
        auto const [value, count] = first_code_point(secret_.substr(place));
        if (count > 1 && !grow_escaped(size, value, place + count)) return false;
        return grow_escaped(size, static_cast<unsigned char>(c), place + 1);
    }

private:
    bool with(std::size_t size, std::string_view more, std::size_t next) {
        char before[sizeof text_];
        std::memcpy(before, text_, sizeof text_);
        std::size_t const count = more.size() < 8 ? more.size() : 8;
        std::memcpy(text_ + size, more.data(), count);
        bool const good = grow(size + count, next);
        std::memcpy(text_, before, sizeof text_);
        return good;
    }

    // Line ends may be missing or replaced.
    bool grow_line_end(std::size_t size, std::size_t place) {
        std::size_t const next = place + (secret_.substr(place, 2) == "\r\n" ? 2 : 1);
        return grow(size, next) && with(size, "\n", next) && with(size, "\r\n", next) &&
               grow_escaped(size, '\n', next) && grow_escaped(size, '\r', next) &&
               (form_ != Form::backslash || with(size, "\\r\\n", next));
    }

    bool grow_escaped(std::size_t size, std::uint32_t value, std::size_t next) {
        switch (form_) {
        case Form::backslash: return grow_backslash(size, value, next);
        case Form::percent:
            return (value != ' ' || with(size, "+", next)) && (value > 255 || grow_hex(size, "%", value, 2, next));
        case Form::entity: return grow_entity(size, value, next);
        case Form::shell_quote:
            if (value != '\'') return true;
            return with(size, apostrophes[0], next) && with(size, apostrophes[1], next);
        case Form::backtick: return value > 127 || grow_after(size, '`', static_cast<char>(value), next);
        default: {
            char const twice = doubled_by(form_);
            return twice == 0 || value != static_cast<unsigned char>(twice) || grow_after(size, twice, twice, next);
        }
        }
    }

    bool grow_after(std::size_t size, char before, char c, std::size_t next) {
        char const both[] = {before, c};
        return with(size, {both, 2}, next);
    }

    bool grow_hex(std::size_t size, std::string_view before, std::uint32_t value, int digits, std::size_t next) {
        for (char const* const letters : {"0123456789abcdef", "0123456789ABCDEF"}) {
            char text[12];
            std::memcpy(text, before.data(), before.size());
            std::size_t count = before.size();
            for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text[count++] = letters[value >> shift & 15];
            if (!with(size, {text, count}, next)) return false;
        }
        return true;
    }

    bool grow_backslash(std::size_t size, std::uint32_t value, std::size_t next) {
        for (auto const pair : short_escapes)
            if (value == static_cast<unsigned char>(pair[1]) && !grow_after(size, '\\', pair[0], next)) return false;
        if (value < 256) {
            char const octal[] = {'\\', static_cast<char>('0' + (value >> 6)),
                                  static_cast<char>('0' + (value >> 3 & 7)), static_cast<char>('0' + (value & 7))};
            if (!with(size, {octal, 4}, next) || !grow_hex(size, "\\x", value, 2, next)) return false;
        }
        bool const is_sign =
            value < 256 && is_printable(static_cast<char>(value)) && !is_alphanumeric(static_cast<char>(value));
        if (is_sign && !grow_after(size, '\\', static_cast<char>(value), next)) return false;
        std::uint32_t const unit = value > 0xFFFF ? base::high_surrogate(value) : value;
        return grow_hex(size, "\\u", unit, 4, next) && grow_hex(size, "\\U", value, 8, next);
    }

    bool grow_entity(std::size_t size, std::uint32_t value, std::size_t next) {
        for (auto const& [name, named] : names)
            if (named == value && !with(size, name, next)) return false;
        for (std::size_t zeros = 0; zeros <= 2; ++zeros) {
            char text[16] = "&#00";
            std::size_t count = 2 + zeros;
            for (std::uint32_t unit = 1'000'000; unit > 0; unit /= 10)
                if (value >= unit) text[count++] = static_cast<char>('0' + value / unit % 10);
            text[count++] = ';';
            if (!with(size, {text, count}, next)) return false;
        }
        int const digits = value < 256 ? 2 : value < 4096 ? 3 : value < 65536 ? 4 : 5;
        if (value < 16 && !(grow_hex(size, "&#x", value, 1, next) && grow_hex(size, "&#X", value, 1, next)))
            return false;
        return grow_hex(size, "&#x", value, digits, next) && grow_hex(size, "&#X", value, digits, next);
    }

    Form form_;
    std::string_view secret_;
    Escaping escaping_;
    KeyUse& use_;
    char text_[16] = {};
};

// Generates the first bytes without noise, because noise of the secret is also skipped in a text that contains more.
bool use_without_noise(std::string_view secret, KeyUse& use) {
    char key[4];
    std::size_t count = 0;
    bool has_noise = false;
    for (std::size_t at = 0; at < secret.size() && count < 4;) {
        std::size_t const size = noise_at(secret, at).size;
        has_noise = has_noise || (size > 0 && !is_line_end(secret[at]));
        if (size == 0) key[count++] = secret[at];
        at += size > 0 ? size : 1;
    }
    return !has_noise || count < 4 || use.use(load_key(key), Form::raw);
}

bool has_unprintable(std::string_view text) {
    for (char const c : text)
        if (!is_printable(c)) return true;
    return false;
}

} // namespace

bool each_escaped_key(std::string_view secret, Escaping escaping, KeyUse& use) {
    for (int i = 0; i <= static_cast<int>(Form::last_text); ++i) {
        auto const form = static_cast<Form>(i);
        if (form == Form::dotted && !has_unprintable(secret)) continue;
        if (!KeyMaker(form, secret, escaping, use).grow(0, 0)) return false;
    }
    return use_without_noise(secret, use);
}

} // namespace stepwell::run
