// OpenSSL's objects with owners, for the files of this room that speak of certificates.
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

// Reads no configuration of the machine, and knows the old ciphers of PKCS #12 files where the machine has them.
void start();

// Errors that OpenSSL keeps for a thread are nobody else's.
struct ErrorsForgotten {
    ~ErrorsForgotten() { ERR_clear_error(); }
};

Certificate certificate_from(std::string_view der);           // null when it is none, or more than one
PrivateKey private_key_from(PKCS8_PRIV_KEY_INFO const* info); // null for kinds of keys that are not taken
PrivateKey private_key_from(std::string_view der);            // PKCS #8
std::string to_der(X509* certificate);
std::string to_der(EVP_PKEY* key); // PKCS #8
std::string text_in(BIO* memory);

} // namespace stepwell::base::openssl
