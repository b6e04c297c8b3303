// Why a variable has the value it has: every value it could have, and what speaks for and against each.
#pragma once
#include "operations/variable_view.h"

namespace stepwell::operations {

using schema::plain;

struct ExplainedValue {
    std::string id, source, scope, reason;
    std::optional<std::string> value, evaluated;
    bool is_sensitive = false, wins = false, ties = false;

    static constexpr std::string_view type_name = "ExplainedValue";
    static void describe(auto& field) {
        field("Id", &ExplainedValue::id, plain, "Of the variable; empty for what the server knows.");
        field("Value", &ExplainedValue::value, plain, "As its author wrote it; null for a sensitive one.");
        field("Evaluated", &ExplainedValue::evaluated, plain,
              "The winner with `#{…}` filled in; null when a sensitive value goes into it.");
        field("IsSensitive", &ExplainedValue::is_sensitive, plain, "It is not shown.");
        field("Source", &ExplainedValue::source, schema::like("project variables"), "Where it comes from.");
        field("Scope", &ExplainedValue::scope, schema::like("Environment Production"), "Where it counts, in words.");
        field("Wins", &ExplainedValue::wins, plain, "It is the value here.");
        field("Ties", &ExplainedValue::ties, plain, "It counts as much as the winner, which only comes first.");
        field("Reason", &ExplainedValue::reason, schema::like("counts everywhere"), "Why, in words.");
    }
};

struct ExplainedVariable {
    std::string name;
    std::vector<ExplainedValue> values;

    static constexpr std::string_view type_name = "ExplainedVariable";
    static void describe(auto& field) {
        field("Name", &ExplainedVariable::name, plain, "The variable.");
        field("Values", &ExplainedVariable::values, plain, "All its values, the winner first.");
    }
};

struct ExplainedVariables {
    std::vector<ExplainedVariable> variables;
    std::vector<std::string> ties;

    static constexpr std::string_view type_name = "ExplainedVariables";
    static void describe(auto& field) {
        field("Variables", &ExplainedVariables::variables, plain, "By name.");
        field("Ties", &ExplainedVariables::ties, plain, "Names of which several values count equally much.");
    }
};

ExplainedVariables explain_variables(Store& store, std::string const& space_id, VariableContext const& context);

} // namespace stepwell::operations
