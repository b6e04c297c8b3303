#include "operations/save_variables.h"

#include "base/error.h"
#include "domain/prompt.h"
#include "operations/frozen.h"
#include "store/secrets.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// A sensitive variable is marked as kept until we know that nothing is stored for it.
void forget_what_never_was(Session& session, VariableSet& set) {
    auto stored = store::current_secrets(session, set.id);
    for (auto& variable : set.variables) {
        auto& secret = variable.value.secret;
        if (secret && !secret->new_value) secret->has_value = stored.contains("Variables[" + variable.id + "].Value");
    }
}

} // namespace

Stored save_variables(Store& store, Actor const& actor, std::string const& space_id, std::string_view id,
                      base::Json const& body, std::optional<std::int64_t> if_match) {
    store.read([&](Session& session) { refuse_if_frozen(session, id); });
    Extras extras;
    extras.settle = [](Session& session, Document& next, Document const*) {
        auto& set = static_cast<VariableSet&>(next);
        base::Problems problems;
        schema::Reading reading{schema::Origin::client, problems};
        check_prompts(set.variables, reading, {});
        base::reject_if_any(std::move(problems));
        forget_what_never_was(session, set);
    };
    return modify(store, actor, noun_of<VariableSet>(), space_id, id, body, if_match, extras);
}

} // namespace stepwell::operations
