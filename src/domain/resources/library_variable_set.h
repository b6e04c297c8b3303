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
        field("Name", &LibraryVariableSet::name, required | unique | at_most(200) | like("Mail"), "Name.");
        field("Description", &LibraryVariableSet::description, plain, "Description, in Markdown.");
        field("VariableSetId", &LibraryVariableSet::variable_set, computed | like("variableset-LibraryVariableSets-1"),
              "Id of its variable set.");
        field("ContentType", &LibraryVariableSet::content_type, indexed, "Variables or ScriptModule.");
        field("Templates", &LibraryVariableSet::templates, without_effect,
              "Templates of variables whose values each tenant provides.");
        field("Version", &LibraryVariableSet::version, plain,
              "Number of the version. A request with an old version is rejected.");
    }
};

} // namespace stepwell::domain
