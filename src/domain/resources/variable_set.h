#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct VariablePrompt {
    std::string label, description;
    bool required = false;
    Bag<std::string> display_settings;

    static constexpr std::string_view type_name = "VariablePrompt";
    static void describe(auto& field) {
        field("Label", &VariablePrompt::label, plain, "What is asked; none: the variable's name.");
        field("Description", &VariablePrompt::description, plain, "Markdown: help for who answers.");
        field("Required", &VariablePrompt::required, plain, "An answer must be given.");
        field("DisplaySettings", &VariablePrompt::display_settings, plain, "Which control to show.");
    }
    bool asks_for_secret() const; // returns true if the control hides the input
};

// Types that refer to documents are listed in domain/variable_types.h. Any other type is stored as sent.
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
        field("Id", &Variable::id, some_uuid, "Made up when missing, kept afterwards.");
        field("Name", &Variable::name, required | trimmed | at_most(1000) | like("Host"),
              "Several variables may share one.");
        field("Value", &Variable::value, plain, "Null for a sensitive one.");
        field("Description", &Variable::description, plain, "For those who edit it.");
        field("Scope", &Variable::scope, plain, "Where this value counts: lists by dimension.");
        field("IsEditable", &Variable::is_editable, plain, "Kept as sent.");
        field("Prompt", &Variable::prompt, plain, "Ask for it at the start of a run.");
        field("Type", &Variable::type, like("String"), "String, Sensitive, Certificate, an account, WorkerPool.");
        field("IsSensitive", &Variable::is_sensitive, plain, "Never shown again.");
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
              "The project or library variable set it belongs to.");
        field("Version", &VariableSet::version, plain, "Counts its changes; a stale one is refused.");
        field("Variables", &VariableSet::variables, plain, "All of them: at most 20,000, with at most 8 MiB of text.");
    }
    void check(Reading& reading, Place const& place) const;
};

// Returns the size of the texts of a variable in bytes, including a new secret.
std::size_t bytes_of(Variable const& variable);
// Returns true if the set belongs to a library variable set.
bool is_library(VariableSet const& set);

} // namespace stepwell::domain
