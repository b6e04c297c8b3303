#include "domain/script_action.h"

#include "base/text.h"

#include <boost/json.hpp>

namespace stepwell::domain {

namespace {

constexpr std::string_view body_key = "Octopus.Action.Script.ScriptBody";
constexpr std::string_view syntax_key = "Octopus.Action.Script.Syntax";

bool is_template(std::string_view text) { return text.find("#{") != std::string_view::npos; }

void read_setting(schema::Field const& field, std::string text, Expand const& expand, ScriptView& to) {
    bool const was_template = is_template(text);
    if (was_template && !expand) return;
    auto const filled_in = was_template ? expand(text) : text;
    auto value = base::trim(filled_in);
    if (value.empty()) return;
    schema::Problems problems;
    Reading reading{schema::Origin::store, problems};
    field.codec->read(Json(value), field.in(&to.script), reading, Place{nullptr, field.name});
    // What it becomes is not shown: it may hold a sensitive value.
    if (was_template && !problems.empty())
        problems = {{std::string(field.name), "cannot be what " + text + " becomes"}};
    to.problems.insert(to.problems.end(), problems.begin(), problems.end());
}

std::string body_in(Action const& action, ScriptSyntax syntax) {
    return action.property(std::string(body_key) + '[' + std::string(schema::name_of(syntax)) + ']');
}

// The older form has a body for each syntax. Where none is chosen, the first that has one counts; Bash comes first.
void choose_body(Action const& action, ScriptAction& script) {
    if (!script.body.empty()) return;
    script.body = body_in(action, script.syntax);
    if (!script.body.empty() || !action.property(syntax_key).empty()) return;
    for (std::size_t i = 0; i < script_syntaxes.size() && script.body.empty(); ++i) {
        script.body = body_in(action, ScriptSyntax(i));
        if (!script.body.empty()) script.syntax = ScriptSyntax(i);
    }
}

std::optional<std::string> find_obstacle(ScriptView const& view) {
    if (!view.problems.empty()) return base::to_text(view.problems.front());
    if (view.script.source == ScriptSource::package) return "scripts from packages are not supported yet";
    if (view.script.source == ScriptSource::git_repository)
        return "scripts from Git repositories are not supported yet";
    if (!can_run(view.script.syntax))
        return std::string(schema::name_of(view.script.syntax)) + " scripts cannot run on this server";
    return std::nullopt;
}

std::string text_of(Step const& step, std::string_view key) {
    auto value = step.properties.find(key);
    auto text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

} // namespace

ScriptView read_script(Action const& action, Expand const& expand) {
    ScriptView view;
    for (auto const& field : schema::type_of<ScriptAction>().fields) {
        auto value = action.properties.find(field.name);
        if (!value) continue;
        auto text = std::get_if<std::string>(value);
        if (!text)
            view.problems.push_back({std::string(field.name), "must not be sensitive"});
        else if (field.codec == &schema::codec_of<std::string>())
            *static_cast<std::string*>(field.in(&view.script)) = *text;
        else
            read_setting(field, *text, expand, view);
    }
    choose_body(action, view.script);
    if (view.script.timeout_minutes < 0)
        view.problems.push_back({"Octopus.Action.ExecutionTimeout.Minutes", "is below 0"});
    return view;
}

std::optional<std::string> find_obstacle(Step const& step, Action const& action) {
    if (!base::equal_ignoring_case(action.type, script_action_type))
        return "the action type " + action.type + " is not known to this server";
    auto view = read_script(action);
    if (auto obstacle = find_obstacle(view)) return obstacle;
    if (!action.packages.empty()) return "it needs packages, which are not supported yet";
    if (!action.git_dependencies.empty()) return "it needs Git repositories, which are not supported yet";
    if (action.container && !action.container->image.value_or("").empty())
        return "it runs in a container image, which is not supported yet";
    if (!view.script.run_on_server && !base::trim(text_of(step, "Octopus.Action.TargetRoles")).empty())
        return "it runs on targets, and there are none";
    return std::nullopt;
}

} // namespace stepwell::domain
