#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// A parameter of a template. The user of the template provides its value.
struct TemplateParameter {
    std::string id, name, label, help_text;
    std::optional<PropertyValue> default_value;
    Bag<std::string> display_settings;
    std::optional<bool> allow_clear;

    static constexpr std::string_view type_name = "ActionTemplateParameter";
    static void describe(auto& field) {
        field("Id", &TemplateParameter::id, some_uuid, "Made up when missing, kept afterwards: values hang on it.");
        field("Name", &TemplateParameter::name, required | trimmed | at_most(1000) | like("Host"),
              "The variable it becomes.");
        field("Label", &TemplateParameter::label, plain, "What is asked.");
        field("HelpText", &TemplateParameter::help_text, plain, "Markdown: help for who answers.");
        field("DefaultValue", &TemplateParameter::default_value, plain, "What counts without an answer.");
        field("DisplaySettings", &TemplateParameter::display_settings, plain, "Which control to show.");
        field("AllowClear", &TemplateParameter::allow_clear, plain, "Kept as sent.");
    }
    void settle() {
        if (id.empty()) id = base::new_uuid();
    }
};

} // namespace stepwell::domain
