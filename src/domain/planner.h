// What is done next in a run, and why. Pure: the same input gives the same decision. A decision is stored with its
// attempt and never made again.
#pragma once
#include "domain/content.h"
#include "variables/evaluate.h"

namespace stepwell::domain {

// An action at its place in the run.
struct PlannedAction {
    std::size_t position = 0; // from 0, over all steps
    std::string number;       // "1"; "2.1" when the step has several actions
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

// What became of an action. Unknown counts as failed.
struct StepOutcome {
    std::size_t position = 0;
    OutcomeState state = OutcomeState::succeeded;
    std::string message; // of one that did not succeed: "exit code 3"
    std::vector<Output> outputs;

    friend bool operator==(StepOutcome const&, StepOutcome const&) = default;
};
using Outcomes = std::span<StepOutcome const>; // by position

struct RunOptions {
    std::string environment_id;
    std::vector<std::string> tenant_tags;  // canonical names; empty: no tenant
    std::vector<std::string> skip_actions; // ids or names of actions, without case
};

// A machine that an action runs on.
struct Target {
    std::string id, name;
};

struct PlanInput {
    SnapshotContent const* content = nullptr; // must outlive the input
    RunOptions options;
    // Variables as an action sees them after `outcomes`. Asked only for an expression; may be empty in a preview. An
    // Error that it throws is why the action cannot run.
    std::function<std::shared_ptr<variables::Dictionary const>(PlannedAction const& action, Outcomes outcomes)>
        variables;
    // The targets of an action, read when it is dispatched. No function or no target: it runs once, on a worker.
    std::function<std::vector<Target>(PlannedAction const& action)> targets;
    // How often an action is tried on a target at most. No function: once.
    std::function<int(PlannedAction const& action)> max_tries;
    Time now{};
    std::shared_ptr<variables::SharedWork> work = std::make_shared<variables::SharedWork>(); // of all conditions
};

enum class Will { no, yes, depends };
constexpr std::array<std::string_view, 3> wills{"No", "Yes", "Depends"};
constexpr auto const& names_of(Will) { return wills; }

struct ValueRead {
    std::string name;
    std::optional<std::string> value; // none when sensitive; cut after 1000 bytes

    static constexpr std::string_view type_name = "ValueRead";
    static void describe(auto& field) {
        field("Name", &ValueRead::name, plain, "The variable.");
        field("Value", &ValueRead::value, plain, "Its value then; null for a sensitive one.");
    }
    friend bool operator==(ValueRead const&, ValueRead const&) = default;
};

struct Decision {
    Will will = Will::no;
    std::string reason;                  // short words for people
    std::optional<std::string> fails;    // it is to run, but cannot: why
    std::vector<std::string> depends_on; // names of actions or variables; only when `will` is depends
    std::vector<ValueRead> values_read;

    static constexpr std::string_view type_name = "Decision";
    static void describe(auto& field) {
        field("Will", &Decision::will, plain, "Whether it runs; Depends in previews alone.");
        field("Reason", &Decision::reason, plain, "Why, in words.");
        field("Fails", &Decision::fails, plain, "Why it cannot run though it should.");
        field("DependsOn", &Decision::depends_on, plain, "Actions or variables known at run time.");
        field("ValuesRead", &Decision::values_read, plain, "Variables that were looked at.");
    }
    friend bool operator==(Decision const&, Decision const&) = default;
};
std::string to_json(Decision const& decision);
Decision parse_decision(std::string_view json);

// `outcomes` must have all positions before `position`.
Decision decide(PlanInput const& input, Outcomes outcomes, std::size_t position);
// The same for a caller that has the plan, flatten(*input.content), already.
Decision decide(PlanInput const& input, std::span<PlannedAction const> plan, Outcomes outcomes, std::size_t position);
// The same rules before anything has run, for every action in order. An action known not to run is not depended on.
std::vector<Decision> preview(PlanInput const& input);

} // namespace stepwell::domain
