#include "operations/check_references.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/mentions.h"
#include "domain/script_modules.h"

#include <set>

namespace stepwell::operations {

using namespace domain;

namespace {

// Returns all values of the names that may refer to a document.
std::vector<variables::Candidate> values_that_may_refer(engine::Subjects const& subjects) {
    auto all = candidates_of(*subjects.content, subjects.run.form_values, hide);
    std::set<std::string, base::LessFolded> names;
    for (auto const& value : all)
        if (find_reference(value)) names.insert(value.name);
    std::erase_if(all, [&](auto const& value) { return !names.contains(value.name); });
    return all;
}

// Returns the actions except those that are known not to run.
std::vector<PlannedAction> actions_that_may_run(engine::Subjects const& subjects, base::Time now) {
    PlanInput input;
    input.content = subjects.content.get();
    input.options.environment_id = subjects.environment.id;
    input.options.skip_actions = subjects.run.skip_actions;
    input.now = now;
    auto decisions = preview(input);
    auto actions = flatten(*subjects.content);
    std::erase_if(actions, [&](auto const& action) { return decisions[action.position].will == Will::no; });
    return actions;
}

// Values by the actions for which they must be resolved. If no value of a name is scoped to an action, all actions see
// the same values. Otherwise actions in a scope see their own values, and all other actions see the same ones.
class ValuesOfActions {
public:
    ValuesOfActions(std::vector<variables::Candidate> const& values, std::vector<PlannedAction> const& actions)
        : of_action_(actions.size()) {
        for (auto const& value : values) {
            auto& name = names_[value.name];
            name.values.push_back(&value);
            for (auto const& [dimension, ids] : value.scope)
                if (base::equal_ignoring_case(dimension, "Action")) name.ids.insert(ids.begin(), ids.end());
        }
        base::MapFolded<std::vector<std::size_t>> by_id;
        for (std::size_t i = 0; i < actions.size(); ++i)
            for (auto const& id : {actions[i].action_id, actions[i].step_id}) by_id[id].push_back(i);
        for (auto const& [key, name] : names_) {
            std::set<std::size_t> asked;
            for (auto const& id : name.ids)
                if (auto at = by_id.find(id); at != by_id.end()) asked.insert(at->second.begin(), at->second.end());
            std::size_t other = 0; // position of the first other action
            for (auto i : asked) other += i == other;
            if (other < actions.size()) asked.insert(other);
            for (auto i : asked) of_action_[i].push_back(&name);
        }
    }

    std::vector<variables::Candidate> at(std::size_t action) const {
        std::vector<variables::Candidate> values;
        for (auto name : of_action_[action])
            for (auto value : name->values) values.push_back(*value);
        return values;
    }

private:
    struct Name {
        std::vector<variables::Candidate const*> values;
        std::set<std::string, base::LessFolded> ids; // of actions and steps
    };
    base::MapFolded<Name> names_;
    std::vector<std::vector<Name const*>> of_action_;
};

// The names that the steps that may run need, as far as known before the run. Computed on first use.
class NeedsOfRun {
public:
    NeedsOfRun(engine::Subjects const& subjects, std::vector<PlannedAction> const& actions)
        : subjects_(subjects), actions_(actions) {}

    bool may_need(std::string_view name) {
        if (!mentions_) look();
        return mentions_->may_need(name);
    }

private:
    void look() {
        auto const context = context_of(engine::known_of(subjects_), nullptr);
        known_.emplace(candidates_of(*subjects_.content, subjects_.run.form_values, hide), context);
        auto all = known_->dictionary().all();
        std::vector<variables::Variable> values(all.begin(), all.end());
        std::vector<std::string_view> scripts;
        for (auto const& value : all)
            if (is_of_script_module(value.name)) scripts.push_back(value.text);
        auto add = [&](Bag<PropertyValue> const& properties) {
            for (auto const& [key, value] : properties.items)
                if (auto text = std::get_if<std::string>(&value)) {
                    scripts.push_back(*text);
                    values.push_back({key, *text});
                }
        };
        for (auto const& action : actions_) {
            auto const& step = subjects_.content->steps[action.step_index];
            add(step.properties);
            add(step.actions[action.action_index].properties);
        }
        mentions_.emplace(std::move(values), scripts);
    }

    engine::Subjects const& subjects_;
    std::vector<PlannedAction> const& actions_;
    std::optional<variables::Resolution> known_;
    std::optional<Mentions> mentions_;
};

} // namespace

void check_references(engine::Subjects const& subjects, std::string const& answers_member, base::Time now,
                      base::Problems& problems) {
    if (!refers(*subjects.content)) return;
    auto const values = values_that_may_refer(subjects);
    if (values.empty()) return;
    std::set<std::string> told;
    for (auto const& problem : problems) told.insert(problem.message);
    auto const actions = actions_that_may_run(subjects, now);
    NeedsOfRun needs(subjects, actions);
    auto check = [&](std::vector<variables::Candidate> const& some, variables::Context const& context) {
        auto resolution = variables::resolve(some, context);
        for (auto& fault : find_faults(resolution, subjects.referred, context, subjects.environment.name)) {
            bool answered = fault.value->precedence == variables::Precedence::answered;
            if (!answered && !needs.may_need(fault.value->name)) continue;
            if (told.insert(fault.message).second)
                problems.push_back(
                    {(answered ? answers_member : "Variables") + "." + fault.value->name, std::move(fault.message)});
        }
    };
    ValuesOfActions const of_actions(values, actions);
    for (std::size_t i = 0; i < actions.size(); ++i)
        if (auto const some = of_actions.at(i); !some.empty())
            check(some, context_of(engine::known_of(subjects), &actions[i]));
}

} // namespace stepwell::operations
