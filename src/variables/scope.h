// Where a value counts, and which of several values counts most. Dimensions are named as on the wire: Environment,
// Machine, Role, TargetRole, Action, Channel, TenantTag, Tenant, ProcessOwner, Project.
#pragma once
#include "base/text.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwell::variables {

// Dimension → ids. One of the ids is enough, every dimension must agree; empty counts everywhere.
using Scope = std::vector<std::pair<std::string, std::vector<std::string>>>;

// A value of higher precedence wins before scopes are looked at.
enum class Precedence {
    referred, // given by a document that another variable refers to
    defined,  // a variable, as its author wrote it
    answered, // an answer to a prompt
    property, // a property of the action that runs, as its author wrote it
    system,   // known by the server, such as outputs of steps
};
// Whether `#{…}` in such a value means nothing: true for what did not come from an author.
constexpr bool is_literal(Precedence precedence) {
    return precedence != Precedence::defined && precedence != Precedence::property;
}

// One of the values a name may have.
struct Candidate {
    std::string name, text;
    bool sensitive = false;
    std::string source; // in words: "project variables", "output of step 'Back up'"
    Scope scope;
    Precedence precedence = Precedence::defined;
    std::string id;        // of the variable; empty where there is none
    int rank = 0;          // of what is as specific, the higher wins: a project's own values over those of shared sets
    std::string type = {}; // of the variable; empty where there is none
    bool input = false;    // words of whoever starts the run, as every answer is
};

// What holds for a run, a step, a machine. A dimension of which nothing is known matches no value scoped by it.
class Context {
public:
    Context& hold(std::string_view dimension, std::string_view id); // empty ids are ignored
    bool holds(std::string_view dimension, std::string_view id) const;

private:
    base::MapIgnoringCase<std::vector<std::string>> ids_;
};

// What people call an id of a scope; without it they are told the id.
using NameOf = std::function<std::string(std::string const& id)>;

bool matches(Scope const& scope, Context const& context);
// The first dimension that does not agree, in words; nothing when all do.
std::optional<std::string> find_mismatch(Scope const& scope, Context const& context, NameOf const& name_of = {});
// Higher is more specific. The strongest dimension decides, on equality the next one:
// Action > Machine > TargetRole > Role > Tenant > TenantTag > Environment > Channel > ProcessOwner > Project > none.
// A Role that the step targets too, which the context holds as TargetRole, counts as one.
std::uint32_t specificity(Scope const& scope, Context const& context = {});
// "Environment Environments-1 or Environments-2, Role web"; "everywhere" when empty. Names at most 20 ids of a
// dimension.
std::string to_words(Scope const& scope, NameOf const& name_of = {});

} // namespace stepwell::variables
