// What the properties of an Octopus.Script action mean. A view: the action itself stays exactly as sent.
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
    std::string body, file_name, parameters; // as written: `#{…}` is still in them
    bool fail_on_error_output = false;
    bool run_on_server = false;
    std::int64_t timeout_minutes = 0; // 0: no limit

    static constexpr std::string_view type_name = "ScriptAction";
    static void describe(auto& field) {
        field("Octopus.Action.Script.ScriptSource", &ScriptAction::source, plain, "Where the script is.");
        field("Octopus.Action.Script.Syntax", &ScriptAction::syntax, plain, "Its language.");
        field("Octopus.Action.Script.ScriptBody", &ScriptAction::body, plain, "The script itself.");
        field("Octopus.Action.Script.ScriptFileName", &ScriptAction::file_name, plain, "Its path in a package.");
        field("Octopus.Action.Script.ScriptParameters", &ScriptAction::parameters, plain, "Its arguments.");
        field("Octopus.Action.FailScriptOnErrorOutput", &ScriptAction::fail_on_error_output, plain,
              "Text on standard error fails the step.");
        field("Octopus.Action.RunOnServer", &ScriptAction::run_on_server, plain, "On a worker, not on targets.");
        field("Octopus.Action.ExecutionTimeout.Minutes", &ScriptAction::timeout_minutes, plain, "0: no limit.");
    }
};

struct ScriptView {
    ScriptAction script;
    schema::Problems problems; // properties that mean nothing; the path is the key
};

// Gives the text of a setting with its `#{…}` expanded.
using Expand = std::function<std::string(std::string_view text)>;

// Settings go through `expand`, body, file name and parameters do not. Without it a setting that has `#{` in it keeps
// its default.
ScriptView read_script(Action const& action, Expand const& expand = {});

// Why the action cannot be run by this server; nothing when it can.
std::optional<std::string> find_obstacle(Step const& step, Action const& action);

} // namespace stepwell::domain
