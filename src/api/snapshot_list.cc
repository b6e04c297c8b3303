#include "api/snapshot_list.h"

#include "api/long_list.h"
#include "operations/lint_values.h"

namespace stepwell::api {

using domain::RunbookSnapshot;
using store::Session;

net::Response answer_snapshots(Call const& call, std::string const& path, std::vector<store::Filter> filters) {
    auto const& noun = domain::noun_of<RunbookSnapshot>();
    auto query = list_query(call, noun, std::move(filters));
    if (auto part = call.query.text("searchByName")) query.partial_name = *part;
    return answer_documents(
        call, noun, query, {noun.name, path, std::string(noun.query)},
        [&noun](Call const&, Session&, store::Stored const& stored) { return with_links(noun, stored); });
}

store::Stored load_snapshot(Call const& call, std::string_view id_or_name, std::vector<store::Filter> filters) {
    auto stored = call.store().read([&](Session& session) {
        return store::find_document(session, domain::noun_of<RunbookSnapshot>(), id_or_name, call.space_id, filters);
    });
    if (!stored) store::throw_not_found(id_or_name);
    return std::move(*stored);
}

Crud published_now(std::string snapshot_id) {
    Crud crud;
    crud.render = [id = std::move(snapshot_id)](Call const& call, store::Session& session,
                                                store::Stored const& stored) {
        auto noun = domain::find_noun_of_id(stored.id);
        return with_warnings(with_links(*noun, stored), operations::lint_snapshot(call.store(), session, id));
    };
    return crud;
}

} // namespace stepwell::api
