// Scripts that other scripts use: variables named Octopus.Script.Module[Name], their language beside them in
// Octopus.Script.Module.Language[Name].
#pragma once
#include "domain/script_action.h"
#include "variables/dictionary.h"

namespace stepwell::domain {

struct ScriptModule {
    std::string name, file; // file: the letters, digits and _ of the name, which every language can import
    std::string language;   // as written; PowerShell when nothing is said
    variables::Variable const* body;
    std::string wished_file; // empty; else what `file` would be, which another one has

    std::optional<ScriptSyntax> syntax() const; // nothing when the language is unknown
};

// Body or language of a module: for the server, no value for scripts.
bool is_of_script_module(std::string_view variable_name);
// In the order of the dictionary. No two of a language have the same file, nor that of the script: a later one gets a
// number.
std::vector<ScriptModule> script_modules_in(variables::Dictionary const& dictionary);

} // namespace stepwell::domain
