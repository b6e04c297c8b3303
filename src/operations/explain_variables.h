// Which values of a project's variables count somewhere, and why the others do not: before a run, or of one.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

using schema::plain;

// Where values are looked at from; what is empty is not known, and no value scoped by it counts. Ids, but for the
// action, which may go by name too. `snapshot`: the frozen variables rather than those of now.
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
// Of what a run saw, before its steps; with its answers to prompts.
ExplainedVariables explain_variables_of_run(Store& store, domain::RunbookRun const& run, std::string const& action);

// The variables that count there, by name, with `#{…}` filled in as far as it is known. A value that a sensitive one
// went into is not shown.
domain::VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked);

} // namespace stepwell::operations
