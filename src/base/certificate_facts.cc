// The details of a certificate as texts that are safe to display: special characters are escaped.
#include "base/certificate.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/openssl.h"
#include "base/utf8.h"

#include <algorithm>
#include <arpa/inet.h>

namespace stepwell::base {

namespace {

using namespace openssl;

// Read as UTF-8; as single bytes if that fails.
constexpr unsigned long readable = ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT;
constexpr unsigned long bytewise = ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_IGNORE_TYPE;

template <class Print> std::string printed(Print print) {
    for (auto flags : {readable, bytewise}) {
        Memory memory(BIO_new(BIO_s_mem()));
        if (print(memory.get(), flags) >= 0) return to_utf8(text_in(memory.get()));
    }
    return {};
}

std::string text_of(ASN1_STRING const* text) {
    return printed([&](BIO* to, unsigned long flags) { return ASN1_STRING_print_ex(to, text, flags); });
}

// Returns a name such as "CN=shop, O=Example", most specific part first.
std::string text_of(X509_NAME const* name) {
    constexpr unsigned long form = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
                                   XN_FLAG_DUMP_UNKNOWN_FIELDS | ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_DUMP_UNKNOWN |
                                   ASN1_STRFLGS_DUMP_DER;
    return printed([&](BIO* to, unsigned long flags) { return X509_NAME_print_ex(to, name, 0, form | flags); });
}

// Returns the last entry of this kind, which is the most specific.
std::string part_of(X509_NAME const* name, int kind) {
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, kind, at)) >= 0;) last = at;
    return last < 0 ? "" : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
}

std::string upper_hex(std::string_view bytes) {
    auto hex = to_hex(bytes);
    std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? char(c - 32) : c; });
    return hex;
}

std::string thumbprint_of(X509 const* certificate) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha1(), digest, &size) != 1)
        throw Error(Kind::internal, "cannot compute the digest of a certificate");
    return upper_hex({reinterpret_cast<char const*>(digest), size});
}

std::string serial_of(X509 const* certificate) {
    auto serial = X509_get0_serialNumber(certificate);
    std::string sign = (ASN1_STRING_type(serial) & V_ASN1_NEG) != 0 ? "-" : "";
    return sign + upper_hex({reinterpret_cast<char const*>(ASN1_STRING_get0_data(serial)),
                             std::size_t(ASN1_STRING_length(serial))});
}

Time time_of(ASN1_TIME const* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) reject("CertificateData", "contains an invalid date");
    using namespace std::chrono;
    auto day = sys_days(year(parts.tm_year + 1900) / (parts.tm_mon + 1) / parts.tm_mday);
    return day + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

std::string address_of(ASN1_OCTET_STRING const* bytes) {
    char text[INET6_ADDRSTRLEN];
    int size = ASN1_STRING_length(bytes);
    if (size != 4 && size != 16) return {};
    auto shown = inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), text, sizeof text);
    return shown ? shown : "";
}

std::string text_of(GENERAL_NAME const* name) {
    int kind = 0;
    auto value = GENERAL_NAME_get0_value(name, &kind);
    switch (kind) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI: return text_of(static_cast<ASN1_STRING const*>(value));
    case GEN_IPADD: return address_of(static_cast<ASN1_OCTET_STRING const*>(value));
    case GEN_DIRNAME: return text_of(static_cast<X509_NAME const*>(value));
    default: return {};
    }
}

std::vector<std::string> alternative_names_of(X509 const* certificate) {
    std::vector<std::string> names;
    Owned<GENERAL_NAMES, GENERAL_NAMES_free> all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i)
        if (auto text = text_of(sk_GENERAL_NAME_value(all.get(), i)); !text.empty()) names.push_back(std::move(text));
    return names;
}

// Uses the algorithm names of Windows and Octopus.
std::string algorithm_of(X509 const* certificate) {
    struct Known {
        int id;
        std::string_view name;
    };
    static constexpr Known known[] = {
        {NID_md5WithRSAEncryption, "md5RSA"},       {NID_sha1WithRSAEncryption, "sha1RSA"},
        {NID_sha256WithRSAEncryption, "sha256RSA"}, {NID_sha384WithRSAEncryption, "sha384RSA"},
        {NID_sha512WithRSAEncryption, "sha512RSA"}, {NID_rsassaPss, "RSASSA-PSS"},
        {NID_ecdsa_with_SHA1, "sha1ECDSA"},         {NID_ecdsa_with_SHA256, "sha256ECDSA"},
        {NID_ecdsa_with_SHA384, "sha384ECDSA"},     {NID_ecdsa_with_SHA512, "sha512ECDSA"},
    };
    int id = X509_get_signature_nid(certificate);
    for (auto const& each : known)
        if (each.id == id) return std::string(each.name);
    auto name = OBJ_nid2ln(id);
    return name ? name : "unknown";
}

} // namespace

CertificateFacts facts_of(std::string_view der) {
    start();
    ErrorsForgotten const forgotten;
    auto certificate = certificate_from(der);
    if (!certificate) throw Error(Kind::internal, "a certificate cannot be read");
    auto const* x509 = certificate.get();
    CertificateFacts facts;
    facts.thumbprint = thumbprint_of(x509);
    facts.serial_number = serial_of(x509);
    facts.version = X509_get_version(x509) + 1;
    auto subject = X509_get_subject_name(x509), issuer = X509_get_issuer_name(x509);
    facts.subject = text_of(subject);
    facts.subject_name = part_of(subject, NID_commonName);
    facts.subject_organization = part_of(subject, NID_organizationName);
    facts.issuer = text_of(issuer);
    facts.issuer_name = part_of(issuer, NID_commonName);
    facts.issuer_organization = part_of(issuer, NID_organizationName);
    facts.alternative_names = alternative_names_of(x509);
    facts.not_before = time_of(X509_get0_notBefore(x509));
    facts.not_after = time_of(X509_get0_notAfter(x509));
    facts.self_signed = X509_self_signed(certificate.get(), 1) == 1;
    facts.signature_algorithm = algorithm_of(x509);
    return facts;
}

} // namespace stepwell::base
