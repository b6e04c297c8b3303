#include "domain/lint_steps.h"

#include "base/text.h"
#include "domain/script_action.h"

namespace stepwell::domain {

namespace {

struct Unsupported {
    std::string_view key, what, reason;
    bool is_of_step = false;
};

constexpr Unsupported properties[] = {
    {"Octopus.Action.AutoRetry.MaximumCount", "it is not retried when it fails", "retries are not supported yet"},
    {"Octopus.Action.EnabledFeatures", "its features are not applied", "features of steps are not supported yet"},
    {"Octopus.Action.MaxParallelism", "its window size has no effect", "rolling steps are not supported yet", true},
};

constexpr std::string_view target_roles = "Octopus.Action.TargetRoles";

// Returns true for values that are the same as no value.
bool asks_for_nothing(std::string_view text) {
    auto value = base::trim(text);
    return value.empty() || value == "0" || base::equal_ignoring_case(value, "False");
}

bool is_given(Bag<PropertyValue> const& bag, std::string_view key) {
    auto value = bag.find(key);
    auto text = value ? std::get_if<std::string>(value) : nullptr;
    return value && !(text && asks_for_nothing(*text));
}

Lint say(std::string path, Action const& action, std::string_view what) {
    return {std::move(path), "The step '" + action.name + "': " + std::string(what) + "."};
}

constexpr std::string_view no_other_workers = "it runs on this server: other workers are not supported yet";

} // namespace

std::optional<std::string_view> find_missing_feature(std::string_view property, std::string const* value) {
    if (value && asks_for_nothing(*value)) return std::nullopt;
    for (auto const& each : properties)
        if (base::equal_ignoring_case(each.key, property)) return each.reason;
    return std::nullopt;
}

std::vector<Lint> lint_action(Step const& step, Action const& action, std::string const& step_path,
                              std::string const& action_path) {
    std::vector<Lint> lints;
    auto add = [&](std::string path, std::string_view what) { lints.push_back(say(std::move(path), action, what)); };
    if (auto obstacle = find_obstacle(step, action))
        add(action_path, "it fails when it runs: " + *obstacle);
    else if (is_given(step.properties, target_roles))
        add(step_path + ".Properties." + std::string(target_roles),
            "it runs once on this server, not once for each target: targets are not supported yet");
    for (auto const& [key, what, reason, is_of_step] : properties)
        if (is_given(is_of_step ? step.properties : action.properties, key))
            add((is_of_step ? step_path : action_path) + ".Properties." + std::string(key),
                std::string(what) + ": " + std::string(reason));
    if (step.start_trigger == StartTrigger::with_previous)
        add(step_path + ".StartTrigger", "it starts after the previous step: parallel steps are not supported yet");
    if (!action.channels.empty()) add(action_path + ".Channels", "its channels have no effect on runs of runbooks");
    if (!action.worker_pool_variable.value_or("").empty()) add(action_path + ".WorkerPoolVariable", no_other_workers);
    return lints;
}

std::vector<Lint> lint_steps(std::vector<Step> const& steps, std::string_view default_pool) {
    std::vector<Lint> lints;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto const step_path = "Steps[" + std::to_string(i) + "]";
        for (std::size_t k = 0; k < steps[i].actions.size(); ++k) {
            auto const& action = steps[i].actions[k];
            if (action.is_disabled) continue;
            auto const path = step_path + ".Actions[" + std::to_string(k) + "]";
            for (auto& lint : lint_action(steps[i], action, step_path, path)) lints.push_back(std::move(lint));
            auto const& pool = action.worker_pool.value;
            if (!pool.empty() && !base::equal_ignoring_case(pool, default_pool))
                lints.push_back(say(path + ".WorkerPoolId", action, no_other_workers));
        }
    }
    return lints;
}

} // namespace stepwell::domain
