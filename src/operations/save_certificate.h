// Certificates: made of files, made here, changed, replaced, put out of use.
#pragma once
#include "domain/resources/certificate.h"
#include "operations/documents.h"

namespace stepwell::operations {

// What a client sends to have a certificate made that signs itself.
struct CertificateToGenerate {
    std::string name, common_name, organization;
    std::vector<std::string> hosts;
    std::int64_t days = 365;

    static constexpr std::string_view type_name = "GenerateCertificateCommand";
    static void describe(auto& field) {
        using Self = CertificateToGenerate;
        field("Name", &Self::name, schema::required | schema::at_most(200) | schema::like("Shop"),
              "What it is called.");
        field("SubjectCommonName", &Self::common_name, schema::like("shop.example.org"), "Whom it is for.");
        field("SubjectOrganization", &Self::organization, schema::plain, "Whose it is; needed without a common name.");
        field("SubjectAlternativeNames", &Self::hosts, schema::plain, "Hosts and IP addresses.");
        field("ValidDays", &Self::days, schema::plain, "How long, from now.");
    }
};

struct CertificateReplacement {
    schema::Secret data, password;

    static constexpr std::string_view type_name = "ReplaceCertificateCommand";
    static void describe(auto& field) {
        using Self = CertificateReplacement;
        field("CertificateData", &Self::data, schema::plain, "The new file, in base64.");
        field("Password", &Self::password, schema::plain, "What opens it.");
    }
};

// The body is that of a new certificate, but for its file.
Stored generate_certificate(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);
// The id, and with it every variable, goes over to the new file; the former one stays, archived, under a new id.
Stored replace_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           base::Json const& body);
Stored archive_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           bool archived);

// Ids of the projects and library variable sets whose variables refer to it.
std::vector<std::string> users_of_certificate(store::Session& session, Stored const& certificate);

// Of rules.h. A file that is sent is opened: the details of a certificate come from there. Throws Error{invalid} that
// names CertificateData or Password.
void settle_certificate(ChangeContext const& context, Document& next, Document const* before, Change& rest);
// Throws Error{invalid} if a variable refers to the certificate.
void check_certificate_deletion(ChangeContext const& context, Stored const& certificate, Change& first);

} // namespace stepwell::operations
