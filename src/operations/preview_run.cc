#include "operations/preview_run.h"

#include "base/text.h"
#include "domain/system_variables.h"
#include "engine/load_referred.h"
#include "operations/live_content.h"
#include "operations/pickers.h"
#include "store/contents.h"
#include "store/secrets.h"
#include "variables/evaluate.h"
#include "variables/resolve.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// The values that all actions of a preview share, resolved once.
class CommonValues {
public:
    CommonValues(std::vector<variables::Candidate> values, variables::Context const& context, Referred const& referred)
        : values_(std::move(values)), referred_(referred),
          differ_(std::ranges::any_of(values_, [](auto const& value) { return is_for_actions(value.scope); })),
          resolution_(domain::resolve(differ_ ? std::vector<variables::Candidate>() : values_, context, referred)) {}

    // Returns the variables that an action sees, including its own.
    std::shared_ptr<variables::Dictionary const> with(std::vector<variables::Candidate> own,
                                                      variables::Context context) const {
        if (differ_) {
            own.insert(own.begin(), values_.begin(), values_.end());
            auto resolution =
                std::make_shared<variables::Resolution>(domain::resolve(std::move(own), std::move(context), referred_));
            return {resolution, &resolution->dictionary()};
        }
        auto seen = std::make_shared<Seen>(variables::resolve(std::move(own), std::move(context)));
        auto const& common = resolution_.dictionary();
        std::vector<bool> hidden(common.all().size());
        std::vector<variables::Variable> mine;
        for (auto const& variable : seen->own.dictionary().all()) {
            auto other = resolution_.find(variable.name);
            if (other && other->precedence >= seen->own.find(variable.name)->precedence) continue;
            if (other) hidden[common.number_of(*common.find(variable.name))] = true;
            mine.push_back(variable);
        }
        std::vector<variables::Variable> all;
        all.reserve(hidden.size() + mine.size());
        for (std::size_t i = 0; i < hidden.size(); ++i)
            if (!hidden[i]) all.push_back(common.all()[i]);
        all.insert(all.end(), mine.begin(), mine.end());
        seen->dictionary = variables::Dictionary(std::move(all));
        return {seen, &seen->dictionary};
    }

private:
    struct Seen {
        variables::Resolution own;
        variables::Dictionary dictionary;

        explicit Seen(variables::Resolution resolution) : own(std::move(resolution)) {}
    };
    static bool is_for_actions(variables::Scope const& scope) {
        return std::ranges::any_of(scope, [](auto const& part) {
            return base::equal_ignoring_case(part.first, "Action") && !part.second.empty();
        });
    }

    std::vector<variables::Candidate> values_;
    Referred const& referred_;
    bool differ_; // some values are scoped to actions
    variables::Resolution resolution_;
};

class Previewing {
public:
    Previewing(Store& store, Session& session, PreviewRequest const& request)
        : store_(store), session_(session), request_(request) {
        space_ = store::load<Space>(session, request.runbook.space_id);
        project_ = store::load<Project>(session, request.runbook.project.value);
        group_ = store::load<ProjectGroup>(session, project_.group.value);
        content_ = request.snapshot ? store::load_content(session, request.snapshot->content)
                                    : load_live_content(session, request.runbook);
        referred_ = engine::load_referred(session, content_, {}, space_.id, &store.key());
    }

    RunPreview make() {
        RunPreview made;
        auto planned = flatten(content_);
        auto decisions = preview(input());
        for (auto const& action : planned)
            if (request_.with_disabled_steps || !action_of(action).is_disabled)
                made.steps.push_back(step_of(action, std::move(decisions[action.position])));
        auto mode = request_.runbook.guided_failure;
        made.guided_failure = mode == GuidedFailureMode::environment_default ? request_.environment.use_guided_failure
                                                                             : mode == GuidedFailureMode::on;
        made.form = form();
        return made;
    }

private:
    Action const& action_of(PlannedAction const& planned) const {
        return content_.steps[planned.step_index].actions[planned.action_index];
    }

    RunSubjects subjects() const {
        RunSubjects of;
        of.space = &space_;
        of.group = &group_;
        of.project = &project_;
        of.runbook = &request_.runbook;
        of.environment = &request_.environment;
        if (request_.snapshot) of.snapshot = &*request_.snapshot;
        return of;
    }

    PlanInput input() {
        PlanInput input;
        input.content = &content_;
        input.options.environment_id = request_.environment.id;
        input.now = store_.clock().now();
        input.variables = [this](PlannedAction const& action, Outcomes) { return variables_for(action); };
        return input;
    }

    std::shared_ptr<variables::Dictionary const> variables_for(PlannedAction const& action) {
        auto of_action = action_variables(content_, action, reveal());
        auto context = context_of(subjects(), &action);
        if (!common_) common_.emplace(common_values(), context_of(subjects(), nullptr), referred_);
        return common_->with(std::move(of_action), std::move(context));
    }
    std::vector<variables::Candidate> common_values() {
        auto all = candidates_of(content_, {}, reveal());
        for (auto&& more : {run_variables(subjects()), outcome_variables(content_, {}, {})})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    Reveal reveal() {
        return [this](std::int64_t number) { return store::reveal_secret(session_, store_.key(), number); };
    }

    PreviewStep step_of(PlannedAction const& planned, Decision decision) const {
        auto const& action = action_of(planned);
        PreviewStep step;
        step.action_id = action.id;
        step.action_name = action.name;
        step.action_number = planned.number;
        auto roles = content_.steps[planned.step_index].properties.find("Octopus.Action.TargetRoles");
        if (auto text = roles ? std::get_if<std::string>(roles) : nullptr)
            for (auto role : base::split(*text, ','))
                if (!base::trim(role).empty()) step.roles.emplace_back(base::trim(role));
        step.no_applicable_machines = !step.roles.empty();
        step.can_be_skipped = !action.is_required;
        step.is_disabled = action.is_disabled;
        step.decision = {decision.will, std::move(decision.reason), std::move(decision.fails),
                         std::move(decision.depends_on)};
        return step;
    }

    Form form() {
        Form form;
        auto prompts = prompts_of(content_, context_of(subjects(), nullptr));
        if (prompts.empty()) return form;
        auto known = known_before();
        variables::SharedWork work;
        variables::Evaluator evaluator(known.dictionary(), work);
        for (auto& [variable, asked, rules, secret] : prompts) {
            auto& element = form.elements.emplace_back();
            element.name = variable->id;
            element.is_value_required = asked.required;
            element.control.name = variable->name;
            element.control.label = std::move(asked.label);
            element.control.description = std::move(asked.description);
            element.control.is_secure = variable->is_sensitive;
            element.control.required = asked.required;
            element.control.display_settings = with_names(std::move(asked.display_settings), rules.kind);
            form.values.items.emplace_back(variable->id, default_of(*variable, evaluator));
        }
        return form;
    }

    // Returns the values that are known before a run is requested.
    variables::Resolution known_before() const {
        auto all = candidates_of(content_, {}, hide);
        for (auto& more : run_variables(subjects())) all.push_back(std::move(more));
        return domain::resolve(std::move(all), context_of(subjects(), nullptr), referred_);
    }

    // A default that contains a secret is not shown.
    static std::optional<std::string> default_of(Variable const& variable, variables::Evaluator& evaluator) {
        if (variable.is_sensitive) return std::nullopt;
        return evaluator.brief(variable.value.text.value_or("")).shown();
    }

    // Shows pickers as a Select, which all clients support.
    Bag<std::string> with_names(Bag<std::string> settings, AnswerKind kind) {
        if (!picks_by_name(kind)) return settings;
        std::erase_if(settings.items, [](auto const& each) {
            return base::equal_ignoring_case(each.first, "Octopus.SelectOptions") ||
                   base::equal_ignoring_case(each.first, "Octopus.ControlType");
        });
        auto const& names = pickers_.names(kind);
        settings.items.emplace_back("Octopus.ControlType", "Select");
        settings.items.emplace_back("Octopus.SelectOptions", base::join(names, "\n"));
        return settings;
    }

    Store& store_;
    Session& session_;
    PreviewRequest const& request_;
    Space space_;
    Project project_;
    ProjectGroup group_;
    SnapshotContent content_;
    Referred referred_;
    std::optional<CommonValues> common_;
    Pickers pickers_{session_, space_.id};
};

} // namespace

RunPreview preview_run(Store& store, PreviewRequest const& request) {
    return store.read_at_once([&](Session& session) { return Previewing(store, session, request).make(); });
}

} // namespace stepwell::operations
