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
        field("Id", &TemplateParameter::id, some_uuid, "Id; generated if missing, and stable afterwards.");
        field("Name", &TemplateParameter::name, required | trimmed | at_most(1000) | like("Host"),
              "Name of the variable.");
        field("Label", &TemplateParameter::label, plain, "Label of the question.");
        field("HelpText", &TemplateParameter::help_text, plain, "Help for the user, in Markdown.");
        field("DefaultValue", &TemplateParameter::default_value, plain, "Value if there is no answer.");
        field("DisplaySettings", &TemplateParameter::display_settings, plain, "Control to show.");
        field("AllowClear", &TemplateParameter::allow_clear, plain, "Stored unchanged.");
    }
    void settle() {
        if (id.empty()) id = base::new_uuid();
    }
};

} // namespace stepwell::domain
