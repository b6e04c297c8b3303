#include "domain/planner.h"

#include "base/fold.h"
#include "base/text.h"
#include "base/utf8.h"
#include "domain/script_action.h"

namespace stepwell::domain {

namespace {

constexpr std::size_t longest_value_kept = 1000;
constexpr std::size_t max_names_kept = 100;       // on which a decision depends
constexpr std::size_t cost_of_known_variable = 8; // units of work for each known variable of a condition

// The known outcome of an earlier action.
enum class Fate {
    fine,     // succeeded, or does not run
    failed,   // failed, or the outcome is unknown
    canceled, // was canceled
    open,     // not known yet
};

Fate fate_of(OutcomeState state) {
    if (state == OutcomeState::failed || state == OutcomeState::unknown) return Fate::failed;
    return state == OutcomeState::canceled ? Fate::canceled : Fate::fine;
}

Fate fate_of(Decision const& decision) {
    if (decision.will == Will::no) return Fate::fine;
    return decision.will == Will::yes && decision.fails ? Fate::failed : Fate::open;
}

Decision say(Will will, std::string reason, std::vector<std::string> depends_on = {}) {
    Decision made;
    made.will = will;
    made.reason = std::move(reason);
    made.depends_on = std::move(depends_on);
    return made;
}

std::string property_of(Bag<PropertyValue> const& properties, std::string_view key) {
    auto value = properties.find(key);
    auto text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

std::string quoted(std::string_view name) { return '\'' + std::string(name) + '\''; }

template <class List> bool names_it(List const& list, std::string_view id) {
    return std::ranges::any_of(list, [&](auto const& item) {
        if constexpr (requires { item.value; })
            return base::equal_folded(item.value, id);
        else
            return base::equal_folded(base::trim_spaces(item), id);
    });
}

// Cuts a text at the limit, but not within a character.
std::string cut(std::string_view text) {
    if (text.size() <= longest_value_kept) return std::string(text);
    return std::string(base::first_bytes(text, longest_value_kept)) + "…";
}

// Returns true for variables that the run itself defines.
bool comes_from_run(std::string_view name) {
    constexpr std::array<std::string_view, 3> prefixes{"Octopus.Action[", "Octopus.Step[", "Octopus.Deployment.Error"};
    constexpr std::array<std::string_view, 2> lists{"Octopus.Action", "Octopus.Step"}; // for loops over them
    return std::ranges::any_of(prefixes, [&](auto prefix) { return base::starts_ignoring_case(name, prefix); }) ||
           std::ranges::any_of(lists, [&](auto list) { return base::equal_ignoring_case(name, list); });
}

// Decides if one action runs, from the outcomes of all earlier actions.
class Judge {
public:
    Judge(PlanInput const& input, Outcomes outcomes, std::span<PlannedAction const> plan, std::span<Fate const> fates,
          std::size_t position)
        : input_(input), outcomes_(outcomes), plan_(plan), fates_(fates), at_(plan[position]),
          step_(input.content->steps[at_.step_index]), action_(step_.actions[at_.action_index]),
          step_begin_(position - at_.action_index) {}

    Decision decide() const {
        if (auto left_out = find_exclusion()) return say(Will::no, *left_out);
        auto made = both(judge_step(), [&] { return judge_action(); });
        if (made.will != Will::no && !made.fails) made.fails = find_obstacle(step_, action_);
        if (made.will != Will::no && action_.is_required && asked_to_skip())
            made.reason += "; it is required and cannot be skipped by hand";
        return made;
    }

private:
    std::optional<std::string> find_exclusion() const {
        auto const& run = input_.options;
        if (action_.is_disabled) return "disabled";
        if (!action_.environments.empty() && !names_it(action_.environments, run.environment_id))
            return "not for this environment";
        if (names_it(action_.excluded_environments, run.environment_id)) return "excluded in this environment";
        if (!action_.tenant_tags.empty() && !for_tenant()) return "only for tenants with certain tags";
        if (asked_to_skip() && !action_.is_required) return "skipped by hand";
        return std::nullopt;
    }

    bool for_tenant() const {
        return std::ranges::any_of(input_.options.tenant_tags,
                                   [&](auto const& tag) { return names_it(action_.tenant_tags, tag); });
    }
    bool asked_to_skip() const {
        auto const& skips = input_.options.skip_actions;
        return names_it(skips, at_.action_id) || names_it(skips, at_.name);
    }

    // The condition of a step depends on earlier steps, so that it is the same for all its actions. The condition of an
    // action depends on earlier actions of its step.
    Decision judge_step() const {
        switch (step_.condition) {
        case StepCondition::success: return judge_success(0, step_begin_);
        case StepCondition::failure: return judge_failure(0, step_begin_);
        case StepCondition::always: return say(Will::yes, "always runs");
        case StepCondition::variable: return judge_expression(expression_of_step(), step_begin_);
        }
        return say(Will::no, "its condition is not supported");
    }
    Decision judge_action() const {
        if (action_.condition == ActionCondition::success) return judge_success(step_begin_, at_.position);
        return judge_expression(action_.property("Octopus.Action.ConditionVariableExpression"), at_.position);
    }

    template <class Second> static Decision both(Decision first, Second const& second) {
        if (first.will == Will::no) return first;
        auto other = second();
        if (other.will == Will::yes && !other.fails && other.values_read.empty()) return first;
        for (auto& value : first.values_read) other.values_read.push_back(std::move(value));
        if (other.will == Will::no) return other;
        if (!other.fails) other.fails = std::move(first.fails);
        if (first.will == Will::depends) {
            other.reason = other.will == Will::depends ? first.reason + ", " + other.reason : std::move(first.reason);
            first.depends_on.insert(first.depends_on.end(), other.depends_on.begin(), other.depends_on.end());
            other.depends_on = std::move(first.depends_on);
            other.will = Will::depends;
        }
        return other;
    }

    std::vector<std::string> names_of_fate(Fate fate, std::size_t begin, std::size_t end) const {
        std::vector<std::string> names;
        for (auto i = begin; i < end && names.size() < max_names_kept; ++i)
            if (fates_[i] == fate) names.push_back(plan_[i].name);
        return names;
    }

    Decision judge_success(std::size_t begin, std::size_t end) const {
        for (auto i = begin; i < end; ++i)
            if (fates_[i] == Fate::failed || fates_[i] == Fate::canceled)
                return say(Will::no, quoted(plan_[i].name) + " did not succeed");
        auto open = names_of_fate(Fate::open, begin, end);
        if (open.empty()) return say(Will::yes, end == 0 ? "it comes first" : "all previous steps succeeded");
        return say(Will::depends, "if all previous steps succeed", std::move(open));
    }

    Decision judge_failure(std::size_t begin, std::size_t end) const {
        for (auto i = begin; i < end; ++i)
            if (fates_[i] == Fate::failed) return say(Will::yes, quoted(plan_[i].name) + " failed");
        auto open = names_of_fate(Fate::open, begin, end);
        if (open.empty()) return say(Will::no, "no previous step failed");
        return say(Will::depends, "if a previous step fails", std::move(open));
    }

    std::string expression_of_step() const {
        for (auto key : {"Octopus.Step.ConditionVariableExpression", "Octopus.Action.ConditionVariableExpression"})
            if (auto text = property_of(step_.properties, key); !text.empty()) return text;
        return step_.actions.size() == 1 ? action_.property("Octopus.Action.ConditionVariableExpression")
                                         : std::string();
    }

    Decision judge_expression(std::string const& expression, std::size_t end) const {
        bool open = std::ranges::find(fates_.first(end), Fate::open) != fates_.first(end).end();
        std::shared_ptr<variables::Dictionary const> dictionary;
        try {
            dictionary = input_.variables ? input_.variables(at_, outcomes_.first(std::min(end, outcomes_.size())))
                                          : std::make_shared<variables::Dictionary const>();
        } catch (base::Error const& error) {
            auto made = say(Will::yes, "its condition cannot be evaluated");
            made.fails = "its condition cannot be evaluated: " + error.message();
            return made;
        }
        variables::EvaluateOptions options;
        options.now = input_.now;
        options.shared = input_.work.get();
        input_.work->left -= std::min(input_.work->left, dictionary->all().size() * cost_of_known_variable);
        auto found = variables::evaluate(expression, *dictionary, options);
        if (auto unsure = find_unsure(found, open); !unsure.empty())
            return say(Will::depends, "if its condition is true", std::move(unsure));
        auto made = judge_condition(found);
        for (auto variable : found.read)
            made.values_read.push_back(
                {std::string(variable->name), variable->sensitive ? std::nullopt : std::optional(cut(variable->text))});
        return made;
    }

    // Returns the names whose values are known only in the run.
    std::vector<std::string> find_unsure(variables::Evaluated const& found, bool open) const {
        std::vector<std::string> names;
        auto add = [&](std::string_view name) {
            bool unsure = !input_.variables || (open && comes_from_run(name));
            if (unsure && names.size() < max_names_kept) names.emplace_back(name);
        };
        for (auto variable : found.read) add(variable->name);
        for (auto const& name : found.unknown) add(name);
        return names;
    }

    static Decision judge_condition(variables::Evaluated const& found) {
        if (found.refusal != variables::Refusal::none) {
            auto made = say(Will::yes, "its condition cannot be evaluated");
            made.fails = "its condition cannot be evaluated: " + found.refused_because;
            return made;
        }
        if (!found.problem.empty()) return say(Will::no, "its condition is invalid: " + found.problem);
        if (!found.missing.empty() && !found.unknown.empty())
            return say(Will::no, "its condition uses " + quoted(found.unknown.front()) + ", which does not exist");
        if (!found.missing.empty())
            return say(Will::no, "its condition uses " + quoted(found.missing.front()) + ", which has no value");
        return variables::is_truthy(found.text) ? say(Will::yes, "its condition is true")
                                                : say(Will::no, "its condition is false");
    }

    PlanInput const& input_;
    Outcomes outcomes_;
    std::span<PlannedAction const> plan_;
    std::span<Fate const> fates_; // of all earlier actions
    PlannedAction const& at_;
    Step const& step_;
    Action const& action_;
    std::size_t step_begin_; // position of the first action of its step
};

} // namespace

std::vector<PlannedAction> flatten(std::vector<Step> const& steps) {
    std::vector<PlannedAction> plan;
    for (std::size_t s = 0; s < steps.size(); ++s)
        for (std::size_t a = 0; a < steps[s].actions.size(); ++a) {
            auto const& [step, action] = std::tie(steps[s], steps[s].actions[a]);
            auto number = std::to_string(s + 1);
            if (step.actions.size() > 1) number += '.' + std::to_string(a + 1);
            plan.push_back({plan.size(), std::move(number), s, a, step.id, action.id, action.name, step.name});
        }
    return plan;
}

std::string to_json(Decision const& decision) { return schema::to_json(decision); }
Decision parse_decision(std::string_view json) { return schema::read_stored<Decision>(json); }

Decision decide(PlanInput const& input, Outcomes outcomes, std::size_t position) {
    return decide(input, flatten(*input.content), outcomes, position);
}

Decision decide(PlanInput const& input, std::span<PlannedAction const> plan, Outcomes outcomes, std::size_t position) {
    if (position >= plan.size() || outcomes.size() < position)
        throw base::Error(base::Kind::internal, "a decision was requested too early");
    std::vector<Fate> fates;
    for (auto const& outcome : outcomes.first(position)) fates.push_back(fate_of(outcome.state));
    return Judge(input, outcomes, plan, fates, position).decide();
}

std::vector<Decision> preview(PlanInput const& input) {
    auto plan = flatten(*input.content);
    std::vector<Decision> decisions;
    std::vector<Fate> fates;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        decisions.push_back(Judge(input, {}, plan, fates, i).decide());
        fates.push_back(fate_of(decisions.back()));
        decisions.back().values_read = {}; // previews do not show them
    }
    return decisions;
}

} // namespace stepwell::domain
