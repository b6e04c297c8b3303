#include "run/written_forms.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <set>

namespace stepwell::run {

namespace {

using Random = std::mt19937;
using Bytes = std::string const&;

// Characters that a terminal does not show, by kind: control sequences, also in 8-bit form; character sets, single
// shifts and other escapes; strings for the terminal, with each terminator; single control characters.
constexpr std::string_view sequences[] = {
    "\x1B[38;2;255;255;255;48;2;255;255;255m",
    "\x1B[?25l",
    "\x1B[2 q",
    "\x9B"
    "1m",
    "\xC2\x9B"
    "1m",
    "\x1B(B",
    "\x1B)0",
    "\x1B%G",
    "\x1B#8",
    "\x1B"
    "7",
    "\x1B=",
    "\x1BM",
    "\xC2\x84",
    "\x0E",
    "\x0F",
    "\a",
    "\x7\x1B[0m\x0F",
    "\x1B]0;a title\x07",
    "\x1B]8;id=1;http://host/path\x1B\\",
    "\x1B]2;x\x9C",
    "\x9D"
    "0;x\xC2\x9C",
    "\xC2\x9D"
    "0;x\x07",
    "\x1BP1$r0m\x1B\\",
    "\x90q#0\x9C",
    "\x1BXtext\x1B\\",
    "\x98text\x1B\\",
    "\x1B^text\x1B\\",
    "\x9Etext\x9C",
    "\x1B_text\x1B\\",
    "\x9Ftext\x9C",
    "\x1B]0;cut off\x18",
    "\x1B]0;begun anew\x1B[0m",
    "\v",
    "\f",
    "\x1B]0;\u00E4\u009D\x07",
};

bool is_plain(unsigned char c) { return c < 128 && std::isalnum(c); }
bool is_printable(unsigned char c) { return c >= 32 && c < 127; }

// Each byte by itself.
template <class Write> std::string each(Bytes secret, Write const& write) {
    std::string out;
    for (char const c : secret) out += write(static_cast<unsigned char>(c));
    return out;
}

std::vector<std::uint32_t> code_points(Bytes text) {
    std::vector<std::uint32_t> points;
    for (std::size_t at = 0; at < text.size();) {
        auto const first = static_cast<unsigned char>(text[at]);
        std::size_t const size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        std::uint32_t value = size == 1 ? first : first & (0x7Fu >> size);
        for (std::size_t i = 1; i < size; ++i) value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
        points.push_back(value);
        at += size;
    }
    return points;
}

// Each code point by itself; bytes if the text is not UTF-8.
template <class Write> std::string each_point(Bytes secret, Write const& write) {
    if (base::to_utf8(secret) != secret) return each(secret, [&](unsigned c) { return write(c); });
    std::string out;
    for (auto const point : code_points(secret)) out += write(point);
    return out;
}

std::string utf16_escape(std::uint32_t point, bool upper) {
    auto const unit = [&](std::uint32_t value) {
        return upper ? fmt::format("\\u{:04X}", value) : fmt::format("\\u{:04x}", value);
    };
    if (point < 0x10000) return unit(point);
    return unit(0xD800 + ((point - 0x10000) >> 10)) + unit(0xDC00 + (point & 0x3FF));
}

std::string in_chunks(Bytes text, std::size_t size, std::string_view between) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += size) {
        if (at > 0) out += between;
        out += text.substr(at, size);
    }
    return out;
}

std::string for_url(std::string text) {
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}
std::string without_padding(std::string text) {
    while (text.ends_with('=')) text.pop_back();
    return text;
}

std::string separated_hex(Bytes secret, std::string_view before, std::string_view between, bool upper = false) {
    std::string out;
    for (char const c : secret) {
        if (!out.empty()) out += between;
        out += before;
        out += upper ? fmt::format("{:02X}", static_cast<unsigned char>(c))
                     : fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return out;
}

// As hexdump -C, xxd and od -tx1 print.
std::string dump(Bytes bytes, std::size_t address_digits, std::string_view behind_address, std::size_t group,
                 bool beside, std::string_view edge, std::size_t gap_at) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        std::string const row = bytes.substr(at, 16);
        out += fmt::format("{:0{}x}{}", at, address_digits, behind_address);
        std::string digits;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0 && i % group == 0) digits += ' ';
            if (i > 0 && i == gap_at) digits += ' ';
            digits += fmt::format("{:02x}", static_cast<unsigned char>(row[i]));
        }
        out += beside ? fmt::format("{:<{}}", digits, 16 * 2 + 16 / group - 1 + (gap_at ? 1 : 0)) : digits;
        if (beside) {
            out += "  ";
            out += edge;
            for (char const c : row) out += is_printable(static_cast<unsigned char>(c)) ? c : '.';
            out += edge;
        }
        out += '\n';
    }
    return out;
}

std::string c_escape(unsigned char c, bool hex) {
    static constexpr std::string_view letters[] = {"\nn", "\rr", "\tt", "\bb", "\ff", "\vv", "\aa"};
    for (auto const pair : letters)
        if (c == static_cast<unsigned char>(pair[0])) return {'\\', pair[1]};
    if (c == '\'' || c == '\\') return {'\\', static_cast<char>(c)};
    if (is_printable(c)) return std::string(1, static_cast<char>(c));
    return hex ? fmt::format("\\x{:02x}", c) : fmt::format("\\{:03o}", c);
}

std::string json(Bytes secret, std::string_view more, bool ascii, bool upper) {
    return each_point(secret, [&](std::uint32_t c) -> std::string {
        if (c == '\n') return "\\n";
        if (c == '\r') return "\\r";
        if (c == '\t') return "\\t";
        if (c == '"' || c == '\\') return {'\\', static_cast<char>(c)};
        if (c == '/' && more == "/") return "\\/";
        if (c < 32 || (c < 128 && more != "/" && more.find(static_cast<char>(c)) != more.npos) || (ascii && c > 126))
            return utf16_escape(c, upper);
        std::string utf8;
        if (c < 128 || base::to_utf8(secret) != secret) return std::string(1, static_cast<char>(c));
        for (int shift = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18; shift >= 0; shift -= 6)
            utf8 += static_cast<char>(utf8.empty() ? (shift == 6    ? 0xC0
                                                      : shift == 12 ? 0xE0
                                                                    : 0xF0) |
                                                         (c >> shift)
                                                   : 0x80 | ((c >> shift) & 0x3F));
        return utf8;
    });
}

class Writer {
public:
    Writer(Bytes secret, Random& random)
        : secret_(secret), random_(random), short_line_(secret.substr(0, 4).find_first_of("\r\n") != secret.npos) {}

    void add(std::string form, std::string const& text, std::size_t may_stay = 0) {
        if (!texts_.insert(text).second) return;
        all_.push_back({std::move(form), "[\x7F" + text + "\x7F]\n", 2, 3, may_stay + (short_line_ ? 3 : 0), false});
    }
    void add_rare(std::string form, std::string const& text, std::size_t may_stay = 0) {
        auto const count = all_.size();
        add(std::move(form), text, may_stay);
        if (all_.size() > count) all_.back().rare = true;
    }

    void add_plain() {
        add("raw", secret_);
        std::string crlf, lf;
        for (char const c : secret_) {
            if (c != '\r') lf += c;
            if (c != '\r') crlf += c == '\n' ? "\r\n" : std::string(1, c);
        }
        add("lf", lf), add("crlf", crlf);
        // A sequence within a secret is treated as noise if there is other noise too.
        if (secret_.find_first_of("\x1B\b") != secret_.npos) return;
        add("lines of 7", in_chunks(secret_, 7, "\n"));
        add("lines of 4 with \\r", in_chunks(secret_, 4, "\r\n"));
        for (std::size_t at = 1; at < 4; ++at)
            add("broken early", secret_.substr(0, at) + "\n" + secret_.substr(at), 3);
        add("a byte a line", in_chunks(secret_, 1, "\n"), 3);
        add("broken anywhere", at_random_places([] { return "\n"; }), 3);
    }

    // Sequences are not inserted into multi-byte characters.
    void add_coloured() {
        add("coloured", "\x1B[1;31m" + secret_ + "\x1B[0m", 11);
        bool const has_controls = secret_.find_first_of("\x1B\b_\xC2") != secret_.npos || has_upper_controls();
        if (secret_.find_first_of("\b_\xC2") == secret_.npos && !has_upper_controls())
            add("each byte coloured",
                each(secret_, [](unsigned char c) { return fmt::format("\x1B[38;5;{}m{}\x1B(B\x1B[m", c, char(c)); }),
                short_line_ || has_controls ? 160 : 30);
        if (has_controls) return;
        add("coloured within", at_random_places([&] { return random_() % 2 ? "\x1B[0;32m" : "\x1B[K"; }),
            short_line_ ? 28 : 0);
        for (int count = 0; count < 5; ++count) {
            std::size_t const kind = random_() % std::size(sequences);
            add("sequence " + std::to_string(kind), at_random_places([&] { return std::string(sequences[kind]); }),
                short_line_ ? 200 : 0);
        }
        add("sequences of every kind", at_random_places([&] {
                std::string all;
                for (auto count = 1 + random_() % 3; count > 0; --count)
                    all += sequences[random_() % std::size(sequences)];
                return all;
            }),
            short_line_ ? 400 : 0);
        std::string const path(std::min<std::size_t>(60, 10'000 / secret_.size()), 'p');
        if (!short_line_) // its first bytes are too far from the line end
            add("each character a link", each_character([&](std::string const& c) {
                    return is_line_end(c) ? c : "\x1B]8;;http://host/" + path + "\x07" + c + "\x1B]8;;\x1B\\";
                }),
                400);
        add("struck twice",
            each(
                secret_,
                [](unsigned char c) { return c < 32 ? std::string(1, char(c)) : std::string{char(c), '\b', char(c)}; }),
            short_line_ ? 8 : 2);
        add("characters struck twice",
            each_character([](std::string const& c) { return is_line_end(c) ? c : c + "\b" + c; }),
            short_line_ ? 40 : 8);
        add("wide characters struck twice", each_character([](std::string const& c) {
                return is_line_end(c) ? c : c + (c.size() > 2 ? "\b\b" : "\b") + c;
            }),
            short_line_ ? 40 : 9);
        add("underlined", each_character([](std::string const& c) { return is_line_end(c) ? c : "_\b" + c; }),
            short_line_ ? 30 : 2);
        add("underlined behind", each_character([](std::string const& c) { return is_line_end(c) ? c : c + "\b_"; }),
            short_line_ ? 30 : 2);
        if (secret_.size() > 5 && (secret_[5] & 0xC0) != 0x80) {
            char wrong = 'k';
            while (secret_.find(wrong) != secret_.npos) ++wrong;
            add("corrected", secret_.substr(0, 5) + wrong + "\b" + secret_.substr(5));
            add("corrected, wide", secret_.substr(0, 5) + "\u00F8\b \b" + secret_.substr(5));
        }
    }

    void add_urls() {
        for (std::string const kept : {"-_.~", "-_.~/", "-_.!~*'()", "*-._", "-_.!~*'();,/?:@&=+$#"}) {
            for (bool const plus : {false, true}) {
                auto const write = [&](bool upper) {
                    return each(secret_, [&](unsigned char c) -> std::string {
                        if (is_plain(c) || kept.find(static_cast<char>(c)) != kept.npos)
                            return std::string(1, static_cast<char>(c));
                        if (c == ' ' && plus) return "+";
                        return upper ? fmt::format("%{:02X}", c) : fmt::format("%{:02x}", c);
                    });
                };
                add("url", write(true)), add("url, lower", write(false));
            }
        }
        add_rare("url, all", separated_hex(secret_, "%", "")),
            add_rare("url, all upper", separated_hex(secret_, "%", "", true));
    }

    void add_json() {
        for (std::string_view const more : {"", "/", "<>&", "<>&'\"+`"})
            for (bool const ascii : {false, true})
                for (bool const upper : {false, true})
                    add("json " + std::string(more), json(secret_, more, ascii, upper));
        for (bool const upper : {false, true})
            add_rare("json, all", each_point(secret_, [&](std::uint32_t c) { return utf16_escape(c, upper); }));
    }

    void add_xml(bool rare, std::string form, std::string const& text) {
        rare ? add_rare(std::move(form), text) : add(std::move(form), text);
    }
    void add_xml() {
        auto const entities = [&](std::function<std::string(std::uint32_t)> const& write, bool all) {
            return each(secret_, [&](unsigned char c) -> std::string {
                bool const special = std::string_view("&<>\"'").find(static_cast<char>(c)) != std::string_view::npos;
                return special || (all && c < 128) ? write(c) : std::string(1, static_cast<char>(c));
            });
        };
        add("xml",
            entities(
                [](std::uint32_t c) -> std::string {
                    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : "&apos;";
                },
                false));
        for (bool const all : {false, true}) {
            add_xml(all, "xml, decimal", entities([](std::uint32_t c) { return fmt::format("&#{};", c); }, all));
            add_xml(all, "xml, three digits",
                    entities([](std::uint32_t c) { return fmt::format("&#{:03};", c); }, all));
            add_xml(all, "xml, hex", entities([](std::uint32_t c) { return fmt::format("&#x{:x};", c); }, all));
            add_xml(all, "xml, HEX", entities([](std::uint32_t c) { return fmt::format("&#x{:02X};", c); }, all));
        }
        add("xml, beyond ASCII", each_point(secret_, [](std::uint32_t c) {
                return is_plain(c < 128 ? static_cast<unsigned char>(c) : 200) ? std::string(1, static_cast<char>(c))
                                                                               : fmt::format("&#{};", c);
            }));
    }

    void add_shell() {
        for (std::string_view const apostrophe : {"'\\''", "'\"'\"'", "''"})
            add("shell", base::replace_all(secret_, "'", apostrophe));
        auto const behind_backslash = [&](std::string_view special) {
            return each(secret_, [&](unsigned char c) {
                bool const escaped = special.find(static_cast<char>(c)) != special.npos;
                return (escaped ? "\\" : "") + std::string(1, static_cast<char>(c));
            });
        };
        add("\"…\"", behind_backslash("\\\"$`"));
        if (std::ranges::none_of(secret_, [](char c) { return static_cast<unsigned char>(c) < 32; })) {
            add("compared", each_character([](std::string const& c) { return "\\" + c; }));
            add("compared bytes", each(secret_, [](unsigned char c) { return "\\" + std::string(1, char(c)); }));
        }
        if (secret_.find_first_of("\r\n\t") == secret_.npos) add("%q", behind_backslash(" !\"$&'()*,;<>?[\\]^`{|}~#="));
        add("$'…'", each(secret_, [](unsigned char c) { return c_escape(c, false); }));
        add("$'…', hex", each(secret_, [](unsigned char c) { return c_escape(c, true); }));
        add_rare("all octal", each(secret_, [](unsigned char c) { return fmt::format("\\{:03o}", c); }));
        add("sql", base::replace_all(secret_, "\"", "\"\"")), add("make", base::replace_all(secret_, "$", "$$"));
        add("powershell", each(secret_, [](unsigned char c) {
                return (std::string_view("`\"$").find(static_cast<char>(c)) != std::string_view::npos ? "`" : "") +
                       std::string(1, static_cast<char>(c));
            }));
    }

    void add_hex() {
        add("hex", base::to_hex(secret_)), add("HEX", separated_hex(secret_, "", "", true));
        add("hex in lines", in_chunks(base::to_hex(secret_), 60, "\n"));
        add("hex in odd lines", in_chunks(base::to_hex(secret_), 5, "\r\n"));
        for (std::string_view const between : {" ", ":", "-", ", ", ".", "  "})
            add_rare("hex with " + std::string(between), separated_hex(secret_, "", between)),
                add_rare("HEX with " + std::string(between), separated_hex(secret_, "", between, true));
        add_rare("0x", separated_hex(secret_, "0x", ", ")), add_rare("0X", separated_hex(secret_, "0x", ",", true));
        add_rare("\\x", separated_hex(secret_, "\\x", "")),
            add_rare("\\x upper", separated_hex(secret_, "\\x", "", true));
        add_rare("xxd -i", in_chunks(separated_hex(secret_, "0x", ", "), 72, "\n  "));
        add_rare("openssl", in_chunks(separated_hex(secret_, "", ":"), 45, "\n    "));
        std::string const around = std::string(random_() % 20, 'x') + secret_ + "tail";
        // Output that shows part of a secret next to its bytes is found where that part begins.
        add_rare("xxd", dump(around, 8, ": ", 2, true, "", 0), 4096);
        add_rare("hexdump -C", dump(around, 8, "  ", 1, true, "|", 8), 4096);
        add_rare("od", dump(around, 7, " ", 1, false, "", 0), 4096);
    }

    void add_base64() {
        for (std::size_t before = 0; before < 3; ++before) {
            for (std::size_t after = 0; after < 3; ++after) {
                std::string const base64 =
                    base::to_base64(std::string(before, 'q') + secret_ + std::string(after, 'w'));
                // The characters with bits of the preceding bytes, and those without bits of the secret.
                std::size_t const edges =
                    (before * 8 + 5) / 6 + base64.size() - ((before + secret_.size()) * 8 + 5) / 6;
                add("base64", base64, edges), add("base64url", for_url(base64), edges);
                add("base64, no padding", without_padding(base64), edges);
            }
        }
        std::string const around(random_() % 80, 'q');
        std::string const longer = base::to_base64(around + secret_ + "the rest");
        for (std::size_t const width : {std::size_t{64}, std::size_t{76}}) {
            std::size_t const edges = (around.size() + 2) / 3 * 4 + 24;
            add("base64 in lines", in_chunks(longer, width, "\n"), edges);
            add("base64 in lines, crlf", in_chunks(longer, width, "\r\n"), edges);
            add("base64 indented", in_chunks(longer, width, "\n    "), edges + 16);
            // Not cut within the first three characters, where an escaped line end hides the beginning.
            std::string const from_secret = in_chunks(base::to_base64(secret_ + "the rest"), width, "\\n");
            add("base64 in json", base::replace_all(from_secret, "/", "\\/"), 20);
        }
        add("base64 in url", base::replace_all(base::replace_all(base::to_base64(secret_), "+", "%2B"), "/", "%2F"), 3);
    }

    std::vector<Written> take() { return std::move(all_); }

private:
    // 8-bit controls. As trailing bytes of a character they are not controls, but they would be after a cut.
    bool has_upper_controls() const {
        return base::to_utf8(secret_) != secret_ || secret_.find('\xC2') != secret_.npos;
    }
    static bool is_line_end(std::string const& c) { return c.size() == 1 && static_cast<unsigned char>(c[0]) < 32; }
    template <class Write> std::string each_character(Write const& write) const {
        std::string out;
        for (std::size_t at = 0, size; at < secret_.size(); at += size) {
            for (size = 1;
                 at + size < secret_.size() && (static_cast<unsigned char>(secret_[at + size]) & 0xC0) == 0x80;)
                ++size;
            out += write(secret_.substr(at, size));
        }
        return out;
    }
    template <class Make> std::string at_random_places(Make const& make) {
        std::string out(secret_.substr(0, 1));
        for (std::size_t i = 1; i < secret_.size(); ++i) {
            bool const inside = (static_cast<unsigned char>(secret_[i]) & 0xC0) == 0x80;
            if (!inside && random_() % 4 == 0) out += make();
            out += secret_[i];
        }
        return out;
    }

    Bytes secret_;
    Random& random_;
    bool short_line_; // the first line; fewer than four bytes before a line end may be visible
    std::vector<Written> all_;
    std::set<std::string> texts_; // each form is needed once
};

std::string pick_from(std::vector<std::string> const& parts, std::size_t size, Random& random) {
    std::string out;
    while (out.size() < size) out += parts[random() % parts.size()];
    return out;
}

std::vector<std::string> letters_of(std::string_view letters) {
    std::vector<std::string> out;
    for (char const c : letters) out.emplace_back(1, c);
    return out;
}

std::string without_outer_line_ends(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.erase(0, 1);
    return text;
}

std::string any_text(Random& random) {
    std::size_t size = 4 + random() % 17;
    if (random() % 8 == 0) size = 4 + random() % 197;
    switch (random() % 5) {
    case 0: {
        std::string bytes(size, '\0');
        for (char& c : bytes) c = static_cast<char>(1 + random() % 255); // scripts cannot receive a NUL
        return bytes;
    }
    case 1: {
        std::string printable(size, ' ');
        for (char& c : printable) c = static_cast<char>(33 + random() % 94);
        return printable;
    }
    case 2: return pick_from({"ä", "é", "ß", "€", "中", "文", "𝄞", "😀", "a", "Z", "7", " ", "-"}, size, random);
    case 3: {
        auto parts = letters_of("abcdefghijklmnopqrstuvwxyz0123456789\"':{}, ");
        parts.insert(parts.end(), {"\n", "\n", "\r\n", "\n\n"});
        return pick_from(parts, size, random);
    }
    default: return pick_from(letters_of("abXY09$\\\"'`%+&<>/=!{}[]()#;|^?@~* \t"), size, random);
    }
}

} // namespace

std::string random_secret(Random& random) { return without_outer_line_ends(any_text(random)); }

std::vector<Written> written_forms(std::string const& secret, Random& random) {
    Writer writer(secret, random);
    writer.add_plain();
    writer.add_coloured();
    writer.add_urls();
    writer.add_json();
    writer.add_xml();
    writer.add_shell();
    writer.add_hex();
    writer.add_base64();
    return writer.take();
}

} // namespace stepwell::run
