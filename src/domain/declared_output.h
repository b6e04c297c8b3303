#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

enum class OutputType { string, number, boolean, json, sensitive };
constexpr std::array<std::string_view, 5> output_types{"String", "Number", "Boolean", "Json", "Sensitive"};
constexpr auto const& names_of(OutputType) { return output_types; }

struct DeclaredOutput {
    std::string name;
    OutputType type = OutputType::string;
    std::string description, value;

    static constexpr std::string_view type_name = "DeclaredOutput";
    static void describe(auto& field) {
        field("Name", &DeclaredOutput::name, required | trimmed | at_most(200) | like("Url"), "No two alike.");
        field("Type", &DeclaredOutput::type, plain, "What its value must be.");
        field("Description", &DeclaredOutput::description, plain, "Markdown: what it says.");
        field("Value", &DeclaredOutput::value, required | like("#{Octopus.Action[Start].Output.Url}"),
              "An expression, evaluated when the run has succeeded.");
    }
};

} // namespace stepwell::domain
