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
        field("VariableId", &ExplainedValue::id, plain, "The variable; empty for what the server knows itself.");
        field("Source", &ExplainedValue::source, plain, "Where it is from, in words.");
        field("Value", &ExplainedValue::value, plain,
              "With what is known filled in when it counts; null for a sensitive one.");
        field("IsSensitive", &ExplainedValue::is_sensitive, plain, "It, or what went into it, is never shown.");
        field("Scope", &ExplainedValue::scope, plain, "Where it counts: ids by dimension.");
        field("Reason", &ExplainedValue::reason, plain, "Why it counts, or why not, with names.");
    }
};

struct ExplainedVariable {
    std::string name;
    std::optional<ExplainedValue> winner;
    std::vector<ExplainedValue> losers;

    static constexpr std::string_view type_name = "ExplainedVariable";
    static void describe(auto& field) {
        field("Name", &ExplainedVariable::name, plain, "The variable's name.");
        field("Winner", &ExplainedVariable::winner, plain, "The value that counts; null: none does here.");
        field("Losers", &ExplainedVariable::losers, plain, "All its other values.");
    }
};

struct ExplainedVariables {
    std::vector<ExplainedVariable> variables;
    std::vector<std::string> ties;

    static constexpr std::string_view type_name = "ExplainedVariables";
    static void describe(auto& field) {
        field("Variables", &ExplainedVariables::variables, plain, "By name.");
        field("Ties", &ExplainedVariables::ties, plain,
              "Names of which several values are as specific, so that their order in the list decided.");
    }
};

ExplainedVariables explain_variables(Store& store, std::string const& space_id, VariableContext const& asked);
// Explains the variables of a run before its steps, with the answers to its prompts.
ExplainedVariables explain_variables_of_run(Store& store, domain::RunbookRun const& run, std::string const& action);

// Returns the winning variables by name. `#{…}` is expanded as far as the values are known. A value that a sensitive
// value is part of is not shown.
domain::VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked);

} // namespace stepwell::operations
