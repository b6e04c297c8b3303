// X.509 certificates: reading files of several formats, reading the details of a certificate, and writing files.
// Implemented with OpenSSL, included only through base/openssl.h. Input is untrusted: sizes, counts and the cost of
// decryption are limited.
#pragma once
#include "base/clock.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

enum class CertificateFormat { pkcs12, der, pem, unknown };
constexpr std::array<std::string_view, 4> certificate_formats{"Pkcs12", "Der", "Pem", "Unknown"};
constexpr auto const& names_of(CertificateFormat) { return certificate_formats; }

// The contents of a certificate file. Everything is DER. The private key, if there is one, is PKCS #8 without a
// password and belongs to `certificate`.
struct CertificateBundle {
    CertificateFormat format = CertificateFormat::unknown; // format of the file that was read
    std::string certificate;
    std::vector<std::string> chain; // the other certificates, in file order
    std::string private_key;
};

struct CertificateFacts {
    std::string thumbprint;                                  // SHA-1 of the certificate, upper-case hex
    std::string serial_number;                               // upper-case hex
    std::int64_t version = 0;                                // usually 3
    std::string subject, subject_name, subject_organization; // distinguished name, CN, O
    std::string issuer, issuer_name, issuer_organization;
    std::vector<std::string> alternative_names; // host names, IP addresses and email addresses, without their types
    Time not_before, not_after;
    bool self_signed = false;        // true only if the signature was verified
    std::string signature_algorithm; // for example "sha256RSA"
};

constexpr std::size_t max_certificate_bytes = 256u << 10;

// Reads a certificate file and detects its format. Throws Error{invalid} with one problem, whose path is
// CertificateData or Password.
CertificateBundle read_certificate(std::string_view bytes, std::string_view password);
// Returns the details of a certificate that read_certificate() returned.
CertificateFacts facts_of(std::string_view der);

std::string certificate_to_pem(std::string_view der);
// Encrypts the key if `password` is not empty.
std::string private_key_to_pem(std::string_view der, std::string const& password);
// Returns the whole bundle as PKCS #12. If `password` is empty, the file is encrypted with the empty password.
std::string to_pkcs12(CertificateBundle const& bundle, std::string const& title, std::string const& password);

// Input of make_self_signed(), which creates a self-signed certificate with a new 2,048-bit RSA key (about 100 ms).
struct SelfSigned {
    std::string common_name, organization; // at least one is required
    std::vector<std::string> hosts;        // host names or IP addresses
    std::int64_t days = 365;
};
CertificateBundle make_self_signed(SelfSigned const& wanted, Time now);

} // namespace stepwell::base
