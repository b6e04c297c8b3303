#include "base/id.h"

#include "base/crypto.h"

#include <charconv>

namespace stepwell::base {

std::string new_uuid() {
    auto bytes = random_bytes(16);
    bytes[6] = char((bytes[6] & 0x0f) | 0x40);
    bytes[8] = char((bytes[8] & 0x3f) | 0x80);
    auto hex = to_hex(bytes);
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
           hex.substr(20);
}

bool is_uuid(std::string_view text) {
    constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
    auto fits = [](char c, char wanted) {
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        return wanted == '-' ? c == '-' : hex;
    };
    return text.size() == form.size() && std::ranges::equal(text, form, fits);
}

std::string random_letters(std::size_t length) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string text;
    while (text.size() < length) {
        for (char byte : random_bytes(length)) {
            auto value = static_cast<unsigned char>(byte);
            if (value < alphabet.size() * 7 && text.size() < length) text += alphabet[value % alphabet.size()];
        }
    }
    return text;
}

std::int64_t number_of(std::string_view id) {
    auto dash = id.rfind('-');
    if (dash == std::string_view::npos) return 0;
    std::int64_t number = 0;
    auto digits = id.substr(dash + 1);
    auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return failure == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

} // namespace stepwell::base
