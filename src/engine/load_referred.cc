#include "engine/load_referred.h"

#include "base/text.h"
#include "domain/certificate.h"
#include "domain/resources/account.h"
#include "domain/resources/worker_pool.h"
#include "store/documents.h"
#include "store/secrets.h"

namespace stepwell::engine {

using namespace domain;

namespace {

RevealAt reveal_secrets_of(store::Session& session, std::string const& owner, base::KeyRing const* key) {
    return [&session, &owner, key](std::string_view path) {
        if (!key) return std::string();
        return store::reveal_current(session, *key, owner, std::string(path)).value_or("");
    };
}

// Finds a document by id only, not by slug.
template <class T> void load_into(Referred& all, store::Session& session, std::string const& id,
                                  std::string const& space_id, base::KeyRing const* key) {
    auto found = store::find<T>(session, id, space_id);
    if (!found || !base::equal_ignoring_case(found->id, id)) return;
    ReferredDocument made;
    made.noun = T::type_name;
    made.id = found->id;
    made.name = found->name;
    if constexpr (requires { found->details; }) made.kind = schema::kind_of(found->details);
    if constexpr (requires { found->environments; })
        for (auto const& environment : found->environments) made.environments.push_back(environment.value);
    if constexpr (requires(RevealAt const& reveal) { properties_of(*found, reveal); })
        made.properties = properties_of(*found, reveal_secrets_of(session, found->id, key));
    all.emplace(found->id, std::move(made));
}

} // namespace

Referred load_referred(store::Session& session, SnapshotContent const& content, Bag<std::string> const& answers,
                       std::string const& space_id, base::KeyRing const* key) {
    Referred all;
    if (!refers(content)) return all;
    for (auto const& value : candidates_of(content, answers, hide)) {
        auto reference = find_reference(value);
        if (!reference || all.contains(reference->id)) continue;
        if (reference->type->noun == Account::type_name)
            load_into<Account>(all, session, reference->id, space_id, key);
        else if (reference->type->noun == Certificate::type_name)
            load_into<Certificate>(all, session, reference->id, space_id, key);
        else if (reference->type->noun == WorkerPool::type_name)
            load_into<WorkerPool>(all, session, reference->id, space_id, key);
    }
    return all;
}

} // namespace stepwell::engine
