// Certificates and the files that they are read from.
#pragma once
#include "domain/referenced.h"
#include "domain/resources/certificate.h"

namespace stepwell::domain {

// Decodes the file. The base64 may contain line breaks, which some tools add. Throws Error{invalid}, which names
// CertificateData.
std::string bytes_of(std::string_view base64);
// Opens the file. Throws Error{invalid}, which names CertificateData or Password.
base::CertificateBundle open_certificate(std::string_view base64, std::string_view password);
// Sets all members of the certificate that are read from its file.
void set_details(Certificate& certificate, base::CertificateBundle const& bundle);

// Returns the properties that a variable of this certificate has in addition to its id: Thumbprint, CertificatePem,
// PrivateKeyPem, Pfx, … Properties that contain the private key are sensitive. Opens the file, which takes milliseconds
// in most cases; the time depends on the iterations that the file asks for. If `reveal` returns no file, the properties
// that are read from it have an empty text.
std::vector<ReferencedProperty> properties_of(Certificate const& certificate, RevealAt const& reveal);

} // namespace stepwell::domain
