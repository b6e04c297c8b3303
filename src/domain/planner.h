// Decides which action of a run is next, and why. Pure functions: the same input gives the same decision. The decision
// is stored with its attempt and is not made again.
#pragma once
#include "domain/content.h"
#include "variables/evaluate.h"

namespace stepwell::domain {

// An action and its position in the run.
struct PlannedAction {
    std::size_t position = 0; // from 0, over all steps
    std::string number;       // such as "1"; "2.1" if the step has several actions
    std::size_t step_index = 0, action_index = 0;
    std::string step_id, action_id, name, step_name;
};
std::vector<PlannedAction> flatten(std::vector<Step> const& steps);
inline std::vector<PlannedAction> flatten(SnapshotContent const& content) { return flatten(content.steps); }

enum class OutcomeState { succeeded, failed, skipped, canceled, unknown };
constexpr std::array<std::string_view, 5> outcome_states{"Succeeded", "Failed", "Skipped", "Canceled", "Unknown"};
constexpr auto const& names_of(OutcomeState) { return outcome_states; }

struct Output {
    std::string name, value;
    bool sensitive = false;
    std::string target{}; // name of the target that it was set on; empty for an action that runs once

    friend bool operator==(Output const&, Output const&) = default;
};

// The outcome of an action. Unknown is treated as failed.
struct StepOutcome {
    std::size_t position = 0;
    OutcomeState state = OutcomeState::succeeded;
    std::string message; // empty if it succeeded; such as "exit code 3"
    std::vector<Output> outputs;

    friend bool operator==(StepOutcome const&, StepOutcome const&) = default;
};
using Outcomes = std::span<StepOutcome const>; // in order of position

struct RunOptions {
    std::string environment_id;
    std::vector<std::string> tenant_tags;  // canonical names; empty means no tenant
    std::vector<std::string> skip_actions; // ids or names of actions; case is ignored
};

// A machine that an action runs on.
struct Target {
    std::string id, name;
};

struct PlanInput {
    SnapshotContent const* content = nullptr; // must outlive the input
    RunOptions options;
    // Returns the variables that an action sees after `outcomes`. Called only to evaluate an expression; may be empty
    // in a preview. If it throws an Error, the action cannot run and the error is the reason.
    std::function<std::shared_ptr<variables::Dictionary const>(PlannedAction const& action, Outcomes outcomes)>
        variables;
    // Returns the targets of an action. Called when the action is dispatched. Without a function or a target, the
    // action runs once, on a worker.
    std::function<std::vector<Target>(PlannedAction const& action)> targets;
    // Returns the maximum number of tries of an action on each target. Without a function, 1.
    std::function<int(PlannedAction const& action)> max_tries;
    Time now{};
    std::shared_ptr<variables::SharedWork> work = std::make_shared<variables::SharedWork>(); // shared by all conditions
};

enum class Will { no, yes, depends };
constexpr std::array<std::string_view, 3> wills{"No", "Yes", "Depends"};
constexpr auto const& names_of(Will) { return wills; }

struct ValueRead {
    std::string name;
    std::optional<std::string> value; // nullopt if sensitive; cut after 1000 bytes

    static constexpr std::string_view type_name = "ValueRead";
    static void describe(auto& field) {
        field("Name", &ValueRead::name, plain, "Name of the variable.");
        field("Value", &ValueRead::value, plain, "Value at the time of the decision; null if it is sensitive.");
    }
    friend bool operator==(ValueRead const&, ValueRead const&) = default;
};

struct Decision {
    Will will = Will::no;
    std::string reason;                  // a short text for users
    std::optional<std::string> fails;    // set if the action is to run but cannot: the reason
    std::vector<std::string> depends_on; // names of actions or variables; only if `will` is depends
    std::vector<ValueRead> values_read;

    static constexpr std::string_view type_name = "Decision";
    static void describe(auto& field) {
        field("Will", &Decision::will, plain, "Yes or No; in previews also Depends.");
        field("Reason", &Decision::reason, plain, "Reason for the decision.");
        field("Fails", &Decision::fails, plain, "Reason why the action should run but cannot; null if it can.");
        field("DependsOn", &Decision::depends_on, plain, "Actions or variables that are known only in the run.");
        field("ValuesRead", &Decision::values_read, plain, "Variables that the decision used.");
    }
    friend bool operator==(Decision const&, Decision const&) = default;
};
std::string to_json(Decision const& decision);
Decision parse_decision(std::string_view json);

// Decides whether the action at `position` runs. `outcomes` must contain every earlier position.
Decision decide(PlanInput const& input, Outcomes outcomes, std::size_t position);
// The same, for a caller that already has flatten(*input.content).
Decision decide(PlanInput const& input, std::span<PlannedAction const> plan, Outcomes outcomes, std::size_t position);
// Applies the same rules before the run has started, to every action in order. An action that is known not to run is
// not a dependency of others.
std::vector<Decision> preview(PlanInput const& input);

} // namespace stepwell::domain
