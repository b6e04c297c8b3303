// The content of a snapshot: steps, variables and the version of each secret. Content is immutable and is found by its
// digest.
#pragma once
#include "domain/resources/library_variable_set.h"
#include "domain/resources/process.h"
#include "domain/resources/variable_set.h"
#include "variables/scope.h"

#include <algorithm>
#include <unordered_map>

namespace stepwell::domain {

// A secret at the version that was current when the content was frozen.
struct PinnedSecret {
    std::string owner, path;
    std::int64_t number = 0;

    static constexpr std::string_view type_name = "PinnedSecret";
    static void describe(auto& field) {
        field("Owner", &PinnedSecret::owner, plain, "Document that contained the secret.");
        field("Path", &PinnedSecret::path, plain, "Path in the document.");
        field("Number", &PinnedSecret::number, plain, "Number of the stored secret.");
    }
};

// A frozen copy of a library variable set.
struct FrozenLibrarySet {
    std::string id, name;
    LibraryContent content_type = LibraryContent::variables;
    std::string variable_set_id;
    std::int64_t version = 0;
    std::vector<Variable> variables;

    static constexpr std::string_view type_name = "FrozenLibrarySet";
    static void describe(auto& field) {
        field("Id", &FrozenLibrarySet::id, plain, "Library variable set id.");
        field("Name", &FrozenLibrarySet::name, plain, "Name at the time of the snapshot.");
        field("ContentType", &FrozenLibrarySet::content_type, plain, "Variables or ScriptModule.");
        field("VariableSetId", &FrozenLibrarySet::variable_set_id, plain, "Id of the live variable set.");
        field("VariableSetVersion", &FrozenLibrarySet::version, plain, "Version at the time of the snapshot.");
        field("Variables", &FrozenLibrarySet::variables, plain, "Variables; sensitive values are omitted.");
    }
};

struct SnapshotContent {
    std::string process_id;
    std::int64_t process_version = 0;
    std::vector<Step> steps;
    std::vector<DeclaredOutput> outputs;
    std::string variable_set_id;
    std::int64_t variable_set_version = 0;
    std::vector<Variable> variables;
    std::vector<FrozenLibrarySet> library_sets; // in the order in which the project includes them
    std::vector<PinnedSecret> secrets;          // by owner, then path

    static constexpr std::string_view type_name = "SnapshotContent";
    static void describe(auto& field) {
        field("ProcessId", &SnapshotContent::process_id, plain, "Id of the frozen process.");
        field("ProcessVersion", &SnapshotContent::process_version, plain,
              "Version of the process at the time of the snapshot.");
        field("Steps", &SnapshotContent::steps, plain, "Steps.");
        field("Outputs", &SnapshotContent::outputs, plain, "Outputs of successful runs.");
        field("VariableSetId", &SnapshotContent::variable_set_id, plain, "Id of the frozen variable set.");
        field("VariableSetVersion", &SnapshotContent::variable_set_version, plain,
              "Version at the time of the snapshot.");
        field("Variables", &SnapshotContent::variables, plain, "Variables; sensitive values are omitted.");
        field("LibraryVariableSets", &SnapshotContent::library_sets, plain,
              "Included library variable sets and script modules.");
        field("Secrets", &SnapshotContent::secrets, plain, "Versions of sensitive values.");
    }

    void settle(); // sorts `secrets`
    // Returns the row number of the secret; nullopt if the value was never set.
    std::optional<std::int64_t> secret_of(std::string const& of_set, Variable const& variable) const;
    std::optional<std::int64_t> secret_of(Step const& step, Action const& action, std::string_view property) const;
};

// Maximum number of variables in a run, from the project and its included sets together.
constexpr std::size_t max_variables_in_run = 30'000;
std::size_t count_variables(SnapshotContent const& content);
// Throws Error{invalid} if there are more than max_variables_in_run.
void check_variable_count(SnapshotContent const& content);

// Returns the content to be frozen. `secrets` may be those of all documents, in any order.
SnapshotContent freeze(Process const& process, VariableSet const& variables, std::vector<PinnedSecret> secrets);
FrozenLibrarySet freeze(LibraryVariableSet const& set, VariableSet const& variables);

// Returns the stored form. Equal content has equal bytes.
std::string to_bytes(SnapshotContent const& content);
// Throws if to_bytes() did not create the bytes.
SnapshotContent parse_content(std::string_view bytes);
std::string content_digest(std::string_view bytes); // SHA-256, lower-case hexadecimal

// The origin of a frozen variable: a text, the set that it belongs to, and its rank among values that are equally
// specific.
struct VariableOrigin {
    std::string source;
    std::string const& variable_set_id;
    FrozenLibrarySet const* library_set; // null: a variable of the project
    int rank;
};
// Calls use(Variable const&, VariableOrigin const&) for every frozen variable: those of the project first, then those
// of each set in order. This order decides the remaining ties.
template <class Use> void for_each_variable(SnapshotContent const& content, Use use) {
    VariableOrigin const own{"project variables", content.variable_set_id, nullptr, 1};
    for (auto const& variable : content.variables) use(variable, own);
    for (auto const& set : content.library_sets) {
        VariableOrigin const shared{"library set '" + set.name + "'", set.variable_set_id, &set, 0};
        for (auto const& variable : set.variables) use(variable, shared);
    }
}
// Returns true if is(Variable const&) is true for any variable.
template <class Is> bool any_variable(SnapshotContent const& content, Is const& is) {
    return std::ranges::any_of(content.variables, is) ||
           std::ranges::any_of(content.library_sets,
                               [&](FrozenLibrarySet const& set) { return std::ranges::any_of(set.variables, is); });
}
// Returns a candidate with name, id, scope and origin, without a value.
variables::Candidate candidate_of(Variable const& variable, VariableOrigin const& origin);

// Returns the plain text of a pinned secret by its number.
using Reveal = std::function<std::string(std::int64_t number)>;
// A Reveal that opens no secret, for callers that only need to know which values are sensitive.
inline std::string hide(std::int64_t) { return {}; }

// An index of answers by variable. A key is the id or the name of a variable, in any case. The answers must outlive the
// index.
class AnswerIndex {
public:
    explicit AnswerIndex(Bag<std::string> const& answers);

    // Returns the positions of all answers for the variable, in ascending order.
    std::vector<std::size_t> find(Variable const& variable) const;
    std::string const* find_first(Variable const& variable) const;

private:
    Bag<std::string> const& answers_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_key_; // keys in lower case
};

// Returns the frozen variables as candidates. The keys of `answers` are ids or names of prompted variables. Answers are
// literal and take precedence over frozen values. Omits sensitive variables that were never set and are not answered.
std::vector<variables::Candidate> candidates_of(SnapshotContent const& content, Bag<std::string> const& answers,
                                                Reveal const& reveal);

} // namespace stepwell::domain
