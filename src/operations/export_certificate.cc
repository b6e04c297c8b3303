#include "operations/export_certificate.h"

#include "base/error.h"
#include "base/text.h"
#include "domain/certificate.h"
#include "operations/visibility.h"
#include "store/secrets.h"

namespace stepwell::operations {

using base::CertificateBundle;
using base::CertificateFormat;
using domain::Certificate;

namespace {

std::string as_pem(CertificateBundle const& bundle, ExportWish const& wish) {
    std::string pem;
    if (!bundle.private_key.empty()) pem += base::private_key_to_pem(bundle.private_key, wish.password);
    if (wish.parts != PemParts::chain_only) pem += base::certificate_to_pem(bundle.certificate);
    if (wish.parts == PemParts::primary_only) return pem;
    for (auto const& each : bundle.chain) pem += base::certificate_to_pem(each);
    return pem;
}

ExportedFile file_of(Certificate const& certificate, CertificateBundle const& bundle, ExportWish const& wish) {
    auto name = base::slug_of(certificate.name);
    switch (wish.format) {
    case CertificateFormat::pkcs12:
        return {base::to_pkcs12(bundle, certificate.name, wish.password), "application/x-pkcs12", name + ".pfx"};
    case CertificateFormat::der: return {bundle.certificate, "application/pkix-cert", name + ".cer"};
    default: return {as_pem(bundle, wish), "application/x-pem-file", name + ".pem"};
    }
}

// Throws Error{invalid} if the format cannot contain a private key, or if there is none.
void check_key_is_there(Certificate const& certificate, ExportWish const& wish) {
    if (!certificate.has_private_key)
        base::reject("includePrivateKey", "must be false: this certificate has no private key");
    if (wish.format == CertificateFormat::der)
        base::reject("includePrivateKey", "must be false for a DER file; use Pkcs12 or Pem");
    if (wish.format == CertificateFormat::pem && wish.parts == PemParts::chain_only)
        base::reject("includePrivateKey", "must be false for the certificate chain alone");
}

void tell_audit(Store& store, Caller const& caller, Certificate const& certificate) {
    domain::EventText text("CertificatePrivateKeyExported", certificate.space_id);
    text.say("The private key of ").name(certificate.id, "Certificate " + certificate.name).say(" was exported");
    Change change;
    change.append(store::prepare_event(caller.actor, store.clock().now(), text.done()));
    commit(store, std::move(change));
}

} // namespace

ExportedFile export_certificate(Store& store, domain::Caller const& caller, Stored const& stored,
                                ExportWish const& given) {
    if (given.private_key)
        domain::require(caller, domain::Permission::certificate_export_private_key,
                        subject_of(domain::noun_of<Certificate>(), stored));
    auto certificate = store::parse<Certificate>(stored);
    auto wish = given;
    bool as_sent = wish.format == CertificateFormat::unknown;
    if (as_sent) wish.format = certificate.format;
    if (wish.private_key) check_key_is_there(certificate, wish);
    auto secret = [&](std::string const& path) {
        return store.read([&](store::Session& session) {
            return store::reveal_current(session, store.key(), certificate.id, path).value_or("");
        });
    };
    auto original = secret("CertificateData");
    auto bundle = domain::open_certificate(original, secret("Password"));
    if (!wish.private_key) bundle.private_key.clear();
    auto file = file_of(certificate, bundle, wish);
    if (as_sent && (wish.private_key || !certificate.has_private_key)) file.bytes = domain::bytes_of(original);
    if (wish.private_key) tell_audit(store, caller, certificate);
    return file;
}

} // namespace stepwell::operations
