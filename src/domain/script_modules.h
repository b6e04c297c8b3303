// Script modules: scripts that other scripts use. The variable Octopus.Script.Module[Name] has the text of a module,
// and Octopus.Script.Module.Language[Name] has its language.
#pragma once
#include "domain/script_action.h"
#include "variables/dictionary.h"

namespace stepwell::domain {

struct ScriptModule {
    std::string name, file; // `file` has the letters, digits and _ of the name, so that every language can import it
    std::string language;   // as written; default: PowerShell
    variables::Variable const* body;
    // if `file` has a number because another module uses that name: the name without number; else empty
    std::string wished_file;

    std::optional<ScriptSyntax> syntax() const; // nullopt if the language is unknown
};

// Returns true if the variable is the body or the language of a module. The server uses these values; scripts do not
// see them.
bool is_of_script_module(std::string_view variable_name);
// Returns the modules in the order of the dictionary. Within a language, file names are unique and differ from those of
// the main script; a number is appended to make them so.
std::vector<ScriptModule> script_modules_in(variables::Dictionary const& dictionary);

} // namespace stepwell::domain
