// A certificate and the file it came in.
#pragma once
#include "domain/referenced.h"
#include "domain/resources/certificate.h"

namespace stepwell::domain {

// The file itself: some tools break base64 into lines. Throws Error{invalid} that names CertificateData.
std::string bytes_of(std::string_view base64);
// Opens the file; throws Error{invalid} that names CertificateData or Password.
base::CertificateBundle open_certificate(std::string_view base64, std::string_view password);
// Fills in all that is told of it.
void set_details(Certificate& certificate, base::CertificateBundle const& bundle);

// What a variable that refers to it gives beside its id: Thumbprint, CertificatePem, PrivateKeyPem, Pfx … Whatever
// holds the private key is sensitive. Opens the file: as much work as its iterations ask for, milliseconds mostly. With
// the file closed, what has to be read from it is there without a text.
std::vector<ReferencedProperty> properties_of(Certificate const& certificate, RevealAt const& reveal);

} // namespace stepwell::domain
