#pragma once
#include "base/certificate.h"
#include "domain/noun.h"
#include "domain/resources/connectivity_policy.h"
#include "domain/resources/missing.h"

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
        field("Thumbprint", &Self::thumbprint, plain, "SHA-1 thumbprint, in upper-case hexadecimal.");
        field("SerialNumber", &Self::serial_number, plain, "Serial number, in upper-case hexadecimal.");
        field("SubjectDistinguishedName", &Self::subject, plain, "Distinguished name of the subject.");
        field("IssuerDistinguishedName", &Self::issuer, plain, "Distinguished name of the issuer.");
        field("SignatureAlgorithmName", &Self::signature_algorithm, plain, "Signature algorithm, such as sha256RSA.");
        field("Version", &Self::version, plain, "X.509 version: 3.");
        field("NotBefore", &Self::not_before, plain, "Start of validity.");
        field("NotAfter", &Self::not_after, plain, "End of validity.");
    }
};

// An X.509 certificate, with or without its private key, that scripts see through variables. All facts about it are
// read from its file only.
struct Certificate : SpaceDocument {
    std::string name, notes;
    Secret data, password; // the file in base64 as sent, and its password
    std::vector<Id<Environment>> environments;
    TenantedMode tenanted_mode = TenantedMode::untenanted;
    std::vector<Id<Tenant>> tenants;
    std::vector<std::string> tenant_tags;
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
        field("Name", &Certificate::name, required | indexed | trimmed | at_most(200) | like("Shop"), "Name.");
        field("Notes", &Certificate::notes, plain, "Notes, in Markdown.");
        field("CertificateData", &Certificate::data, plain,
              "PFX (PKCS #12), PEM or DER file, in base64. Required to create a certificate.");
        field("Password", &Certificate::password, plain, "Password of the file.");
        field("EnvironmentIds", &Certificate::environments, plain, "Environments that may use it; empty: all.");
        field("TenantedDeploymentParticipation", &Certificate::tenanted_mode, without_effect,
              "Untenanted, TenantedOrUntenanted or Tenanted.");
        field("TenantIds", &Certificate::tenants, loose, "Must be empty: tenants are not supported yet.");
        field("TenantTags", &Certificate::tenant_tags, without_effect,
              "Canonical names of tags of tenants that may use it.");
        describe_facts(field);
        field("Archived", &Certificate::archived, computed | indexed,
              "Time when it was archived; null if it is not archived.");
        field("ReplacedBy", &Certificate::replaced_by, computed | like("Certificates-1"),
              "Id of the certificate that replaced it.");
    }
    static void describe_facts(auto& field) {
        field("CertificateDataFormat", &Certificate::format, computed, "File format: Pkcs12, Pem or Der.");
        field("Thumbprint", &Certificate::thumbprint, computed | indexed,
              "SHA-1 thumbprint, in upper-case hexadecimal.");
        field("SerialNumber", &Certificate::serial_number, computed, "Serial number, in upper-case hexadecimal.");
        field("Version", &Certificate::version, computed, "X.509 version: 3.");
        field("SubjectDistinguishedName", &Certificate::subject, computed, "Distinguished name of the subject.");
        field("SubjectCommonName", &Certificate::subject_name, computed | indexed, "Common name of the subject.");
        field("SubjectOrganization", &Certificate::subject_organization, computed, "Organization of the subject.");
        field("SubjectAlternativeNames", &Certificate::alternative_names, computed,
              "Host names, IP addresses and mail addresses.");
        field("IssuerDistinguishedName", &Certificate::issuer, computed, "Distinguished name of the issuer.");
        field("IssuerCommonName", &Certificate::issuer_name, computed, "Common name of the issuer.");
        field("IssuerOrganization", &Certificate::issuer_organization, computed, "Organization of the issuer.");
        field("SelfSigned", &Certificate::self_signed, computed, "Whether it is self-signed.");
        field("SignatureAlgorithmName", &Certificate::signature_algorithm, computed,
              "Signature algorithm, such as sha256RSA.");
        field("NotBefore", &Certificate::not_before, computed, "Start of validity.");
        field("NotAfter", &Certificate::not_after, computed | indexed, "End of validity.");
        field("IsExpired", &Certificate::is_expired, computed, "Whether it had expired when it was read.");
        field("HasPrivateKey", &Certificate::has_private_key, computed, "Whether the file contains the private key.");
        field("CertificateChain", &Certificate::chain, computed, "Other certificates in the file.");
    }
    void check(Reading& reading, Place const& place) const {
        bool is_new = id.empty();
        if (is_new && !data.has_value) reading.wrong(Place{&place, "CertificateData"}, "is required");
    }
};

} // namespace stepwell::domain
