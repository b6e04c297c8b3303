#include "base/openssl.h"

#include "base/error.h"

#include <openssl/provider.h>

namespace stepwell::base::openssl {

namespace {

constexpr int max_key_bits = 16384;

// Returns true for key types that are cheap to read. DSA and DH compute with numbers of any size.
bool is_taken(int kind) {
    return kind == NID_rsaEncryption || kind == NID_rsassaPss || kind == NID_X9_62_id_ecPublicKey ||
           kind == NID_ED25519 || kind == NID_ED448;
}

template <class T, class Write> std::string der_of(T* object, Write write) {
    unsigned char* bytes = nullptr;
    int size = write(object, &bytes);
    if (size < 0) throw Error(Kind::internal, "a certificate or key could not be written");
    std::string der(reinterpret_cast<char const*>(bytes), std::size_t(size));
    OPENSSL_clear_free(bytes, std::size_t(size));
    return der;
}

} // namespace

void start() {
    [[maybe_unused]] static bool const started = [] {
        // Do not clean up at exit, when other threads may still be running.
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
        OSSL_PROVIDER_load(nullptr, "default");
        OSSL_PROVIDER_load(nullptr, "legacy"); // if missing, RC2 is refused as unreadable
        ERR_clear_error();
        return true;
    }();
}

Certificate certificate_from(std::string_view der) {
    auto at = reinterpret_cast<unsigned char const*>(der.data());
    auto const end = at + der.size();
    Certificate certificate(d2i_X509(nullptr, &at, long(der.size())));
    return at == end ? std::move(certificate) : nullptr;
}

PrivateKey private_key_from(PKCS8_PRIV_KEY_INFO const* info) {
    ASN1_OBJECT const* kind = nullptr;
    if (!info || PKCS8_pkey_get0(&kind, nullptr, nullptr, nullptr, info) != 1 || !is_taken(OBJ_obj2nid(kind)))
        return nullptr;
    PrivateKey key(EVP_PKCS82PKEY(info));
    return key && EVP_PKEY_get_bits(key.get()) <= max_key_bits ? std::move(key) : nullptr;
}

PrivateKey private_key_from(std::string_view der) {
    auto at = reinterpret_cast<unsigned char const*>(der.data());
    return private_key_from(Pkcs8(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, long(der.size()))).get());
}

std::string to_der(X509* certificate) { return der_of(certificate, i2d_X509); }

std::string to_der(EVP_PKEY* key) {
    Pkcs8 info(EVP_PKEY2PKCS8(key));
    return der_of(info.get(), i2d_PKCS8_PRIV_KEY_INFO);
}

std::string text_in(BIO* memory) {
    char* bytes = nullptr;
    auto size = BIO_get_mem_data(memory, &bytes);
    return {bytes, std::size_t(size)};
}

} // namespace stepwell::base::openssl
