#include "operations/copies.h"

#include "store/secrets.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using base::Json;

namespace {

class Revealer final : public schema::Walker {
public:
    Revealer(store::Session& session, base::KeyRing const& key, std::string const& owner)
        : session_(session), key_(key), numbers_(store::current_secrets(session, owner)) {}

    void reference(std::string_view, std::string const&, std::string const&) override {}
    void secret(schema::Secret& secret, std::string const& path) override {
        if (!secret.has_value) return;
        auto at = numbers_.find(path);
        secret.has_value = at != numbers_.end();
        if (secret.has_value) secret.new_value = store::reveal_secret(session_, key_, at->second);
    }

private:
    store::Session& session_;
    base::KeyRing const& key_;
    std::map<std::string, std::int64_t> numbers_; // by path
};

void give_new_id(std::string& id, Renaming& renaming) {
    auto fresh = base::new_uuid();
    renaming.add(id, fresh);
    id = std::move(fresh);
}

} // namespace

std::string Renaming::of(std::string const& id) const {
    auto at = ids_.find(id);
    return at == ids_.end() ? id : at->second;
}

void reveal_secrets(store::Session& session, base::KeyRing const& key, domain::Noun const& noun,
                    domain::Document& object) {
    Revealer revealer(session, key, object.id);
    schema::walk(*noun.type, &object, "", revealer);
}

void renew(std::vector<domain::Step>& steps, Renaming& renaming) {
    for (auto& step : steps) {
        give_new_id(step.id, renaming);
        for (auto& action : step.actions) give_new_id(action.id, renaming);
    }
}

void renew(std::vector<domain::Variable>& variables, Renaming const& renaming) {
    for (auto& variable : variables) {
        variable.id = base::new_uuid();
        for (auto& [dimension, ids] : variable.scope.items)
            for (auto& id : ids) id = renaming.of(id);
    }
}

Json laid_over(std::string const& stored, Json const& body) {
    auto sent = body.if_object();
    if (!sent) base::reject("", "The body must be an object.");
    auto merged = base::parse_json(stored);
    auto& object = merged.as_object();
    for (auto own : {"Id", "Slug", "Version", "ClonedFromProjectId", "PublishedRunbookSnapshotId"})
        base::erase_member(merged, own);
    for (auto const& member : *sent) {
        if (member.value().is_null()) continue;
        base::erase_member(merged, member.key());
        object.emplace(member.key(), member.value());
    }
    return merged;
}

} // namespace stepwell::operations
