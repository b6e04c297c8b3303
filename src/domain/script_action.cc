#include "domain/script_action.h"

#include "base/text.h"

#include <boost/json.hpp>

namespace stepwell::domain {

namespace {

constexpr std::string_view body_key = "Octopus.Action.Script.ScriptBody";
constexpr std::string_view syntax_key = "Octopus.Action.Script.Syntax";
constexpr std::string_view run_on_server_key = "Octopus.Action.RunOnServer";
constexpr std::int64_t max_timeout_minutes = 10 * 366 * 24 * 60; // 10 years

bool is_template(std::string_view text) { return text.find("#{") != std::string_view::npos; }

std::string text_in(Bag<PropertyValue> const& properties, std::string_view key) {
    auto value = properties.find(key);
    auto text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

// Returns the value of a setting: from `lookup` if there is one, else the property; nullopt if the property contains an
// expression.
std::optional<std::string> value_of(Bag<PropertyValue> const& properties, std::string_view key, Lookup const& lookup) {
    if (lookup) return lookup(key);
    auto text = text_in(properties, key);
    return is_template(text) ? std::nullopt : std::optional(std::move(text));
}

void read_setting(schema::Field const& field, Action const& action, Lookup const& lookup, ScriptView& to) {
    auto const read = value_of(action.properties, field.name, lookup);
    auto value = base::trim(read ? std::string_view(*read) : std::string_view());
    if (value.empty()) return;
    schema::Problems problems;
    Reading reading{schema::Origin::store, problems};
    field.codec->read(Json(value), field.in(&to.script), reading, Place{nullptr, field.name});
    auto const written = action.property(field.name);
    // A value that differs from the author's text is not shown, because it may contain a secret.
    if (!problems.empty() && *read != written)
        problems = {{std::string(field.name),
                     is_template(written) ? "is invalid after evaluation of " + written
                                          : "is overridden by the variable of this name, whose value is invalid"}};
    to.problems.insert(to.problems.end(), problems.begin(), problems.end());
}

std::string body_in(Action const& action, ScriptSyntax syntax) {
    return action.property(std::string(body_key) + '[' + std::string(schema::name_of(syntax)) + ']');
}

// An older format has a body for each syntax. If no syntax is selected, the first one with a body applies; Bash is
// first.
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

bool needs_targets(Step const& step, Action const& action, ScriptView const& view, Lookup const& lookup) {
    bool is_open = !lookup && is_template(action.property(run_on_server_key)); // known only in the run
    auto roles = value_of(step.properties, "Octopus.Action.TargetRoles", lookup);
    return !is_open && !view.script.run_on_server && !base::trim(roles.value_or("")).empty();
}

} // namespace

ScriptView read_script(Action const& action, Lookup const& lookup) {
    ScriptView view;
    for (auto const& field : schema::type_of<ScriptAction>().fields) {
        auto value = action.properties.find(field.name);
        auto text = value ? std::get_if<std::string>(value) : nullptr;
        if (value && !text)
            view.problems.push_back({std::string(field.name), "must not be sensitive"});
        else if (field.codec != &schema::codec_of<std::string>())
            read_setting(field, action, lookup, view);
        else if (text)
            *static_cast<std::string*>(field.in(&view.script)) = *text;
    }
    choose_body(action, view.script);
    auto const minutes = view.script.timeout_minutes;
    if (minutes < 0 || minutes > max_timeout_minutes)
        view.problems.push_back(
            {"Octopus.Action.ExecutionTimeout.Minutes",
             minutes < 0 ? "must be at least 0" : "must be at most " + std::to_string(max_timeout_minutes)});
    return view;
}

std::optional<std::string> find_obstacle(Step const& step, Action const& action, Lookup const& lookup) {
    if (!base::equal_ignoring_case(action.type, script_action_type))
        return "the action type '" + action.type + "' is not supported";
    auto view = read_script(action, lookup);
    if (auto obstacle = find_obstacle(view)) return obstacle;
    if (!action.packages.empty()) return "it needs packages, which are not supported yet";
    if (!action.git_dependencies.empty()) return "it needs Git repositories, which are not supported yet";
    if (action.container && !action.container->image.value_or("").empty())
        return "it runs in a container image, which is not supported yet";
    if (needs_targets(step, action, view, lookup)) return "it runs on targets, which are not supported yet";
    return std::nullopt;
}

} // namespace stepwell::domain
