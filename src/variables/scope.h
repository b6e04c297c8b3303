// Scopes of variable values. Dimensions are named as on the wire: Environment, Machine, Role, TargetRole, Action,
// Channel, TenantTag, Tenant, ProcessOwner, Project.
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

// Dimension → ids. A scope matches if, in every dimension, one of its ids matches. An empty scope always matches.
using Scope = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The origin of a value, lowest precedence first. Precedence is compared before scopes.
enum class Precedence {
    referred, // from a document that another variable refers to
    defined,  // a variable, as its author wrote it
    answered, // an answer to a prompt
    property, // a property of the running action, as its author wrote it
    system,   // set by the server, such as outputs of steps
};
// Returns true if `#{…}` is not expanded in such a value, because no author wrote it.
constexpr bool is_literal(Precedence precedence) {
    return precedence != Precedence::defined && precedence != Precedence::property;
}

// One possible value of a name.
struct Candidate {
    std::string name, text;
    bool sensitive = false;
    std::string source; // a phrase: "project variables", "output of step 'Back up'"
    Scope scope;
    Precedence precedence = Precedence::defined;
    std::string id;        // of the variable; may be empty
    int rank = 0;          // decides between equally specific values: those of a project win over those of shared sets
    std::string type = {}; // of the variable; may be empty
    bool input = false;    // supplied by the user who starts the run, as every answer is
};

// The ids that apply to a run, a step and a machine. A value scoped by a dimension without ids does not match.
class Context {
public:
    Context& hold(std::string_view dimension, std::string_view id); // Adds an id; ignores an empty one.
    bool holds(std::string_view dimension, std::string_view id) const;

private:
    base::MapIgnoringCase<std::vector<std::string>> ids_;
};

// Returns the display name of an id. Without this function, messages show the id.
using NameOf = std::function<std::string(std::string const& id)>;

bool matches(Scope const& scope, Context const& context);
// Returns the first dimension that does not match, as a phrase; nullopt if all match.
std::optional<std::string> find_mismatch(Scope const& scope, Context const& context, NameOf const& name_of = {});
// Returns the specificity of a scope; higher is more specific. The strongest dimension decides, then the next one:
// Action > Machine > TargetRole > Role > Tenant > TenantTag > Environment > Channel > ProcessOwner > Project > none. A
// Role that the step targets, which the context holds as TargetRole, is treated as TargetRole.
std::uint32_t specificity(Scope const& scope, Context const& context = {});
// Returns a phrase such as "Environment Environments-1 or Environments-2, Role web"; "everywhere" if empty. Lists at
// most 20 ids per dimension.
std::string to_words(Scope const& scope, NameOf const& name_of = {});

} // namespace stepwell::variables
