#include "operations/server_certificate.h"

#include "base/error.h"
#include "store/secrets.h"

namespace stepwell::operations {

namespace {

// Certificate and key are stored in PEM as one secret that does not belong to a document.
std::string const owner(CertificateConfiguration::only_id), path = "Pem";

std::optional<std::string> stored_pem(store::Store const& store) {
    return store.read(
        [&](store::Session& session) { return store::reveal_current(session, store.key(), owner, path); });
}

} // namespace

base::CertificateBundle server_certificate(store::Store& store) {
    auto pem = stored_pem(store);
    if (!pem) {
        constexpr std::int64_t hundred_years = 36'500;
        auto made = base::make_self_signed({"Stepwell Server", {}, {}, hundred_years}, store.clock().now());
        auto sealed = store::seal_secret(store.key(), owner, path,
                                         base::certificate_to_pem(made.certificate) +
                                             base::private_key_to_pem(made.private_key, ""));
        store.write([&](store::Transaction& transaction) {
            store::keep_first_secret(transaction.session, owner, path, sealed);
        });
        pem = stored_pem(store); // another thread may have stored it first
    }
    return base::read_certificate(pem.value(), "");
}

CertificateConfiguration describe_server_certificate(store::Store& store) {
    auto facts = base::facts_of(server_certificate(store).certificate);
    CertificateConfiguration configuration;
    configuration.thumbprint = facts.thumbprint;
    configuration.signature_algorithm = facts.signature_algorithm;
    return configuration;
}

} // namespace stepwell::operations
