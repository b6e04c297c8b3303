#include "operations/snapshot_drift.h"

#include "base/text.h"
#include "domain/nouns.h"
#include "store/secrets.h"

namespace stepwell::operations {

using namespace domain;

namespace {

std::string used_steps(SnapshotContent& content) {
    for (auto& step : content.steps) {
        step.slug.clear();
        for (auto& action : step.actions) {
            action.slug.clear();
            action.notes.reset();
        }
    }
    return schema::to_json(content.steps);
}

std::string used_variables(SnapshotContent& content) {
    for (auto& variable : content.variables) {
        variable.description.clear();
        variable.is_editable = true;
    }
    return schema::to_json(content.variables);
}

// Numbers of the secrets of one owner, by path.
std::map<std::string, std::int64_t> secrets_of(SnapshotContent const& content, std::string const& owner) {
    std::map<std::string, std::int64_t> numbers;
    for (auto const& secret : content.secrets)
        if (base::equal_ignoring_case(secret.owner, owner)) numbers[secret.path] = secret.number;
    return numbers;
}

bool same_secrets(store::Session& session, base::SecretKey const& key, std::map<std::string, std::int64_t> const& one,
                  std::map<std::string, std::int64_t> const& other) {
    auto same = [&](auto const& a, auto const& b) {
        if (a.first != b.first) return false;
        return a.second == b.second ||
               store::reveal_secret(session, key, a.second) == store::reveal_secret(session, key, b.second);
    };
    return std::ranges::equal(one, other, same);
}

} // namespace

Drift drift_between(store::Session& session, base::SecretKey const& key, SnapshotContent frozen, SnapshotContent now) {
    auto same = [&](std::string const& owner, std::string const& other) {
        return same_secrets(session, key, secrets_of(frozen, owner), secrets_of(now, other));
    };
    Drift drift;
    drift.process = used_steps(frozen) != used_steps(now) ||
                    schema::to_json(frozen.outputs) != schema::to_json(now.outputs) ||
                    !same(frozen.process_id, now.process_id);
    drift.variables =
        used_variables(frozen) != used_variables(now) || !same(frozen.variable_set_id, now.variable_set_id);
    return drift;
}

} // namespace stepwell::operations
