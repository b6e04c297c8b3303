#pragma once
#include "base/certificate.h"
#include "domain/noun.h"
#include "domain/resources/connectivity_policy.h"

namespace stepwell::domain {

struct Environment;

// A certificate in the chain above another one, up to a certificate authority.
struct ChainCertificate {
    std::string thumbprint, serial_number, subject, issuer, signature_algorithm;
    std::int64_t version = 0;
    Time not_before, not_after;

    static constexpr std::string_view type_name = "X509Certificate";
    static void describe(auto& field) {
        using Self = ChainCertificate;
        field("Thumbprint", &Self::thumbprint, plain, "SHA-1, upper-case hex.");
        field("SerialNumber", &Self::serial_number, plain, "Upper-case hex.");
        field("SubjectDistinguishedName", &Self::subject, plain, "Whom it is for.");
        field("IssuerDistinguishedName", &Self::issuer, plain, "Who signed it.");
        field("SignatureAlgorithmName", &Self::signature_algorithm, plain, "How.");
        field("Version", &Self::version, plain, "Of the format: 3.");
        field("NotBefore", &Self::not_before, plain, "When it begins to be valid.");
        field("NotAfter", &Self::not_after, plain, "When it ends to be valid.");
    }
};

// An X.509 certificate, with or without its private key, that scripts see through variables. All facts about it are
// read from its file only.
struct Certificate : SpaceDocument {
    std::string name, notes;
    Secret data, password; // the file in base64 as sent, and its password
    std::vector<Id<Environment>> environments;
    TenantedMode tenanted_mode = TenantedMode::untenanted;
    std::vector<std::string> tenants, tenant_tags;
    base::CertificateFormat format = base::CertificateFormat::unknown;
    std::string thumbprint, serial_number, signature_algorithm;
    std::int64_t version = 0;
    std::string subject, subject_name, subject_organization, issuer, issuer_name, issuer_organization;
    std::vector<std::string> alternative_names;
    Time not_before, not_after;
    bool self_signed = false, is_expired = false, has_private_key = false;
    std::vector<ChainCertificate> chain;
    std::optional<Time> archived;
    std::optional<std::string> replaced_by;

    static constexpr std::string_view type_name = "Certificate", route = "certificates", prefix = "Certificates";
    static constexpr std::string_view query = "skip,take,ids,partialName,search,archived,tenant,firstResult,orderBy";
    static constexpr Access access{Permission::certificate_view, Permission::certificate_create,
                                   Permission::certificate_edit, Permission::certificate_delete};
    static constexpr Link links[] = {
        {"Archive", "/api/$SpaceId/certificates/$Id/archive"},
        {"Unarchive", "/api/$SpaceId/certificates/$Id/unarchive"},
        {"Replace", "/api/$SpaceId/certificates/$Id/replace"},
        {"Export", "/api/$SpaceId/certificates/$Id/export"},
        {"Usages", "/api/$SpaceId/certificates/$Id/usages"},
    };

    static void describe(auto& field) {
        field("Name", &Certificate::name, required | indexed | trimmed | at_most(200) | like("Shop"),
              "What it is called.");
        field("Notes", &Certificate::notes, plain, "Markdown.");
        field("CertificateData", &Certificate::data, plain,
              "A PFX (PKCS #12), PEM or DER file, in base64. Needed to create one.");
        field("Password", &Certificate::password, plain, "What opens the file.");
        field("EnvironmentIds", &Certificate::environments, plain, "Where it may be used; none: everywhere.");
        field("TenantedDeploymentParticipation", &Certificate::tenanted_mode, plain, "With tenants, without, or both.");
        field("TenantIds", &Certificate::tenants, plain, "Tenants that may use it.");
        field("TenantTags", &Certificate::tenant_tags, plain, "Canonical names of tags of tenants.");
        describe_facts(field);
        field("Archived", &Certificate::archived, computed | indexed, "Since when it is out of use.");
        field("ReplacedBy", &Certificate::replaced_by, computed | like("Certificates-1"),
              "What took its place, and had its id.");
    }
    static void describe_facts(auto& field) {
        field("CertificateDataFormat", &Certificate::format, computed, "Of the file: Pkcs12, Pem or Der.");
        field("Thumbprint", &Certificate::thumbprint, computed | indexed, "SHA-1, upper-case hex.");
        field("SerialNumber", &Certificate::serial_number, computed, "Upper-case hex.");
        field("Version", &Certificate::version, computed, "Of the format: 3.");
        field("SubjectDistinguishedName", &Certificate::subject, computed, "Whom it is for.");
        field("SubjectCommonName", &Certificate::subject_name, computed | indexed, "The CN of it.");
        field("SubjectOrganization", &Certificate::subject_organization, computed, "The O of it.");
        field("SubjectAlternativeNames", &Certificate::alternative_names, computed, "Hosts, addresses and mails.");
        field("IssuerDistinguishedName", &Certificate::issuer, computed, "Who signed it.");
        field("IssuerCommonName", &Certificate::issuer_name, computed, "The CN of it.");
        field("IssuerOrganization", &Certificate::issuer_organization, computed, "The O of it.");
        field("SelfSigned", &Certificate::self_signed, computed, "Whether it signed itself.");
        field("SignatureAlgorithmName", &Certificate::signature_algorithm, computed, "How it is signed: sha256RSA.");
        field("NotBefore", &Certificate::not_before, computed, "When it begins to be valid.");
        field("NotAfter", &Certificate::not_after, computed | indexed, "When it ends to be valid.");
        field("IsExpired", &Certificate::is_expired, computed, "Whether it has, when this was read.");
        field("HasPrivateKey", &Certificate::has_private_key, computed, "Whether the file holds the private key.");
        field("CertificateChain", &Certificate::chain, computed, "The other certificates of the file.");
    }
    void check(Reading& reading, Place const& place) const {
        bool is_new = id.empty();
        if (is_new && !data.has_value) reading.wrong(Place{&place, "CertificateData"}, "is required");
    }
};

} // namespace stepwell::domain
