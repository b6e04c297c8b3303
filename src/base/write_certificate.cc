// Writing certificates and keys to files, and generating certificates.
#include "base/certificate.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/openssl.h"

#include <arpa/inet.h>

namespace stepwell::base {

namespace {

using namespace openssl;

[[noreturn]] void fail() { throw Error(Kind::internal, "a certificate could not be created"); }

unsigned char const* raw(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }

struct FreeChain {
    void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};

void add_to_name(X509_NAME* name, char const* part, std::string const& text, char const* member) {
    if (text.empty()) return;
    if (X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, raw(text), int(text.size()), -1, 0) != 1)
        reject(member, "must be at most 64 characters of plain text");
}

GENERAL_NAME* host_name(std::string const& host) {
    unsigned char address[16];
    int size = inet_pton(AF_INET, host.c_str(), address) == 1    ? 4
               : inet_pton(AF_INET6, host.c_str(), address) == 1 ? 16
                                                                 : 0;
    auto text = size > 0 ? static_cast<ASN1_STRING*>(ASN1_OCTET_STRING_new()) : ASN1_IA5STRING_new();
    ASN1_STRING_set(text, size > 0 ? static_cast<void const*>(address) : host.data(),
                    size > 0 ? size : int(host.size()));
    auto name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, size > 0 ? GEN_IPADD : GEN_DNS, text);
    return name;
}

void add_hosts(X509* certificate, std::vector<std::string> const& hosts) {
    if (hosts.empty()) return;
    if (hosts.size() > 100) reject("SubjectAlternativeNames", "must be at most 100 names");
    Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(sk_GENERAL_NAME_new_null());
    for (auto const& host : hosts) {
        bool plain = std::ranges::all_of(host, [](char c) { return c > ' ' && c < 127; });
        if (host.empty() || host.size() > 253 || !plain)
            reject("SubjectAlternativeNames", "must be host names or IP addresses");
        sk_GENERAL_NAME_push(names.get(), host_name(host));
    }
    if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1) fail();
}

void say_no_authority(X509* certificate) {
    Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> none(BASIC_CONSTRAINTS_new());
    if (X509_add1_ext_i2d(certificate, NID_basic_constraints, none.get(), 1, 0) != 1) fail();
}

void set_serial(X509* certificate) {
    auto bytes = random_bytes(16);
    bytes[0] = char(bytes[0] & 0x7F);
    Owned<BIGNUM, BN_free> number(BN_bin2bn(raw(bytes), int(bytes.size()), nullptr));
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

void set_validity(X509* certificate, std::int64_t days, Time now) {
    if (days < 1 || days > 36'500) reject("ValidDays", "must be between 1 and 36500");
    auto from = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    if (!ASN1_TIME_set(X509_getm_notBefore(certificate), from) ||
        !ASN1_TIME_set(X509_getm_notAfter(certificate), from + days * 86'400))
        fail();
}

} // namespace

std::string certificate_to_pem(std::string_view der) {
    start();
    Memory memory(BIO_new(BIO_s_mem()));
    auto certificate = certificate_from(der);
    if (!certificate || PEM_write_bio_X509(memory.get(), certificate.get()) != 1) fail();
    return text_in(memory.get());
}

std::string private_key_to_pem(std::string_view der, std::string const& password) {
    start();
    Memory memory(BIO_new(BIO_s_mem()));
    auto key = private_key_from(der);
    auto cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
    if (!key || PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), cipher, password.data(), int(password.size()),
                                              nullptr, nullptr) != 1)
        fail();
    return text_in(memory.get());
}

std::string to_pkcs12(CertificateBundle const& bundle, std::string const& title, std::string const& password) {
    start();
    auto certificate = certificate_from(bundle.certificate);
    auto key = bundle.private_key.empty() ? nullptr : private_key_from(bundle.private_key);
    std::unique_ptr<STACK_OF(X509), FreeChain> chain(sk_X509_new_null());
    for (auto const& each : bundle.chain) sk_X509_push(chain.get(), certificate_from(each).release());
    Owned<PKCS12, PKCS12_free> file(
        PKCS12_create(password.c_str(), title.c_str(), key.get(), certificate.get(), chain.get(), 0, 0, 0, 0, 0));
    if (!file) fail();
    unsigned char* bytes = nullptr;
    int size = i2d_PKCS12(file.get(), &bytes);
    if (size < 0) fail();
    std::string made(reinterpret_cast<char const*>(bytes), std::size_t(size));
    OPENSSL_free(bytes);
    return made;
}

CertificateBundle make_self_signed(SelfSigned const& wanted, Time now) {
    start();
    ErrorsForgotten const forgotten;
    PrivateKey key(EVP_RSA_gen(2048));
    Certificate certificate(X509_new());
    auto x509 = certificate.get();
    if (!key || !x509) fail();
    X509_set_version(x509, X509_VERSION_3);
    set_serial(x509);
    set_validity(x509, wanted.days, now);
    auto name = X509_get_subject_name(x509);
    add_to_name(name, "O", wanted.organization, "SubjectOrganization");
    add_to_name(name, "CN", wanted.common_name, "SubjectCommonName");
    if (X509_NAME_entry_count(name) == 0) reject("SubjectCommonName", "is required without SubjectOrganization");
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, key.get());
    say_no_authority(x509);
    add_hosts(x509, wanted.hosts);
    if (X509_sign(x509, key.get(), EVP_sha256()) == 0) fail();
    return {CertificateFormat::pkcs12, to_der(x509), {}, to_der(key.get())};
}

} // namespace stepwell::base
