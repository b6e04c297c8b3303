// The certificate that identifies this server to agents.
#pragma once
#include "base/certificate.h"
#include "schema/describe.h"
#include "store/store.h"

namespace stepwell::operations {

// Returns the certificate with its private key. The first call creates it; it does not change later.
base::CertificateBundle server_certificate(store::Store& store);

struct CertificateConfiguration {
    static constexpr std::string_view only_id = "certificate-global";
    std::string id{only_id}, name = "Communication with agents", thumbprint, signature_algorithm;

    static constexpr std::string_view type_name = "CertificateConfiguration";
    static constexpr std::string_view example_id = only_id;
    static void describe(auto& field) {
        using Self = CertificateConfiguration;
        field("Id", &Self::id, schema::plain, "Id: certificate-global.");
        field("Name", &Self::name, schema::plain, "Purpose of the certificate.");
        field("Thumbprint", &Self::thumbprint, schema::plain, "SHA-1 thumbprint, in upper-case hexadecimal.");
        field("SignatureAlgorithm", &Self::signature_algorithm, schema::plain,
              "Signature algorithm, such as sha256RSA.");
    }
};
CertificateConfiguration describe_server_certificate(store::Store& store);

} // namespace stepwell::operations
