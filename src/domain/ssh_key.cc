#include "domain/ssh_key.h"

#include "base/crypto.h"
#include "base/text.h"

namespace stepwell::domain {

namespace {

constexpr std::string_view first_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view last_line = "-----END OPENSSH PRIVATE KEY-----";

std::optional<std::string> find_bytes(std::string_view file) {
    auto start = file.find(first_line), end = file.find(last_line);
    if (start == std::string_view::npos || end == std::string_view::npos || end < start) return std::nullopt;
    std::string base64;
    for (char c : file.substr(start + first_line.size(), end - start - first_line.size()))
        if (c != '\n' && c != '\r' && c != ' ') base64 += c;
    return base::from_base64(base64);
}

// Numbers of 32 bits, highest byte first, and strings that one of them goes before.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : rest_(bytes) {}
    bool skip(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    std::optional<std::size_t> number() {
        if (rest_.size() < 4) return std::nullopt;
        std::size_t value = 0;
        for (char byte : rest_.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(byte);
        rest_.remove_prefix(4);
        return value;
    }
    std::optional<std::string_view> text() {
        auto length = number();
        if (!length || *length > rest_.size()) return std::nullopt;
        auto found = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return found;
    }

private:
    std::string_view rest_;
};

bool is_name(std::string_view text) {
    auto plain = [](char c) { return c > ' ' && c <= '~'; };
    return !text.empty() && std::ranges::all_of(text, plain);
}

} // namespace

std::optional<std::string> find_public_key(std::string_view file) {
    auto bytes = find_bytes(file);
    if (!bytes) return std::nullopt;
    Bytes from(*bytes);
    constexpr std::string_view magic("openssh-key-v1\0", 15);
    if (!from.skip(magic)) return std::nullopt;
    for (int i = 0; i < 3; ++i) // cipher, key derivation and its options
        if (!from.text()) return std::nullopt;
    if (from.number() != 1) return std::nullopt;
    auto key = from.text();
    auto kind = key ? Bytes(*key).text() : std::nullopt;
    if (!kind || !is_name(*kind)) return std::nullopt;
    return std::string(*kind) + ' ' + base::to_base64(*key);
}

} // namespace stepwell::domain
