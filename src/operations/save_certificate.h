// Creates certificates from files, generates, changes, replaces and archives them.
#pragma once
#include "domain/resources/certificate.h"
#include "operations/documents.h"

namespace stepwell::operations {

// The request to generate a self-signed certificate.
struct CertificateToGenerate {
    std::string name, common_name, organization;
    std::vector<std::string> hosts;
    std::int64_t days = 365;

    static constexpr std::string_view type_name = "GenerateCertificateCommand";
    static void describe(auto& field) {
        using Self = CertificateToGenerate;
        field("Name", &Self::name, schema::required | schema::at_most(200) | schema::like("Shop"), "Name.");
        field("SubjectCommonName", &Self::common_name, schema::like("shop.example.org"), "Common name of the subject.");
        field("SubjectOrganization", &Self::organization, schema::plain,
              "Organization of the subject. Required without a common name.");
        field("SubjectAlternativeNames", &Self::hosts, schema::plain, "Host names and IP addresses.");
        field("ValidDays", &Self::days, schema::plain, "Period of validity, in days.");
    }
};

struct CertificateReplacement {
    schema::Secret data, password;

    static constexpr std::string_view type_name = "ReplaceCertificateCommand";
    static void describe(auto& field) {
        using Self = CertificateReplacement;
        field("CertificateData", &Self::data, schema::plain, "New file, in base64.");
        field("Password", &Self::password, schema::plain, "Password of the file.");
    }
};

// Takes the body of a new certificate, without its file.
Stored generate_certificate(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);
// Moves the id, and with it every variable, to the new file. The former certificate is kept under a new id and is
// archived.
Stored replace_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           base::Json const& body);
Stored archive_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           bool archived);

// Returns the ids of projects and library variable sets whose variables refer to the certificate.
std::vector<std::string> users_of_certificate(store::Session& session, Stored const& certificate);

// The settle function of certificates (rules.h). Opens the file if one was sent, and reads the details of the
// certificate from it. Throws Error{invalid}, which names CertificateData or Password.
void settle_certificate(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} if a variable refers to the certificate.
void check_certificate_deletion(ChangeContext const& context, Stored const& certificate, Change& first);

} // namespace stepwell::operations
