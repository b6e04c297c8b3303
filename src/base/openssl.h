// Owning pointers to OpenSSL objects, for the files of this module that handle certificates.
#pragma once
#include <memory>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>
#include <string_view>

namespace stepwell::base::openssl {

template <auto free_it> struct Freed {
    template <class T> void operator()(T* object) const { free_it(object); }
};
template <class T, auto free_it> using Owned = std::unique_ptr<T, Freed<free_it>>;

using Certificate = Owned<X509, X509_free>;
using PrivateKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using Pkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using Memory = Owned<BIO, BIO_free>;

// Initializes OpenSSL without the machine's configuration file. Loads the legacy ciphers that older PKCS #12 files use,
// if the machine has them.
void start();

// Clears the thread's OpenSSL error queue on destruction, so that later calls do not see these errors.
struct ErrorsForgotten {
    ~ErrorsForgotten() { ERR_clear_error(); }
};

Certificate certificate_from(std::string_view der);           // null if it is not exactly one certificate
PrivateKey private_key_from(PKCS8_PRIV_KEY_INFO const* info); // null if the key type is not supported
PrivateKey private_key_from(std::string_view der);            // PKCS #8
std::string to_der(X509* certificate);
std::string to_der(EVP_PKEY* key); // PKCS #8
std::string text_in(BIO* memory);

} // namespace stepwell::base::openssl
