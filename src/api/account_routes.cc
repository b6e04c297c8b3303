#include "api/access.h"
#include "api/crud.h"
#include "api/route_files.h"
#include "domain/nouns.h"
#include "operations/account_usage.h"
#include "operations/public_key.h"

namespace stepwell::api {

using domain::Account;

namespace {

domain::Noun const& noun() { return domain::noun_of<Account>(); }

net::Response usages(Call& call) {
    auto stored = load_stored(call, noun(), call.id());
    auto usage = call.store().read_at_once([&](store::Session& session) {
        auto all = operations::usage_of_account(session, call.space_id, stored.id);
        auto keep_visible = [&](auto& uses, auto project) {
            std::erase_if(uses, [&](auto const& use) { return !is_visible_project(call, session, use.*project); });
        };
        keep_visible(all.deployment_processes, &operations::ProcessUse::id);
        keep_visible(all.runbook_processes, &operations::RunbookUse::id);
        keep_visible(all.project_sets, &operations::ProjectVariablesUse::id);
        keep_visible(all.snapshots, &operations::SnapshotsUse::project_id);
        return all;
    });
    return answer_json(200, schema::to_json(usage));
}

net::Response public_key(Call& call) {
    auto account = store::parse<Account>(load_stored(call, noun(), call.id()));
    auto const key = operations::public_key_of(call.store(), account);
    auto response = answer_text(200, key + ' ' + account.id + '\n');
    response.headers.add("Content-Disposition", "attachment; filename=\"" + account.id + ".pub\"");
    return response;
}

} // namespace

void add_account_routes(Routes& routes) {
    routes.add(Route("GET", "accounts/{id}/usages", noun().access.view, On::document, Cost::work,
                     "List steps, variables and snapshots that use an account", usages)
                   .gives(schema::type_of<operations::AccountUsage>()));
    routes.add(Route("GET", "accounts/{id}/pk", noun().access.view, On::document, Cost::work,
                     "Download the public key of an account", public_key));
}

} // namespace stepwell::api
