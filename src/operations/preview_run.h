// Previews a run before it is requested: which steps would run, why, and which prompts it would show.
#pragma once
#include "domain/planner.h"
#include "operations/documents.h"

namespace stepwell::operations {

using schema::plain;

struct PreviewDecision {
    domain::Will will = domain::Will::yes;
    std::string reason;
    std::optional<std::string> fails;
    std::vector<std::string> depends_on;

    static constexpr std::string_view type_name = "PreviewDecision";
    static void describe(auto& field) {
        field("Will", &PreviewDecision::will, plain, "Yes, No, or Depends if it is known only in the run.");
        field("Reason", &PreviewDecision::reason, plain, "Reason for the decision.");
        field("Fails", &PreviewDecision::fails, plain, "Reason why the action should run but cannot; null if it can.");
        field("DependsOn", &PreviewDecision::depends_on, plain, "Actions or variables that are known only in the run.");
    }
};

struct PreviewStep {
    std::string action_id, action_name, action_number;
    std::vector<std::string> roles, machine_names;
    std::vector<schema::Verbatim> machines, unavailable_machines, excluded_machines;
    bool can_be_skipped = true, is_disabled = false, no_applicable_machines = false;
    PreviewDecision decision;

    static constexpr std::string_view type_name = "RunPreviewStep";
    static void describe(auto& field) {
        field("ActionId", &PreviewStep::action_id, plain, "Action id.");
        field("ActionName", &PreviewStep::action_name, plain, "Action name.");
        field("ActionNumber", &PreviewStep::action_number, plain,
              "Number, such as 1, or 2.1 in a step with several actions.");
        field("Roles", &PreviewStep::roles, plain, "Tags of the targets on which the action runs.");
        field("MachineNames", &PreviewStep::machine_names, plain,
              "Names of the targets on which the action would run.");
        field("Machines", &PreviewStep::machines, plain, "Targets on which the action would run, with their health.");
        field("CanBeSkipped", &PreviewStep::can_be_skipped, plain, "Whether the action can be skipped by hand.");
        field("IsDisabled", &PreviewStep::is_disabled, plain, "Whether the action is disabled.");
        field("HasNoApplicableMachines", &PreviewStep::no_applicable_machines, plain,
              "Whether no target has the tags of the action.");
        field("UnavailableMachines", &PreviewStep::unavailable_machines, plain, "Unavailable targets.");
        field("ExcludedMachines", &PreviewStep::excluded_machines, plain, "Excluded targets.");
        field("Decision", &PreviewStep::decision, plain, "Whether the action will run, with the reason.");
    }
};

struct FormControl {
    std::string type = "VariableValue", name, label, description;
    bool is_secure = false, required = false;
    schema::Bag<std::string> display_settings;

    static constexpr std::string_view type_name = "FormControl";
    static void describe(auto& field) {
        field("Type", &FormControl::type, plain, "Type of control: VariableValue.");
        field("Name", &FormControl::name, schema::like("Reason"), "Name of the variable.");
        field("Label", &FormControl::label, plain, "Label of the question.");
        field("Description", &FormControl::description, plain, "Help for the user, in Markdown.");
        field("IsSecure", &FormControl::is_secure, plain, "Whether the answer is hidden.");
        field("Required", &FormControl::required, plain, "Whether an answer is required.");
        field("DisplaySettings", &FormControl::display_settings, plain, "Control to show.");
    }
};

struct FormElement {
    std::string name;
    FormControl control;
    bool is_value_required = false;

    static constexpr std::string_view type_name = "FormElement";
    static void describe(auto& field) {
        field("Name", &FormElement::name, plain, "Id of the variable, used as key in FormValues.");
        field("Control", &FormElement::control, plain, "Control of the prompt.");
        field("IsValueRequired", &FormElement::is_value_required, plain, "Whether an answer is required.");
    }
};

struct Form {
    schema::Bag<std::optional<std::string>> values;
    std::vector<FormElement> elements;

    static constexpr std::string_view type_name = "Form";
    static void describe(auto& field) {
        field("Values", &Form::values, plain, "Default values by element; null if sensitive.");
        field("Elements", &Form::elements, plain, "Prompts that apply to the run, one element each.");
    }
};

struct RunPreview {
    std::optional<std::string> id;
    std::vector<PreviewStep> steps;
    bool guided_failure = false;
    Form form;
    schema::Verbatim links{"{}"};

    static constexpr std::string_view type_name = "RunPreview";
    static void describe(auto& field) {
        field("Id", &RunPreview::id, plain, "Always null.");
        field("StepsToExecute", &RunPreview::steps, plain, "Enabled actions, in order.");
        field("UseGuidedFailureModeByDefault", &RunPreview::guided_failure, plain,
              "Whether a failed step waits for a person's decision by default.");
        field("Form", &RunPreview::form, plain, "Prompts of the run.");
        field("Links", &RunPreview::links, plain, "Always empty.");
    }
};

struct PreviewRequest {
    domain::Runbook runbook;
    domain::Environment environment;
    std::optional<domain::RunbookSnapshot> snapshot; // nullopt: the current state of the runbook
    bool with_disabled_steps = false;
};
// Uses the defaults of prompted variables.
RunPreview preview_run(Store& store, PreviewRequest const& request);

} // namespace stepwell::operations
