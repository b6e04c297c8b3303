#include "base/utf8.h"
#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"

#include <utility>

namespace stepwell::run {

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
// The last two characters of the alphabet: standard, URL-safe, URL-encoded, in JSON.
constexpr std::string_view last_two[][2] = {{"+", "/"}, {"-", "_"}, {"%2B", "%2F"}, {"%2b", "%2f"}, {"+", "\\/"}};

bool is_utf16(Form form) { return form >= Form::utf16; }

// Returns the number of bits of the first byte that share a character with an unknown byte before it.
int bits_of_neighbour(Form form) {
    int const place = static_cast<int>(form) - static_cast<int>(is_utf16(form) ? Form::utf16_base64 : Form::base64);
    return place == 1 ? 4 : place == 2 ? 2 : 0;
}

int value_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

// The bytes of a secret or of its UTF-16.
class Units {
public:
    enum class LineEnds { left_out, as_they_are, lf, crlf };

    Units(std::string_view secret, bool utf16, LineEnds line_ends)
        : secret_(secret), utf16_(utf16), line_ends_(line_ends) {
        fill();
    }
    bool done() const { return given_ == count_; }
    bool is_last() const { return given_ + 1 == count_ && place_ == secret_.size(); }
    unsigned char byte() const { return bytes_[given_]; }
    void next() {
        if (++given_ == count_) fill();
    }

private:
    void fill() {
        given_ = count_ = 0;
        while (count_ == 0 && place_ < secret_.size()) {
            if (is_line_end(secret_[place_]))
                put_line_end();
            else
                put_character();
        }
    }

    void put_line_end() {
        bool const both = secret_.substr(place_, 2) == "\r\n";
        bool const as_is = line_ends_ == LineEnds::as_they_are;
        if (line_ends_ == LineEnds::crlf || (as_is && secret_[place_] == '\r')) put('\r');
        if (line_ends_ == LineEnds::crlf || line_ends_ == LineEnds::lf || (as_is && (both || secret_[place_] == '\n')))
            put('\n');
        place_ += both ? 2 : 1;
    }

    void put_character() {
        if (!utf16_) return put(static_cast<unsigned char>(secret_[place_++]));
        auto const [value, size] = first_code_point(secret_.substr(place_));
        place_ += size;
        if (value > 0xFFFF) put(base::high_surrogate(value));
        put(value > 0xFFFF ? base::low_surrogate(value) : value);
    }

    void put(std::uint32_t unit) {
        bytes_[count_++] = static_cast<unsigned char>(unit & 255);
        if (utf16_) bytes_[count_++] = static_cast<unsigned char>(unit >> 8);
    }

    std::string_view secret_;
    bool utf16_;
    LineEnds line_ends_;
    std::size_t place_ = 0;
    unsigned char bytes_[4]{};
    std::size_t given_ = 0, count_ = 0;
};

unsigned low_bits(unsigned value, int count) { return value & ((1u << count) - 1); }

class Base64Walk {
public:
    Base64Walk(Form form, std::string_view secret, std::string_view text)
        : utf16_(is_utf16(form)), wanted_(8 - bits_of_neighbour(form)), size_(secret.size() * (utf16_ ? 2 : 1)),
          units_(secret, utf16_, Units::LineEnds::left_out), text_(text) {}

    Walk follow() {
        Walk walk;
        while (step(walk)) {
        }
        return walk;
    }

private:
    // Reads one byte. Some bits of the last byte may share a character with the byte that follows the secret.
    bool step(Walk& walk) {
        unsigned char const byte = units_.byte();
        while (bit_count_ < wanted_) {
            if (units_.is_last() && wanted_ - bit_count_ < 6 && begins(byte)) return finish_within(byte, walk);
            if (!read_character(walk)) return false;
        }
        bit_count_ -= wanted_;
        unsigned const found = bits_ >> bit_count_;
        bits_ = low_bits(bits_, bit_count_);
        if (found != low_bits(byte, wanted_)) return pass_over_line_end(found);
        if (units_.is_last()) return finish(walk);
        units_.next();
        ++matched_;
        wanted_ = 8;
        return true;
    }

    bool begins(unsigned char byte) const { return low_bits(byte, wanted_) >> (wanted_ - bit_count_) == bits_; }

    bool finish(Walk& walk) const {
        walk.end = at_;
        return false;
    }

    // The character with the last bits belongs to the secret, unless it is on the next line, where it is not waited
    // for.
    bool finish_within(unsigned char byte, Walk& walk) {
        finish(walk);
        if (at_ < text_.size() && is_line_end(text_[at_])) return false;
        int const left = wanted_ - bit_count_;
        if (read_character(walk) && low_bits(bits_, 6) >> (6 - left) == low_bits(byte, left)) finish(walk);
        return false;
    }

    // Skips a line end that is encoded with the rest.
    bool pass_over_line_end(unsigned found) {
        bool const second_half = utf16_ && found == 0 && behind_encoded_line_end_;
        behind_encoded_line_end_ = wanted_ == 8 && is_line_end(static_cast<char>(found));
        return behind_encoded_line_end_ || second_half;
    }

    // Returns false at the end of the text or of base64.
    bool read_character(Walk& walk) {
        for (;;) {
            if (at_ == text_.size()) return cut_off(walk);
            char const c = text_[at_];
            int const value = value_of(c);
            if (value >= 0) return put(value, 1);
            if (c == '%' || c == '\\') {
                std::size_t const size = c == '%' ? 3 : 2;
                if (text_.size() - at_ < size) return cut_off(walk);
                if (int const escaped = escaped_value(); escaped >= 0) return put(escaped, size);
                if (!is_escaped_line_end()) return false;
                at_ += size;
                continue;
            }
            Noise const noise = noise_at(text_, at_);
            if (noise.cut_off) return cut_off(walk);
            bool const is_indentation = behind_line_end_ && (c == ' ' || c == '\t');
            if (noise.size == 0 && !is_indentation) return false;
            behind_line_end_ = is_indentation || is_line_end(c);
            at_ += is_indentation ? 1 : noise.size;
            if (at_ >= longest_match) return false;
        }
    }

    bool put(int value, std::size_t size) {
        bits_ = bits_ << 6 | static_cast<unsigned>(value);
        bit_count_ += 6;
        at_ += size;
        behind_line_end_ = false;
        return true;
    }

    // Decodes + and / in URLs and / in JSON.
    int escaped_value() const {
        std::string_view const rest = text_.substr(at_, 3);
        if (rest == "%2B" || rest == "%2b") return 62;
        return rest == "%2F" || rest == "%2f" || rest.starts_with("\\/") ? 63 : -1;
    }
    bool is_escaped_line_end() const {
        std::string_view const rest = text_.substr(at_, 3);
        for (std::string_view const line_end : {"\\n", "\\r", "%0A", "%0a", "%0D", "%0d"})
            if (rest.starts_with(line_end)) return true;
        return false;
    }

    bool cut_off(Walk& walk) const {
        walk.undecided = true;
        walk.told = is_telling(matched_, size_) ? text_.size() : 0;
        return false;
    }

    bool utf16_;
    int wanted_;                     // bits of the next byte
    std::size_t size_, matched_ = 0; // bytes
    Units units_;
    std::string_view text_;
    std::size_t at_ = 0;
    unsigned bits_ = 0; // read but not yet compared
    int bit_count_ = 0;
    bool behind_line_end_ = false, behind_encoded_line_end_ = false;
};

bool use_base64(Form form, Units units, KeyUse& use) {
    int strange = bits_of_neighbour(form);
    std::uint64_t bits = 0;
    int count = 0;
    for (; count < 24 && !units.done(); units.next()) {
        bits = bits << (8 - strange) | low_bits(units.byte(), 8 - strange);
        count += 8 - std::exchange(strange, 0);
    }
    if (count < 24) return true;
    for (auto const& signs : last_two) {
        char key[8];
        std::size_t size = 0;
        for (int i = 1; size < 4; ++i) {
            auto const value = static_cast<std::size_t>(bits >> (count - 6 * i) & 63);
            std::string_view const text = value < 62 ? letters.substr(value, 1) : signs[value - 62];
            std::memcpy(key + size, text.data(), text.size());
            size += text.size();
        }
        if (!use.use(load_key(key), form)) return false;
    }
    return true;
}

bool use_utf16(Units units, KeyUse& use) {
    char key[4];
    for (int i = 0; i < 4; units.next()) {
        if (units.done()) return true;
        key[i++] = static_cast<char>(units.byte());
    }
    return use.use(load_key(key), Form::utf16);
}

} // namespace

bool each_base64_key(std::string_view secret, KeyUse& use) {
    using LineEnds = Units::LineEnds;
    bool const begins_with_short_line = secret.substr(0, 4).find_first_of("\r\n") != secret.npos;
    for (auto const line_ends : {LineEnds::left_out, LineEnds::as_they_are, LineEnds::lf, LineEnds::crlf}) {
        if (line_ends != LineEnds::left_out && !begins_with_short_line) break;
        if (!use_utf16(Units(secret, true, line_ends), use)) return false;
        for (auto const form : {Form::base64, Form::base64_1, Form::base64_2, Form::utf16_base64, Form::utf16_base64_1,
                                Form::utf16_base64_2})
            if (!use_base64(form, Units(secret, is_utf16(form), line_ends), use)) return false;
    }
    return true;
}

Walk walk_base64(Form form, std::string_view secret, std::string_view text) {
    return Base64Walk(form, secret, text).follow();
}

// If a line end is omitted, so is the zero byte after it.
Walk walk_utf16(std::string_view secret, std::string_view text) {
    std::size_t at = 0, matched = 0;
    bool behind_line_end = false;
    for (Units units(secret, true, Units::LineEnds::left_out); !units.done();) {
        if (at == text.size()) return {0, true, is_telling(matched, secret.size() * 2) ? text.size() : 0};
        if (static_cast<unsigned char>(text[at]) == units.byte()) {
            units.next();
            ++matched;
            ++at;
            behind_line_end = false;
            continue;
        }
        Noise const noise = noise_at(text, at);
        if (noise.cut_off) return {0, true, 0};
        bool const is_rest = behind_line_end && text[at] == '\0';
        if ((noise.size == 0 && !is_rest) || at >= longest_match) return {};
        behind_line_end = is_line_end(text[at]);
        at += is_rest ? 1 : noise.size;
    }
    return {at, false, 0};
}

} // namespace stepwell::run
