// X.509 certificates: read from files of any format, what they say, and files made of them. OpenSSL is underneath, and
// nobody else meets it. What comes in is hostile: sizes, counts and the work of opening it are bounded.
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

// What a file holds. Everything is DER; the private key, when there is one, is PKCS #8 without a password and belongs
// to `certificate`.
struct CertificateBundle {
    CertificateFormat format = CertificateFormat::unknown; // of the file
    std::string certificate;
    std::vector<std::string> chain; // the others, in the order of the file
    std::string private_key;
};

struct CertificateFacts {
    std::string thumbprint;                                  // SHA-1 of the certificate, upper-case hex
    std::string serial_number;                               // upper-case hex
    std::int64_t version = 0;                                // 3 for nearly all
    std::string subject, subject_name, subject_organization; // distinguished name, CN, O
    std::string issuer, issuer_name, issuer_organization;
    std::vector<std::string> alternative_names; // hosts, addresses, mails: without their kinds
    Time not_before, not_after;
    bool self_signed = false;        // the signature was checked
    std::string signature_algorithm; // sha256RSA
};

constexpr std::size_t max_certificate_bytes = 256u << 10;

// Throws Error{invalid} with one problem whose path is CertificateData or Password.
CertificateBundle read_certificate(std::string_view bytes, std::string_view password);
// Of a certificate that was read.
CertificateFacts facts_of(std::string_view der);

std::string certificate_to_pem(std::string_view der);
// With a password: encrypted.
std::string private_key_to_pem(std::string_view der, std::string const& password);
// The whole bundle as PKCS #12; without a password it is encrypted with the empty one.
std::string to_pkcs12(CertificateBundle const& bundle, std::string const& title, std::string const& password);

// A certificate that signs itself, with a new RSA key of 2,048 bits: some 100 ms.
struct SelfSigned {
    std::string common_name, organization; // one of them is needed
    std::vector<std::string> hosts;        // names or addresses
    std::int64_t days = 365;
};
CertificateBundle make_self_signed(SelfSigned const& wanted, Time now);

} // namespace stepwell::base
