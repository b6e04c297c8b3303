// Explains which values of a project's variables win in a context, and why the others do not. The context is one before
// a run, or that of a run.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

using schema::plain;

// The context of the values, as ids. `action` may also be a name. An empty member is unknown, and values scoped by it
// do not win. `snapshot` selects its frozen variables instead of the current ones.
struct VariableContext {
    std::string project, runbook, environment, channel, tenant, action, machine, role, snapshot;
};

struct ExplainedValue {
    std::string id, source, reason;
    std::optional<std::string> value;
    schema::Bag<std::vector<std::string>> scope;
    bool is_sensitive = false;

    static constexpr std::string_view type_name = "ExplainedValue";
    static void describe(auto& field) {
        field("VariableId", &ExplainedValue::id, plain, "Variable id; empty for a variable of the server.");
        field("Source", &ExplainedValue::source, plain, "Source of the value, in words.");
        field("Value", &ExplainedValue::value, plain,
              "Value. The effective value is evaluated as far as possible. Null if it is sensitive.");
        field("IsSensitive", &ExplainedValue::is_sensitive, plain,
              "Whether the value is or contains a sensitive value.");
        field("Scope", &ExplainedValue::scope, plain, "Scope of the value: ids by dimension.");
        field("Reason", &ExplainedValue::reason, plain, "Reason why the value applies or does not apply.");
    }
};

struct ExplainedVariable {
    std::string name;
    std::optional<ExplainedValue> winner;
    std::vector<ExplainedValue> losers;

    static constexpr std::string_view type_name = "ExplainedVariable";
    static void describe(auto& field) {
        field("Name", &ExplainedVariable::name, plain, "Name of the variable.");
        field("Winner", &ExplainedVariable::winner, plain, "Value that applies; null if none applies.");
        field("Losers", &ExplainedVariable::losers, plain, "All other values.");
    }
};

struct ExplainedVariables {
    std::vector<ExplainedVariable> variables;
    std::vector<std::string> ties;

    static constexpr std::string_view type_name = "ExplainedVariables";
    static void describe(auto& field) {
        field("Variables", &ExplainedVariables::variables, plain, "Variables, sorted by name.");
        field("Ties", &ExplainedVariables::ties, plain,
              "Names of variables with several equally specific values; the first in the list is used.");
    }
};

ExplainedVariables explain_variables(Store& store, std::string const& space_id, VariableContext const& asked);
// Explains the variables of a run before its steps, with the answers to its prompts.
ExplainedVariables explain_variables_of_run(Store& store, domain::RunbookRun const& run, std::string const& action);

// Returns the winning variables by name. `#{…}` is expanded as far as the values are known. A value that a sensitive
// value is part of is not shown.
domain::VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked);

} // namespace stepwell::operations
