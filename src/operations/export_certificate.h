// Exports certificates as files.
#pragma once
#include "domain/caller.h"
#include "domain/resources/certificate.h"
#include "operations/documents.h"

namespace stepwell::operations {

enum class PemParts { primary_only, primary_and_chain, chain_only };
constexpr std::array<std::string_view, 3> pem_parts{"PrimaryOnly", "PrimaryAndChain", "ChainOnly"};
constexpr auto const& names_of(PemParts) { return pem_parts; }

struct ExportWish {
    base::CertificateFormat format = base::CertificateFormat::unknown; // unknown means the format of its file
    bool private_key = false;
    std::string password; // of the exported file; empty means none
    PemParts parts = PemParts::primary_and_chain;
};
struct ExportedFile {
    std::string bytes, content_type, name;
};
// Without a format, returns the file as sent, without the private key unless it is requested. An export of the private
// key is an audit event, which is written before the file is returned. Throws Error{forbidden} if the caller may not
// export the private key.
ExportedFile export_certificate(Store& store, Caller const& caller, Stored const& certificate, ExportWish const& wish);

} // namespace stepwell::operations
