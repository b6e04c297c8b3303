#include "operations/public_key.h"

#include "base/crypto.h"
#include "base/error.h"
#include "domain/ssh_key.h"
#include "store/secrets.h"

namespace stepwell::operations {

std::string public_key_of(Store const& store, domain::Account const& account) {
    std::optional<std::string> key;
    if (std::holds_alternative<domain::SshKeyPairAccount>(account.details.value)) {
        auto base64 = store.read([&](store::Session& session) {
            return store::reveal_current(session, store.key(), account.id, "PrivateKeyFile");
        });
        auto file = base::from_base64(base64.value_or(""));
        if (file) key = domain::find_public_key(*file);
    }
    if (!key)
        throw base::Error(
            base::Kind::not_found,
            "The account '" + account.name +
                "' has no public key. It needs an SSH key in OpenSSH format, or an unencrypted RSA key in "
                "PEM.");
    return std::move(*key);
}

} // namespace stepwell::operations
