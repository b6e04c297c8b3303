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
        field("Will", &PreviewDecision::will, plain, "Yes, No, or Depends on what the run brings.");
        field("Reason", &PreviewDecision::reason, plain, "Why, in words.");
        field("Fails", &PreviewDecision::fails, plain, "Why it cannot run though it should.");
        field("DependsOn", &PreviewDecision::depends_on, plain, "Actions or variables known at run time.");
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
        field("ActionId", &PreviewStep::action_id, plain, "The action.");
        field("ActionName", &PreviewStep::action_name, plain, "Its name.");
        field("ActionNumber", &PreviewStep::action_number, plain, "1, 2, or 2.1 within a step of several actions.");
        field("Roles", &PreviewStep::roles, plain, "Tags of the targets it runs on.");
        field("MachineNames", &PreviewStep::machine_names, plain, "Targets it would run on.");
        field("Machines", &PreviewStep::machines, plain, "The same with their health.");
        field("CanBeSkipped", &PreviewStep::can_be_skipped, plain, "A person may leave it out.");
        field("IsDisabled", &PreviewStep::is_disabled, plain, "It is passed over.");
        field("HasNoApplicableMachines", &PreviewStep::no_applicable_machines, plain, "No target has its tags.");
        field("UnavailableMachines", &PreviewStep::unavailable_machines, plain, "Targets that cannot be reached.");
        field("ExcludedMachines", &PreviewStep::excluded_machines, plain, "Targets left out.");
        field("Decision", &PreviewStep::decision, plain, "Whether it will run, and why.");
    }
};

struct FormControl {
    std::string type = "VariableValue", name, label, description;
    bool is_secure = false, required = false;
    schema::Bag<std::string> display_settings;

    static constexpr std::string_view type_name = "FormControl";
    static void describe(auto& field) {
        field("Type", &FormControl::type, plain, "VariableValue.");
        field("Name", &FormControl::name, schema::like("Reason"), "Name of the variable.");
        field("Label", &FormControl::label, plain, "What is asked.");
        field("Description", &FormControl::description, plain, "Help for who answers.");
        field("IsSecure", &FormControl::is_secure, plain, "The answer is not shown.");
        field("Required", &FormControl::required, plain, "An answer must be given.");
        field("DisplaySettings", &FormControl::display_settings, plain, "Which control to show.");
    }
};

struct FormElement {
    std::string name;
    FormControl control;
    bool is_value_required = false;

    static constexpr std::string_view type_name = "FormElement";
    static void describe(auto& field) {
        field("Name", &FormElement::name, plain, "Id of the variable: the key in FormValues.");
        field("Control", &FormElement::control, plain, "How it is asked.");
        field("IsValueRequired", &FormElement::is_value_required, plain, "An answer must be given.");
    }
};

struct Form {
    schema::Bag<std::optional<std::string>> values;
    std::vector<FormElement> elements;

    static constexpr std::string_view type_name = "Form";
    static void describe(auto& field) {
        field("Values", &Form::values, plain, "Defaults by element; null for a secret.");
        field("Elements", &Form::elements, plain, "One for each prompted variable that counts here.");
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
        field("StepsToExecute", &RunPreview::steps, plain, "One for each enabled action, in order.");
        field("UseGuidedFailureModeByDefault", &RunPreview::guided_failure, plain, "A failure asks a person.");
        field("Form", &RunPreview::form, plain, "What is asked before the run.");
        field("Links", &RunPreview::links, plain, "Empty.");
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
