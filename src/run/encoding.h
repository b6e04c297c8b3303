// The ways in which programs write a text down: quoted, escaped, in base64, in hexadecimal.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stepwell::run {

enum class Encoding : std::uint8_t {
    raw,
    json,             // \" \\ \n \u001f; the rest as it is
    json_ascii,       // the same, beyond ASCII \u00e4
    json_slash,       // the same, and \/
    json_html,        // < > & as \u003c
    json_strict,      // < > & ' " + ` and beyond ASCII as \u003C
    xml_text,         // & < >
    xml_quote,        // and &quot;
    xml_apos,         // and &apos;
    html_decimal,     // and &#39;
    html_hexadecimal, // and &#x27;
    html_numbers,     // &#34; &#39;
    url_strict,       // all but letters, digits and -_.~
    url_strict_lower,
    url_slash, // and /
    url_slash_lower,
    url_component, // and !*'()
    url_component_lower,
    url_whole, // and what separates the parts of an address
    url_whole_lower,
    form, // letters, digits and *-._ ; blank is +
    form_lower,
    form_strict, // letters, digits and -_.~ ; blank is +
    form_strict_lower,
    form_lenient, // letters, digits and -_.!*() ; blank is +
    form_lenient_lower,
    c_plain,             // \\ \n \x1f
    c_double,            // and \"
    c_single,            // and \'
    c_octal,             // \' \\ \n \E \037, beyond ASCII \303
    c_bytes,             // \' \\ \n \x1f, beyond ASCII \xc3
    shell_single,        // '\''
    shell_single_double, // '"'"'
    shell_double,        // \ before \ " $ `
    shell_words,         // \ before everything special
    backtick,            // ` before ` " $
    twice_single,        // ''
    twice_double,        // ""
    twice_dollar,        // $$
    twice_percent,       // %%
    hex_lower,
    hex_upper,
    base64, // at the three places in a group of three bytes; characters that depend on the neighbours are left out
    base64_1,
    base64_2,
    base64url,
    base64url_1,
    base64url_2,
    utf16, // little endian
    utf16_base64,
    utf16_base64_1,
    utf16_base64_2,
    count_
};

// Line ends of the text before it is encoded.
enum class LineEnds : std::uint8_t { as_is, lf, crlf };

// Line ends that appear as such in the encoded text: those of a match are passed over, so they are no part of a form.
enum class RawLineEnds : std::uint8_t { left_out, kept };

struct Form {
    Encoding encoding = Encoding::raw;
    LineEnds line_ends = LineEnds::as_is;
    std::uint8_t left_out = 0; // bytes missing at the beginning, at most 3
};

// Written in lines of a fixed length as a rule.
constexpr bool is_wrapped(Encoding encoding) { return encoding >= Encoding::hex_lower && encoding != Encoding::utf16; }

// False when `encoding` leaves a text of these bytes as it is.
bool alters(Encoding encoding, std::string_view bytes);

// Gives a text in one form, byte by byte.
class FormReader {
public:
    FormReader(Form form, std::string_view text, RawLineEnds raw = RawLineEnds::left_out);

    // The next byte, or -1 behind the last.
    int next() {
        for (;;) {
            if (at_ == size_ && !fill()) return -1;
            auto const byte = static_cast<unsigned char>(ready_[at_++]);
            if (keep_line_ends_ || (byte != '\n' && byte != '\r')) return byte;
        }
    }

private:
    void skip_bits_of_neighbour();
    bool fill();
    int next_of_text();
    int next_unit();
    bool fill_bits();
    bool fill_unicode(unsigned first);

    Form form_;
    std::string_view text_;
    bool keep_line_ends_;
    std::size_t read_ = 0; // of text_
    int pending_ = -1;     // '\n' behind an inserted '\r'
    unsigned bits_ = 0;    // base64: not yet given
    int bit_count_ = 0;
    char units_[4]{}; // UTF-16: bytes not yet given
    std::uint8_t unit_at_ = 0, unit_count_ = 0;
    char ready_[12]{};
    std::uint8_t at_ = 0, size_ = 0;
};

} // namespace stepwell::run
