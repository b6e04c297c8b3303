#include "base/crypto.h"

#include "base/error.h"

#include <cstring>
#include <sodium.h>

namespace stepwell::base {

namespace {

unsigned char const* raw(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

} // namespace

void start_crypto() {
    if (sodium_init() < 0) throw Error(Kind::internal, "libsodium could not be initialized");
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), count);
    return bytes;
}

std::string sha256(std::string_view bytes) {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(raw(digest), raw(bytes), bytes.size());
    return digest;
}

std::string to_hex(std::string_view bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
    text.pop_back();
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    std::string bytes(text.size() / 2, '\0');
    std::size_t length = 0;
    if (sodium_hex2bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr) != 0 ||
        length * 2 != text.size())
        return std::nullopt;
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string bytes(text.size() * 3 / 4 + 1, '\0');
    std::size_t length = 0;
    char const* end = nullptr;
    if (sodium_base642bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, &end,
                          sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    bytes.resize(length);
    return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash_password(std::string_view password) {
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(), 2, 19u << 20) != 0)
        throw Error(Kind::unavailable, "not enough memory to check a password");
    hash.resize(std::strlen(hash.c_str()));
    return hash;
}

bool password_matches(std::string_view password, std::string_view hash) {
    std::string terminated(hash);
    return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

SecretKey SecretKey::random() {
    SecretKey key;
    randombytes_buf(key.bytes_, sizeof key.bytes_);
    return key;
}

SecretKey SecretKey::from_bytes(std::string_view bytes) {
    SecretKey key;
    if (bytes.size() != sizeof key.bytes_) throw Error(Kind::internal, "a key must have 32 bytes");
    std::memcpy(key.bytes_, bytes.data(), sizeof key.bytes_);
    return key;
}

SecretKey::~SecretKey() { sodium_memzero(bytes_, sizeof bytes_); }

SecretKey SecretKey::derive(std::string_view purpose) const {
    SecretKey key;
    crypto_generichash(key.bytes_, sizeof key.bytes_, raw(purpose), purpose.size(), bytes_, sizeof bytes_);
    return key;
}

std::string seal(SecretKey const& key, std::string_view plain, std::string_view owner) {
    constexpr auto nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    std::string out(nonce_size + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    randombytes_buf(out.data(), nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + nonce_size, nullptr, raw(plain), plain.size(), raw(owner),
                                               owner.size(), nullptr, raw(out), raw(key.bytes()));
    return out;
}

std::optional<std::string> open_sealed(SecretKey const& key, std::string_view sealed, std::string_view owner) {
    constexpr auto nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    constexpr auto overhead = nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES;
    if (sealed.size() < overhead) return std::nullopt;
    std::string plain(sealed.size() - overhead, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(sealed) + nonce_size,
                                                   sealed.size() - nonce_size, raw(owner), owner.size(), raw(sealed),
                                                   raw(key.bytes())) != 0)
        return std::nullopt;
    return plain;
}

BoxKeys box_keys_from(SecretKey const& seed) {
    std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
    std::string private_key(crypto_box_SECRETKEYBYTES, '\0');
    crypto_box_seed_keypair(raw(public_key), raw(private_key), raw(seed.bytes()));
    BoxKeys keys{std::move(public_key), SecretKey::from_bytes(private_key)};
    sodium_memzero(private_key.data(), private_key.size());
    return keys;
}

std::string seal_to(std::string_view public_key, std::string_view plain) {
    std::string out(plain.size() + crypto_box_SEALBYTES, '\0');
    if (public_key.size() != crypto_box_PUBLICKEYBYTES ||
        crypto_box_seal(raw(out), raw(plain), plain.size(), raw(public_key)) != 0)
        throw Error(Kind::internal, "a message could not be encrypted");
    return out;
}

std::optional<std::string> open_box(BoxKeys const& keys, std::string_view sealed) {
    if (sealed.size() < crypto_box_SEALBYTES) return std::nullopt;
    std::string plain(sealed.size() - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(raw(plain), raw(sealed), sealed.size(), raw(keys.public_key),
                             raw(keys.private_key.bytes())) != 0)
        return std::nullopt;
    return plain;
}

} // namespace stepwell::base
