#include "api/crud.h"
#include "api/route_files.h"
#include "base/crypto.h"
#include "domain/nouns.h"
#include "domain/ssh_key.h"
#include "operations/account_usage.h"
#include "store/secrets.h"

namespace stepwell::api {

using domain::Account;

namespace {

domain::Noun const& noun() { return domain::noun_of<Account>(); }

net::Response usages(Call& call) {
    auto stored = load_stored(call, noun(), call.id());
    auto usage = call.store().read_at_once(
        [&](store::Session& session) { return operations::usage_of_account(session, call.space_id, stored.id); });
    return answer_json(200, schema::to_json(usage));
}

// The private half is read, and never leaves.
net::Response public_key(Call& call) {
    auto account = store::parse<Account>(load_stored(call, noun(), call.id()));
    std::optional<std::string> key;
    if (std::holds_alternative<domain::SshKeyPairAccount>(account.details.value)) {
        auto base64 = call.store().read([&](store::Session& session) {
            return store::reveal_current(session, call.store().key(), account.id, "PrivateKeyFile");
        });
        auto file = base::from_base64(base64.value_or(""));
        if (file) key = domain::find_public_key(*file);
    }
    if (!key)
        throw base::Error(base::Kind::not_found,
                          "The account '" + account.name +
                              "' has no public key. It needs an SSH key in OpenSSH format, or an "
                              "unencrypted RSA key in PEM.");
    auto response = answer_text(200, *key + ' ' + account.id + '\n');
    response.headers.add("Content-Disposition", "attachment; filename=\"" + account.id + ".pub\"");
    return response;
}

} // namespace

void add_account_routes(Routes& routes) {
    Crud crud;
    crud.more_names = ",accountType";
    add_crud(routes, noun(), crud);
    routes.add(Route("GET", "accounts/{id}/usages", noun().access.view, Cost::work,
                     "Steps, variables and snapshots that use an account", usages)
                   .gives(schema::type_of<operations::AccountUsage>()));
    routes.add(Route("GET", "accounts/{id}/pk", noun().access.view, Cost::work,
                     "The public half of the key of an account, as a file", public_key));
}

} // namespace stepwell::api
