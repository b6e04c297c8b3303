#include "domain/script_modules.h"

#include "base/fold.h"
#include "base/text.h"
#include "variables/language/unicode.h"

#include <set>

namespace stepwell::domain {

namespace {

constexpr std::string_view body_prefix = "Octopus.Script.Module[", language_prefix = "Octopus.Script.Module.Language[";

constexpr std::size_t max_file_bytes = 200; // a file name has at most 255 bytes, including number and extension

std::string file_of(std::string_view name) {
    std::string file;
    for (std::size_t at = 0; at < name.size();) {
        auto const character = variables::character_at(name, at);
        auto const bytes = name.substr(at, character.size);
        at += character.size;
        if (file.size() + bytes.size() > max_file_bytes) break;
        if (bytes == "_" || variables::is_letter_or_digit(character.code)) file += bytes;
    }
    if (file.empty() || (file[0] >= '0' && file[0] <= '9')) file.insert(0, "_");
    return file;
}

// Gives each module a unique file among those of its language, which include two files of the main script. Modules
// whose name equals their file name take precedence.
void separate_files(std::vector<ScriptModule>& modules) {
    std::set<std::string, base::LessFolded> taken;
    auto take = [&](ScriptModule const& module) { return taken.insert(module.language + '/' + module.file).second; };
    for (auto const& module : modules)
        for (auto own : {"/Bootstrap", "/Script"}) taken.insert(module.language + own);
    std::vector<ScriptModule*> order, late;
    for (bool is_exact : {true, false})
        for (auto& module : modules)
            if ((module.name == module.file) == is_exact) order.push_back(&module);
    for (auto module : order)
        if (!take(*module)) late.push_back(module);
    for (auto module : late) {
        module->wished_file = module->file;
        for (int number = 2; !take(*module); ++number)
            module->file = module->wished_file + '_' + std::to_string(number);
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
        modules.push_back({std::string(name),
                           file_of(name),
                           std::string(language && !language->text.empty() ? language->text : "PowerShell"),
                           &variable,
                           {}});
    }
    separate_files(modules);
    return modules;
}

} // namespace stepwell::domain
