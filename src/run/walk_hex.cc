#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"

#include <algorithm>
#include <utility>

namespace stepwell::run {

namespace {

constexpr std::size_t longest_gap = 48;     // between two bytes
constexpr std::size_t longest_margin = 100; // of a dump: text next to the bytes of a line
constexpr std::size_t shortest_address = 4, longest_address = 16;
constexpr std::string_view separators = " \t:,;.-_'\"\\";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

class HexWalk {
public:
    HexWalk(std::string_view secret, std::string_view text) : secret_(secret), text_(text) {}

    Walk follow() {
        Walk walk;
        for (std::size_t place = 0; place < secret_.size();) {
            if (is_line_end(secret_[place])) {
                ++place;
                continue;
            }
            Found const found = find(static_cast<unsigned char>(secret_[place]));
            if (found == Found::nothing || at_ >= longest_match) return {};
            if (found == Found::cut_off) return {0, true, is_telling(place, secret_.size()) ? text_.size() : 0};
            ++place;
        }
        walk.end = at_;
        if (in_dump_) hide_margin(walk);
        return walk;
    }

private:
    enum class Found { byte, nothing, cut_off };

    // Finds the next byte. Line ends before it may be encoded as bytes, be separators, or end a line of a dump.
    Found find(unsigned char wanted) {
        for (bool in_new_line = false;;) {
            std::size_t const begin = at_;
            unsigned char byte = 0;
            Found const found = read(byte);
            if (found == Found::cut_off || (found == Found::byte && byte == wanted)) return found;
            if (found == Found::byte && is_line_end(static_cast<char>(byte))) {
                in_new_line = false;
                continue;
            }
            if (std::exchange(in_new_line, true)) return Found::nothing;
            at_ = begin;
            if (Found const margin = pass_margin(); margin != Found::byte) return margin;
        }
    }

    Found read(unsigned char& byte) {
        if (Found const gap = pass_gap(); gap != Found::byte) return gap;
        unsigned value = 0;
        for (int i = 0; i < 2; ++i) {
            if (Found const noise = pass_noise(); noise != Found::byte) return noise;
            int const digit = hex_value(text_[at_]);
            if (digit < 0) return Found::nothing;
            value = value << 4 | static_cast<unsigned>(digit);
            ++at_;
        }
        byte = static_cast<unsigned char>(value);
        return Found::byte;
    }

    // Returns Found::byte if text follows.
    Found pass_noise() {
        for (;;) {
            if (at_ == text_.size()) return Found::cut_off;
            Noise const noise = noise_at(text_, at_);
            if (noise.cut_off) return Found::cut_off;
            if (noise.size == 0) return Found::byte;
            at_ += noise.size;
        }
    }

    Found pass_gap() {
        for (std::size_t const begin = at_; at_ - begin < longest_gap;) {
            if (at_ == text_.size()) return Found::cut_off;
            char const c = text_[at_];
            if (c == '0' && at_ + 1 == text_.size()) return Found::cut_off;
            bool const is_prefix = c == '0' && (text_[at_ + 1] | 32) == 'x';
            if (is_prefix) {
                at_ += 2;
            } else if (separators.find(c) != separators.npos) {
                ++at_;
                if (c == '\\' && at_ == text_.size()) return Found::cut_off;
                if (c == '\\' && text_[at_] == 'x') ++at_;
            } else {
                Noise const noise = noise_at(text_, at_);
                if (noise.cut_off) return Found::cut_off;
                if (noise.size == 0) return Found::byte;
                at_ += noise.size;
            }
        }
        return Found::nothing;
    }

    // Skips the rest of a dump line, which starts after a blank if there is one, and the address of the next line.
    Found pass_margin() {
        std::size_t const end = text_.substr(at_, longest_margin).find('\n');
        if (end == text_.npos) return text_.size() - at_ < longest_margin ? cut_off_margin() : Found::nothing;
        if (!may_be_margin(text_.substr(at_, end))) return Found::nothing;
        std::size_t place = at_ + end + 1;
        std::size_t const begin = place;
        while (place < text_.size() && place - begin <= longest_address && hex_value(text_[place]) >= 0) ++place;
        if (place == text_.size()) return Found::cut_off;
        std::size_t const digits = place - begin;
        if (digits < shortest_address || digits > longest_address || !(is_blank(text_[place]) || text_[place] == ':'))
            return Found::nothing;
        at_ = place;
        in_dump_ = true;
        return Found::byte;
    }

    Found cut_off_margin() const { return may_be_margin(text_.substr(at_)) ? Found::cut_off : Found::nothing; }

    static bool may_be_margin(std::string_view rest) {
        for (std::size_t i = 0; i < 2 && i < rest.size(); ++i)
            if (!is_blank(rest[i])) return rest[i] == '\r' && rest.size() == i + 1;
        return true;
    }

    // Masks the characters next to the bytes of the last line.
    void hide_margin(Walk& walk) const {
        std::string_view const rest = text_.substr(at_, longest_margin);
        std::size_t const end = rest.find_first_of("\r\n");
        walk.undecided = end == rest.npos && rest.size() < longest_margin;
        walk.told = walk.undecided ? text_.size() : 0;
        walk.end = at_ + std::min(end, rest.size());
    }

    std::string_view secret_, text_;
    std::size_t at_ = 0;
    bool in_dump_ = false;
};

void write_digits(char byte, char const* letters, char* digits) {
    digits[0] = letters[static_cast<unsigned char>(byte) >> 4];
    digits[1] = letters[byte & 15];
}

bool use_separated(char const (&digits)[4], KeyUse& use) {
    for (std::string_view const between : {" ", ":", ",", "-", ".", "\t"}) {
        char const key[] = {digits[0], digits[1], between[0], digits[2]};
        if (!use.use(load_key(key), Form::hex)) return false;
    }
    for (std::string_view const between : {"  ", ", ", ": ", ",0", "\n0", "\r\n"}) {
        char const key[] = {digits[0], digits[1], between[0], between[1]};
        if (!use.use(load_key(key), Form::hex)) return false;
    }
    for (std::string_view const before : {"0x", "0X", "\\x"}) {
        char const key[] = {before[0], before[1], digits[0], digits[1]};
        if (!use.use(load_key(key), Form::hex)) return false;
    }
    return true;
}

bool use_pair(char first, char second, Escaping escaping, KeyUse& use) {
    for (char const* const letters : {"0123456789abcdef", "0123456789ABCDEF"}) {
        char digits[4];
        write_digits(first, letters, digits);
        write_digits(second, letters, digits + 2);
        if (!use.use(load_key(digits), Form::hex)) return false;
        if (escaping == Escaping::all && !use_separated(digits, use)) return false;
    }
    return true;
}

} // namespace

bool each_hex_key(std::string_view secret, Escaping escaping, KeyUse& use) {
    std::size_t const second = secret.find_first_not_of("\r\n", 1);
    if (second == secret.npos) return true;
    if (second > 1 && !(use_pair(secret[0], '\n', escaping, use) && use_pair(secret[0], '\r', escaping, use)))
        return false;
    return use_pair(secret[0], secret[second], escaping, use);
}

Walk walk_hex(std::string_view secret, std::string_view text) { return HexWalk(secret, text).follow(); }

} // namespace stepwell::run
