#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct VariablePrompt {
    std::string label, description;
    bool required = false;
    Bag<std::string> display_settings;

    static constexpr std::string_view type_name = "VariablePrompt";
    static void describe(auto& field) {
        field("Label", &VariablePrompt::label, plain, "Label of the question; empty: the name of the variable.");
        field("Description", &VariablePrompt::description, plain, "Help for the user, in Markdown.");
        field("Required", &VariablePrompt::required, plain, "Whether an answer is required.");
        field("DisplaySettings", &VariablePrompt::display_settings, plain, "Control to show.");
    }
    bool asks_for_secret() const; // returns true if the control hides the input
};

// The types are listed in domain/variable_types.h.
struct Variable {
    std::string id, name;
    VariableValue value;
    std::string description;
    Bag<std::vector<std::string>> scope;
    bool is_editable = true;
    std::optional<VariablePrompt> prompt;
    std::string type;
    bool is_sensitive = false;

    static constexpr std::string_view type_name = "Variable";
    static void describe(auto& field) {
        field("Id", &Variable::id, some_uuid, "Id; generated if missing, and stable afterwards.");
        field("Name", &Variable::name, required | trimmed | at_most(1000) | like("Host"),
              "Name. Several variables may have the same name.");
        field("Value", &Variable::value, plain, "Value; null if it is sensitive.");
        field("Description", &Variable::description, plain, "Notes for authors.");
        field("Scope", &Variable::scope, plain, "Scope of the value: lists by dimension.");
        field("IsEditable", &Variable::is_editable, plain, "Stored unchanged.");
        field("Prompt", &Variable::prompt, plain, "Prompt for the value at the start of a run.");
        field("Type", &Variable::type, like("String"),
              "String, Sensitive, Certificate, WorkerPool, or an account type.");
        field("IsSensitive", &Variable::is_sensitive, plain, "Whether the value is never shown again.");
    }
    void settle();
};

// Limits for sets that a client saves. A larger set from before the limits remains readable.
constexpr std::size_t max_variables_in_set = 20'000;
constexpr std::size_t max_bytes_in_set = 8u << 20; // total of all texts in the set

// The variables of one owner, a project or a library variable set. Saved as a whole.
struct VariableSet : SpaceDocument {
    std::string owner_id;
    std::int64_t version = 0;
    std::vector<Variable> variables;

    static constexpr std::string_view type_name = "VariableSet", route = "variables", prefix = "variableset",
                                      example_id = "variableset-Projects-1";
    static constexpr Order order = Order::by_id;
    static constexpr Verbs verbs{.create = false, .edit = true, .remove = false};
    static constexpr std::string_view query = "skip,take,ids";
    static constexpr Access access{Permission::variable_view, Permission::variable_edit, Permission::variable_edit,
                                   Permission::variable_edit};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$OwnerId", "Projects-"},
        {"LibraryVariableSet", "/api/$SpaceId/libraryvariablesets/$OwnerId", "LibraryVariableSets-"},
    };

    static void describe(auto& field) {
        field("OwnerId", &VariableSet::owner_id, computed | owner | like("Projects-1"),
              "Project or library variable set that owns the variables.");
        field("Version", &VariableSet::version, plain,
              "Number of the version. A request with an old version is rejected.");
        field("Variables", &VariableSet::variables, plain,
              "All variables: at most 20,000, with at most 8 MiB of text.");
    }
    void check(Reading& reading, Place const& place) const;
};

// Returns the size of the texts of a variable in bytes, including a new secret.
std::size_t bytes_of(Variable const& variable);
// Returns true if the set belongs to a library variable set.
bool is_library(VariableSet const& set);

} // namespace stepwell::domain
