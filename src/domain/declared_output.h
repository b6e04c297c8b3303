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
        field("Name", &DeclaredOutput::name, required | trimmed | at_most(200) | like("Url"),
              "Name, unique in the process.");
        field("Type", &DeclaredOutput::type, plain, "Type of the value.");
        field("Description", &DeclaredOutput::description, plain, "Description, in Markdown.");
        field("Value", &DeclaredOutput::value, required | like("#{Octopus.Action[Start].Output.Url}"),
              "Expression that is evaluated when the run has succeeded.");
    }
};

} // namespace stepwell::domain
