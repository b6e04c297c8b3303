#include "base/crypto.h"
#include "base/text.h"
#include "base/utf8.h"
#include "variables/filters/filter.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

namespace {

// `write` appends the replacement of a character.
template <class Write> std::string escape(FilterCall const& call, Write const& write) {
    std::string out;
    auto text = call.text();
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto [code, size] = character_at(text, at);
        write(out, code, text.substr(at, size));
        at += size;
    }
    return out;
}

void append_unit(std::string& out, char32_t unit) { out += fmt::format("\\u{:04x}", std::uint32_t(unit)); }
// Appends one escape per UTF-16 unit.
void append_units(std::string& out, char32_t code) {
    if (code > 0xFFFF) {
        append_unit(out, base::high_surrogate(code));
        code = base::low_surrogate(code);
    }
    append_unit(out, code);
}

// Returns the letter that follows the backslash for a line break or tab.
char letter_of(char32_t code) { return code == '\r' ? 'r' : code == '\n' ? 'n' : code == '\t' ? 't' : '\0'; }

Filtered to_markup(FilterCall const& call, bool html) {
    return escape(call, [&](std::string& out, char32_t code, std::string_view bytes) {
        switch (code) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&apos;"; break;
        case '/': out += html ? "&#x2F;" : "/"; break;
        default: out += bytes;
        }
    });
}
Filtered html_escape(FilterCall const& call) { return to_markup(call, true); }
Filtered xml_escape(FilterCall const& call) { return to_markup(call, false); }

Filtered json_escape(FilterCall const& call) {
    return escape(call, [](std::string& out, char32_t code, std::string_view bytes) {
        if (auto letter = letter_of(code))
            out.append("\\") += letter;
        else if (code == '"' || code == '\\')
            out.append("\\").append(bytes);
        else
            out += bytes;
    });
}

Filtered to_percent(FilterCall const& call, std::string_view kept) {
    return escape(call, [&](std::string& out, char32_t code, std::string_view bytes) {
        bool ascii_letter = code < 0x80 && is_letter_or_digit(code);
        if (ascii_letter || (code < 0x80 && kept.find(char(code)) != std::string_view::npos)) {
            out += bytes;
            return;
        }
        std::string whole;
        append_character(whole, code);
        for (auto byte : whole) out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    });
}
Filtered uri_escape(FilterCall const& call) { return to_percent(call, "-._~;/?:@&=+$,#[]!'()*"); }
Filtered uri_data_escape(FilterCall const& call) { return to_percent(call, "-._~"); }

// Quotes are doubled, and so is the first line break of each run.
Filtered yaml_single_quote_escape(FilterCall const& call) {
    std::string out;
    auto text = call.text();
    auto break_size = [&](std::size_t at) -> std::size_t {
        if (text.substr(at).starts_with("\r\n")) return 2;
        return text.substr(at).starts_with("\n") ? 1 : 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        auto size = break_size(at);
        if (size == 0) {
            out += text[at];
            if (text[at] == '\'') out += '\'';
            ++at;
            continue;
        }
        out += text.substr(at, size);
        for (; size > 0; size = break_size(at)) {
            out += text.substr(at, size);
            at += size;
        }
    }
    return out;
}

Filtered yaml_double_quote_escape(FilterCall const& call) {
    return escape(call, [](std::string& out, char32_t code, std::string_view bytes) {
        if (auto letter = letter_of(code))
            out.append("\\") += letter;
        else if (code == '"' || code == '\\')
            out.append("\\").append(bytes);
        else if (code < 0x20 || code > 0x7E)
            append_units(out, code);
        else
            out += bytes;
    });
}

Filtered to_properties(FilterCall const& call, bool key) {
    return escape(call, [&](std::string& out, char32_t code, std::string_view bytes) {
        bool marked = code == '\\' || (code == ' ' && (key || out.empty())) || (key && (code == ':' || code == '='));
        if (auto letter = letter_of(code))
            out.append("\\") += letter;
        else if (marked)
            out.append("\\").append(bytes);
        else if (code >= 0xFF)
            append_units(out, code);
        else
            out += bytes;
    });
}
Filtered properties_key_escape(FilterCall const& call) { return to_properties(call, true); }
Filtered properties_value_escape(FilterCall const& call) { return to_properties(call, false); }

Filtered to_base64(FilterCall const& call) {
    auto bytes = encode(call.text(), call.options.empty() ? "utf8" : call.option(0));
    return bytes ? Filtered(base::to_base64(*bytes)) : std::nullopt;
}

Filtered from_base64(FilterCall const& call) {
    auto encoding = call.options.empty() ? "utf8" : call.option(0);
    if (!encode("", encoding)) return std::nullopt;
    auto bytes = decode_base64(call.text());
    if (!bytes) throw Stopped{Refusal::base64, "FromBase64: the input is not valid base64"};
    return base::equal_ignoring_case(encoding, "unicode") ? from_utf16_bytes(*bytes) : base::to_utf8(*bytes);
}

} // namespace

std::span<FilterEntry const> escape_filters() {
    static constexpr FilterEntry all[] = {
        {"htmlescape", html_escape, 0, 0},
        {"xmlescape", xml_escape, 0, 0},
        {"jsonescape", json_escape, 0, 0},
        {"uriescape", uri_escape, 0, 0},
        {"uridataescape", uri_data_escape, 0, 0},
        {"yamlsinglequoteescape", yaml_single_quote_escape, 0, 0},
        {"yamldoublequoteescape", yaml_double_quote_escape, 0, 0},
        {"propertieskeyescape", properties_key_escape, 0, 0},
        {"propertiesvalueescape", properties_value_escape, 0, 0},
        {"tobase64", to_base64, 0, 1},
        {"frombase64", from_base64, 0, 1},
    };
    return all;
}

} // namespace stepwell::variables
