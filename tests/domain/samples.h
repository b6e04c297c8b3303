// Sample processes and runs for tests of decisions.
#pragma once
#include "domain/task_machine.h"

namespace stepwell::domain::samples {

inline Action bash(std::string name, std::string body = "true") {
    Action made;
    made.id = "action-" + name;
    made.name = std::move(name);
    made.type = "Octopus.Script";
    made.properties.items = {{"Octopus.Action.RunOnServer", "true"},
                             {"Octopus.Action.Script.ScriptSource", "Inline"},
                             {"Octopus.Action.Script.Syntax", "Bash"},
                             {"Octopus.Action.Script.ScriptBody", std::move(body)}};
    return made;
}

inline Action unknown_type(std::string name) {
    auto made = bash(std::move(name));
    made.type = "Octopus.Moon";
    return made;
}

inline Step step_of(std::vector<Action> actions, StepCondition condition = StepCondition::success) {
    Step made;
    made.name = actions[0].name;
    made.id = "step-" + made.name;
    made.condition = condition;
    made.actions = std::move(actions);
    return made;
}
inline Step step(std::string name, StepCondition condition = StepCondition::success) {
    return step_of({bash(std::move(name))}, condition);
}
inline Step step_if(std::string name, std::string expression) {
    auto made = step(std::move(name), StepCondition::variable);
    made.properties.items.emplace_back("Octopus.Step.ConditionVariableExpression", std::move(expression));
    return made;
}

inline SnapshotContent content_of(std::vector<Step> steps) {
    SnapshotContent made;
    made.process_id = "RunbookProcess-Runbooks-1";
    made.variable_set_id = "variableset-Projects-1";
    made.steps = std::move(steps);
    return made;
}

inline PlanInput input_of(SnapshotContent const& content) {
    PlanInput made;
    made.content = &content;
    made.options.environment_id = "Environments-1";
    return made;
}

// Returns outcomes of the first steps by letter: s succeeded, f failed, k skipped, c canceled, u unknown.
inline std::vector<StepOutcome> outcomes_of(std::string_view letters) {
    std::vector<StepOutcome> made;
    for (auto letter : letters)
        made.push_back({made.size(),
                        OutcomeState(std::string_view("sfkcu").find(letter)),
                        letter == 'f' ? "exit code 3" : "",
                        {}});
    return made;
}

} // namespace stepwell::domain::samples
