// Random numbers, digests and encryption, implemented with libsodium. Call start_crypto() once in main.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::base {

void start_crypto();

std::string random_bytes(std::size_t count);
std::string sha256(std::string_view bytes); // 32 raw bytes
std::string to_hex(std::string_view bytes); // lower-case
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text); // padding is optional; nullopt if malformed
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Returns the CRC-32C (Castagnoli) of `bytes`. Pass the result of the previous call as `seed` to continue.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

// Hashes a password with Argon2id (19 MiB, 2 passes). Takes about 20 ms; call it on a worker thread.
std::string hash_password(std::string_view password);
bool password_matches(std::string_view password, std::string_view hash);

// A 256-bit key. The destructor wipes it.
class SecretKey {
public:
    static SecretKey random();
    static SecretKey from_bytes(std::string_view bytes); // exactly 32 bytes
    SecretKey(SecretKey const&) = default;
    SecretKey& operator=(SecretKey const&) = default;
    ~SecretKey();

    std::string_view bytes() const { return {reinterpret_cast<char const*>(bytes_), sizeof bytes_}; }
    // Derives a key for one purpose. The same key and purpose always give the same result.
    SecretKey derive(std::string_view purpose) const;

private:
    SecretKey() = default;
    unsigned char bytes_[32]{};
};

// Encrypts with XChaCha20-Poly1305. `owner` is authenticated too: open_sealed() returns nullopt for another owner,
// another key or changed bytes.
std::string seal(SecretKey const& key, std::string_view plain, std::string_view owner);
std::optional<std::string> open_sealed(SecretKey const& key, std::string_view sealed, std::string_view owner);

// An X25519 key pair. Anyone can encrypt with the public key; only the private key decrypts (crypto_box_seal).
struct BoxKeys {
    std::string public_key; // 32 bytes
    SecretKey private_key;
};
BoxKeys box_keys_from(SecretKey const& seed);
std::string seal_to(std::string_view public_key, std::string_view plain);
std::optional<std::string> open_box(BoxKeys const& keys, std::string_view sealed);

} // namespace stepwell::base
