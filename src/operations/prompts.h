// What a person is asked before a run: the prompted variables that count where it runs.
#pragma once
#include "domain/content.h"

namespace stepwell::operations {

struct VariablePrompt {
    std::string label, description;
    bool required = false;
    schema::Verbatim display_settings{"{}"};

    static constexpr std::string_view type_name = "VariablePrompt";
    static void describe(auto& field) {
        field("Label", &VariablePrompt::label, schema::plain, "What is asked; none: the variable's name.");
        field("Description", &VariablePrompt::description, schema::plain, "Help for who answers.");
        field("Required", &VariablePrompt::required, schema::plain, "An answer must be given.");
        field("DisplaySettings", &VariablePrompt::display_settings, schema::plain, "Which control to show.");
    }
    void settle() {
        if (display_settings.json == "null") display_settings.json = "{}";
    }
};

struct Prompt {
    domain::Variable const* variable; // of the list that was given
    VariablePrompt asked;
};
// By label, which is how authors order them. Of several values of one name only the one that counts is asked for.
std::vector<Prompt> prompts_of(std::vector<domain::Variable> const& variables, variables::Context const& context);

} // namespace stepwell::operations
