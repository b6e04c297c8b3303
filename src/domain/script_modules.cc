#include "domain/script_modules.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::domain {

namespace {

constexpr std::string_view body_prefix = "Octopus.Script.Module[", language_prefix = "Octopus.Script.Module.Language[";

std::string file_of(std::string_view name) {
    std::string file;
    for (char c : name)
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') file += c;
    if (file.empty() || (file[0] >= '0' && file[0] <= '9')) file.insert(0, "_");
    return file;
}

void refuse_same_files(std::vector<ScriptModule> const& modules) {
    base::MapIgnoringCase<std::string> taken;
    for (auto own : {"Bootstrap", "Script"}) taken.insert_or_assign(own, "the script itself");
    for (auto const& module : modules) {
        if (auto at = taken.find(module.file); at != taken.end())
            throw base::Error(base::Kind::invalid, "The script module '" + module.name + "' would lie in the file of " +
                                                       at->second + ". Give it another name.");
        taken.insert_or_assign(module.file, "the script module '" + module.name + "'");
    }
}

} // namespace

std::optional<ScriptSyntax> ScriptModule::syntax() const {
    for (std::size_t i = 0; i < script_syntaxes.size(); ++i)
        if (base::equal_ignoring_case(language, script_syntaxes[i])) return ScriptSyntax(i);
    return std::nullopt;
}

bool is_of_script_module(std::string_view name) {
    return name.ends_with(']') &&
           (base::starts_ignoring_case(name, body_prefix) || base::starts_ignoring_case(name, language_prefix));
}

std::vector<ScriptModule> script_modules_in(variables::Dictionary const& dictionary) {
    std::vector<ScriptModule> modules;
    for (auto const& variable : dictionary.all()) {
        if (!variable.name.ends_with(']') || !base::starts_ignoring_case(variable.name, body_prefix)) continue;
        auto name = variable.name.substr(body_prefix.size(), variable.name.size() - body_prefix.size() - 1);
        auto language = dictionary.find(std::string(language_prefix) + std::string(name) + "]");
        modules.push_back({std::string(name), file_of(name),
                           std::string(language && !language->text.empty() ? language->text : "PowerShell"),
                           &variable});
    }
    refuse_same_files(modules);
    return modules;
}

} // namespace stepwell::domain
