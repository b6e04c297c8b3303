// Interprets the properties of an Octopus.Script action. The result is a view; the action itself remains exactly as
// sent.
#pragma once
#include "domain/resources/process.h"

namespace stepwell::domain {

constexpr std::string_view script_action_type = "Octopus.Script";

enum class ScriptSource { inlined, package, git_repository };
constexpr std::array<std::string_view, 3> script_sources{"Inline", "Package", "GitRepository"};
constexpr auto const& names_of(ScriptSource) { return script_sources; }

enum class ScriptSyntax { bash, python, powershell, csharp, fsharp };
constexpr std::array<std::string_view, 5> script_syntaxes{"Bash", "Python", "PowerShell", "CSharp", "FSharp"};
constexpr auto const& names_of(ScriptSyntax) { return script_syntaxes; }
constexpr bool can_run(ScriptSyntax syntax) { return syntax == ScriptSyntax::bash || syntax == ScriptSyntax::python; }

struct ScriptAction {
    ScriptSource source = ScriptSource::inlined;
    ScriptSyntax syntax = ScriptSyntax::bash;
    std::string body, file_name, parameters; // as written, with `#{…}` not expanded
    bool fail_on_error_output = false;
    bool run_on_server = false;
    std::int64_t timeout_minutes = 0; // 0 means no limit

    static constexpr std::string_view type_name = "ScriptAction";
    static void describe(auto& field) {
        field("Octopus.Action.Script.ScriptSource", &ScriptAction::source, plain, "Source of the script.");
        field("Octopus.Action.Script.Syntax", &ScriptAction::syntax, plain, "Language of the script.");
        field("Octopus.Action.Script.ScriptBody", &ScriptAction::body, plain, "Script.");
        field("Octopus.Action.Script.ScriptFileName", &ScriptAction::file_name, plain,
              "Path of the script in a package.");
        field("Octopus.Action.Script.ScriptParameters", &ScriptAction::parameters, plain, "Arguments of the script.");
        field("Octopus.Action.FailScriptOnErrorOutput", &ScriptAction::fail_on_error_output, plain,
              "Whether output to standard error fails the step.");
        field("Octopus.Action.RunOnServer", &ScriptAction::run_on_server, plain,
              "Whether the script runs on a worker instead of targets.");
        field("Octopus.Action.ExecutionTimeout.Minutes", &ScriptAction::timeout_minutes, plain,
              "Time limit, in minutes; 0: none.");
    }
};

struct ScriptView {
    ScriptAction script;
    schema::Problems problems; // properties with invalid values; the path is the key
};

// Returns the evaluated value of the variable with the name of a setting; nullopt if there is none. Properties of the
// action are variables too, which take precedence over those that a project has for all its steps.
using Lookup = std::function<std::optional<std::string>(std::string_view setting)>;

// Reads settings through `lookup`. Body, file name and parameters are always as written. Without `lookup`, reads only
// the properties of the action; a setting that contains `#{` has its default value.
ScriptView read_script(Action const& action, Lookup const& lookup = {});

// Returns why this server cannot run the action; nullopt if it can. Without `lookup`, ignores obstacles that depend on
// values known only in the run.
std::optional<std::string> find_obstacle(Step const& step, Action const& action, Lookup const& lookup = {});

} // namespace stepwell::domain
