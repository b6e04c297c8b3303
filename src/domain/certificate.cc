#include "domain/certificate.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"

namespace stepwell::domain {

namespace {

ChainCertificate in_chain(std::string const& der) {
    auto facts = base::facts_of(der);
    return {facts.thumbprint,          facts.serial_number, facts.subject,    facts.issuer,
            facts.signature_algorithm, facts.version,       facts.not_before, facts.not_after};
}

} // namespace

std::string bytes_of(std::string_view base64) {
    std::string text(base64);
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == ' '; });
    auto bytes = base::from_base64(text);
    if (!bytes) base::reject("CertificateData", "must be a file in base64");
    return std::move(*bytes);
}

base::CertificateBundle open_certificate(std::string_view base64, std::string_view password) {
    return base::read_certificate(bytes_of(base64), password);
}

void set_details(Certificate& certificate, base::CertificateBundle const& bundle) {
    auto facts = base::facts_of(bundle.certificate);
    certificate.format = bundle.format;
    certificate.thumbprint = facts.thumbprint;
    certificate.serial_number = facts.serial_number;
    certificate.version = facts.version;
    certificate.subject = facts.subject;
    certificate.subject_name = facts.subject_name;
    certificate.subject_organization = facts.subject_organization;
    certificate.issuer = facts.issuer;
    certificate.issuer_name = facts.issuer_name;
    certificate.issuer_organization = facts.issuer_organization;
    certificate.alternative_names = facts.alternative_names;
    certificate.not_before = facts.not_before;
    certificate.not_after = facts.not_after;
    certificate.self_signed = facts.self_signed;
    certificate.signature_algorithm = facts.signature_algorithm;
    certificate.has_private_key = !bundle.private_key.empty();
    certificate.chain.clear();
    for (auto const& each : bundle.chain) certificate.chain.push_back(in_chain(each));
}

namespace {

// The properties that were read from the file when it was saved.
std::vector<ReferencedProperty> facts_of(Certificate const& certificate) {
    return {{"Type", "Certificate"},
            {"Name", certificate.name},
            {"Thumbprint", certificate.thumbprint},
            {"Subject", certificate.subject},
            {"SubjectCommonName", certificate.subject_name},
            {"Issuer", certificate.issuer},
            {"NotBefore", base::to_text(certificate.not_before)},
            {"NotAfter", base::to_text(certificate.not_after)},
            {"HasPrivateKey", certificate.has_private_key ? "True" : "False"}};
}

std::string pfx_of(base::CertificateBundle const& bundle, Certificate const& certificate, std::string const& original,
                   std::string const& password) {
    if (bundle.format == base::CertificateFormat::pkcs12) return original;
    return base::to_base64(base::to_pkcs12(bundle, certificate.name, password));
}

} // namespace

std::vector<ReferencedProperty> properties_of(Certificate const& certificate, RevealAt const& reveal) {
    auto original = reveal("CertificateData"), password = reveal("Password");
    auto properties = facts_of(certificate);
    bool closed = original.empty();
    auto bundle = closed ? base::CertificateBundle() : open_certificate(original, password);
    std::string chain;
    for (auto const& each : bundle.chain) chain += base::certificate_to_pem(each);
    auto give = [&](std::string name, bool is_sensitive, auto text) {
        properties.push_back({std::move(name), closed ? std::string() : text(), is_sensitive || closed});
    };
    give("RawOriginal", true, [&] { return original; });
    give("Password", true, [&] { return password; });
    give("Pfx", true, [&] { return pfx_of(bundle, certificate, original, password); });
    give("Certificate", false, [&] { return base::to_base64(bundle.certificate); });
    give("CertificatePem", false, [&] { return base::certificate_to_pem(bundle.certificate); });
    give("ChainPem", false, [&] { return chain; });
    if (!certificate.has_private_key) return properties;
    give("PrivateKey", true, [&] { return base::to_base64(bundle.private_key); });
    give("PrivateKeyPem", true, [&] { return base::private_key_to_pem(bundle.private_key, ""); });
    return properties;
}

} // namespace stepwell::domain
