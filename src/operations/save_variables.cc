#include "operations/save_variables.h"

#include "base/error.h"
#include "domain/prompt.h"
#include "domain/variable_types.h"
#include "operations/check_scopes.h"
#include "operations/frozen.h"
#include "store/secrets.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// Accepts types of `before`: older versions stored any text.
void check_types(VariableSet const& set, VariableSet const* before) {
    base::Problems problems;
    for (std::size_t i = 0; i < set.variables.size(); ++i) {
        auto const& type = set.variables[i].type;
        auto is_same = [&](Variable const& variable) { return variable.type == type; };
        if (find_variable_type(type) || (before && std::ranges::any_of(before->variables, is_same))) continue;
        problems.push_back({"Variables[" + std::to_string(i) + "].Type", schema::unknown_kind(type, variable_types)});
    }
    base::reject_if_any(std::move(problems));
}

// A sensitive variable is marked as kept by its description. Removes the mark if no value is stored.
void forget_what_never_was(Session& session, VariableSet& set) {
    auto stored = store::current_secrets(session, set.id);
    for (auto& variable : set.variables) {
        auto& secret = variable.value.secret;
        if (secret && !secret->new_value) secret->has_value = stored.contains("Variables[" + variable.id + "].Value");
    }
}

// A body without the list is treated as a mistake, because it would delete all variables.
void check_is_whole(base::Json const& body) {
    auto members = body.if_object();
    bool there =
        members && std::ranges::any_of(*members, [](auto const& member) {
            return base::equal_ignoring_case(std::string_view(member.key()), "Variables") && !member.value().is_null();
        });
    if (!there) base::reject("Variables", "is required; send an empty list to delete all variables");
}

// Checked before the list is read: each element may cause problems that need much more memory than the body.
void check_count(base::Json const& body) {
    auto members = body.if_object();
    if (!members) return;
    for (auto const& member : *members) {
        auto list = member.value().if_array();
        if (!list || list->size() <= max_variables_in_set) continue;
        if (!base::equal_ignoring_case(std::string_view(member.key()), "Variables")) continue;
        base::reject("Variables", "has " + std::to_string(list->size()) + " variables; the limit is " +
                                      std::to_string(max_variables_in_set) +
                                      ". Delete variables, or move variables to a library variable set");
    }
}

} // namespace

void settle_variables(ChangeContext const& context, Document& next, Document const* former, Change&) {
    auto& set = static_cast<VariableSet&>(next);
    auto const before = static_cast<VariableSet const*>(former);
    base::Problems problems;
    schema::Reading reading{schema::Origin::client, problems};
    check_prompts(set.variables, reading, {});
    base::reject_if_any(std::move(problems));
    check_types(set, before);
    check_scopes(context.session, set, before);
    forget_what_never_was(context.session, set);
}

Stored save_variables(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match) {
    return commit_document(store, [&](Session& session) {
        refuse_if_frozen(session, id);
        check_count(body);
        auto change = modification_of({store, session, caller}, noun_of<VariableSet>(), space_id, id, body, if_match);
        check_is_whole(body);
        return change;
    });
}

} // namespace stepwell::operations
