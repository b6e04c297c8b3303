#pragma once
#include "domain/resources/template_parameter.h"

namespace stepwell::domain {

enum class LibraryContent { variables, script_module };
constexpr std::array<std::string_view, 2> library_contents{"Variables", "ScriptModule"};
constexpr auto const& names_of(LibraryContent) { return library_contents; }

// Variables outside any project, for every project that includes them. A script module is a set with a script: the
// variable Octopus.Script.Module[Name] has its text, and Octopus.Script.Module.Language[Name] has its language.
struct LibraryVariableSet : SpaceDocument {
    std::string name, description, variable_set;
    LibraryContent content_type = LibraryContent::variables;
    std::vector<TemplateParameter> templates;
    std::int64_t version = 0;

    static constexpr std::string_view type_name = "LibraryVariableSet", route = "libraryvariablesets",
                                      prefix = "LibraryVariableSets";
    static constexpr std::string_view query = "skip,take,ids,partialName,contentType";
    static constexpr Access access{Permission::library_variable_set_view, Permission::library_variable_set_create,
                                   Permission::library_variable_set_edit, Permission::library_variable_set_delete};
    static constexpr Link links[] = {
        {"Variables", "/api/$SpaceId/variables/variableset-$Id"},
        {"Usages", "/api/$SpaceId/libraryvariablesets/$Id/usages"},
    };

    static void describe(auto& field) {
        field("Name", &LibraryVariableSet::name, required | unique | at_most(200) | like("Mail"), "What it is called.");
        field("Description", &LibraryVariableSet::description, plain, "Markdown.");
        field("VariableSetId", &LibraryVariableSet::variable_set, computed | like("variableset-LibraryVariableSets-1"),
              "Its variables.");
        field("ContentType", &LibraryVariableSet::content_type, indexed, "Variables, or a script module.");
        field("Templates", &LibraryVariableSet::templates, plain, "Variables every tenant fills in.");
        field("Version", &LibraryVariableSet::version, plain, "Counts its changes; a stale one is refused.");
    }
};

} // namespace stepwell::domain
