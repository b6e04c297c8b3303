#include "domain/ssh_key.h"

#include "base/crypto.h"
#include "base/text.h"

namespace stepwell::domain {

namespace {

// Returns the decoded Base64 between the BEGIN and END lines of a block (RFC 7468).
std::optional<std::string> find_block(std::string_view file, std::string_view label) {
    auto const first = "-----BEGIN " + std::string(label) + "-----", last = "-----END " + std::string(label) + "-----";
    auto start = file.find(first), end = file.find(last);
    if (start == std::string_view::npos || end == std::string_view::npos || end < start) return std::nullopt;
    std::string base64;
    for (char c : file.substr(start + first.size(), end - start - first.size()))
        if (c != '\n' && c != '\r' && c != ' ') base64 += c;
    return base::from_base64(base64);
}

// Reads 32-bit big-endian numbers, and strings preceded by their length.
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

std::string with_length(std::string_view text) {
    std::string made;
    for (int shift = 24; shift >= 0; shift -= 8) made += char(text.size() >> shift & 0xff);
    return made.append(text);
}

std::optional<std::string> find_in_openssh(std::string const& bytes) {
    Bytes from(bytes);
    constexpr std::string_view magic("openssh-key-v1\0", 15);
    if (!from.skip(magic)) return std::nullopt;
    for (int i = 0; i < 3; ++i) // cipher, key derivation and its options
        if (!from.text()) return std::nullopt;
    if (from.number() != 1) return std::nullopt;
    auto key = from.text();
    return key ? std::optional(std::string(*key)) : std::nullopt;
}

// Reads consecutive DER values (X.690).
class Der {
public:
    explicit Der(std::string_view bytes) : rest_(bytes) {}
    // Returns the content of the next value if it has this tag.
    std::optional<std::string_view> take(char tag) {
        if (rest_.size() < 2 || rest_[0] != tag) return std::nullopt;
        std::size_t length = static_cast<unsigned char>(rest_[1]), head = 2;
        if (length >= 0x80) {
            auto more = length - 0x80;
            if (more < 1 || more > 3 || rest_.size() < head + more) return std::nullopt;
            for (length = 0; head < 2 + more; ++head) length = length << 8 | static_cast<unsigned char>(rest_[head]);
        }
        if (length > rest_.size() - head) return std::nullopt;
        auto found = rest_.substr(head, length);
        rest_.remove_prefix(head + length);
        return found;
    }

private:
    std::string_view rest_;
};
constexpr char der_integer = 0x02, der_octets = 0x04, der_sequence = 0x30;

// RSAPrivateKey of RFC 8017: version, modulus, exponent, … SSH encodes integers in the same way.
std::optional<std::string> find_in_rsa(std::string_view bytes) {
    auto key = Der(bytes).take(der_sequence);
    if (!key) return std::nullopt;
    Der numbers(*key);
    auto version = numbers.take(der_integer), modulus = numbers.take(der_integer), exponent = numbers.take(der_integer);
    if (!version || !modulus || !exponent) return std::nullopt;
    return with_length("ssh-rsa") + with_length(*exponent) + with_length(*modulus);
}

// PrivateKeyInfo of RFC 5208, which contains an RSAPrivateKey.
std::optional<std::string> find_in_pkcs8(std::string_view bytes) {
    constexpr std::string_view rsa("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 11);
    auto whole = Der(bytes).take(der_sequence);
    if (!whole) return std::nullopt;
    Der parts(*whole);
    auto version = parts.take(der_integer), algorithm = parts.take(der_sequence), key = parts.take(der_octets);
    if (!version || !algorithm || !algorithm->starts_with(rsa) || !key) return std::nullopt;
    return find_in_rsa(*key);
}

// Returns the public key in the format of the SSH protocol.
std::optional<std::string> find_public_bytes(std::string_view file) {
    if (auto bytes = find_block(file, "OPENSSH PRIVATE KEY")) return find_in_openssh(*bytes);
    if (auto bytes = find_block(file, "RSA PRIVATE KEY")) return find_in_rsa(*bytes);
    if (auto bytes = find_block(file, "PRIVATE KEY")) return find_in_pkcs8(*bytes);
    return std::nullopt;
}

} // namespace

std::optional<std::string> find_public_key(std::string_view file) {
    auto key = find_public_bytes(file);
    auto kind = key ? Bytes(*key).text() : std::nullopt;
    if (!kind || !is_name(*kind)) return std::nullopt;
    return std::string(*kind) + ' ' + base::to_base64(*key);
}

} // namespace stepwell::domain
