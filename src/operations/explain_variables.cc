#include "operations/explain_variables.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "domain/system_variables.h"
#include "engine/load_referred.h"
#include "operations/live_content.h"
#include "operations/scope_values.h"
#include "store/contents.h"
#include "variables/evaluate.h"
#include "variables/resolve.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

template <class T>
std::optional<T> find_asked(Session& session, std::string const& id, std::string const& space_id, char const* name) {
    if (id.empty()) return std::nullopt;
    auto found = store::find<T>(session, id, space_id);
    if (!found) base::reject(name, "there is no '" + id + "'");
    return found;
}

// The documents of a context, and the frozen or current variables.
struct Look {
    Space space;
    Project project;
    ProjectGroup group;
    std::optional<Runbook> runbook;
    std::optional<Environment> environment;
    std::optional<RunbookSnapshot> snapshot;
    std::optional<RunbookRun> run;
    SnapshotContent content;
    Referred referred; // with empty secrets
    VariableContext asked;

    RunSubjects subjects() const {
        RunSubjects of;
        of.space = &space;
        of.project = &project;
        of.group = &group;
        if (runbook) of.runbook = &*runbook;
        if (environment) of.environment = &*environment;
        if (snapshot) of.snapshot = &*snapshot;
        if (run) of.run = &*run;
        return of;
    }
};

void load_owners(Session& session, Look& look) {
    look.space = store::load<Space>(session, look.project.space_id);
    look.group = store::load<ProjectGroup>(session, look.project.group.value);
}

// Sensitive answers have an empty text: only their existence matters.
Bag<std::string> answers_of(Look const& look) {
    Bag<std::string> answers;
    if (!look.run) return answers;
    answers = look.run->form_values;
    for (auto const& [id, secret] : look.run->sensitive_form_values.items) answers.items.emplace_back(id, "");
    return answers;
}

void load_documents(Session& session, Look& look) {
    look.referred = engine::load_referred(session, look.content, answers_of(look), look.project.space_id, nullptr);
}

Look look_at(Session& session, std::string const& space_id, VariableContext const& asked) {
    Look look;
    look.asked = asked;
    look.snapshot = find_asked<RunbookSnapshot>(session, asked.snapshot, space_id, "snapshot");
    auto runbook_id = look.snapshot ? look.snapshot->runbook.value : asked.runbook;
    look.runbook = find_asked<Runbook>(session, runbook_id, space_id, "runbook");
    auto project =
        find_asked<Project>(session, look.runbook ? look.runbook->project.value : asked.project, space_id, "project");
    if (!project) base::reject("project", "is required");
    look.project = std::move(*project);
    look.environment = find_asked<Environment>(session, asked.environment, space_id, "environment");
    load_owners(session, look);
    if (look.snapshot)
        look.content = store::load_content(session, look.snapshot->content);
    else
        look.content =
            look.runbook ? load_live_content(session, *look.runbook) : load_live_variables(session, look.project.id);
    load_documents(session, look);
    return look;
}

// A run outlives its environment and stores its name.
Environment environment_of(Session& session, RunbookRun const& run) {
    if (auto found = store::find<Environment>(session, run.environment.value)) return std::move(*found);
    Environment deleted;
    deleted.id = run.environment.value;
    deleted.space_id = run.space_id;
    deleted.name = run.environment_name.empty() ? deleted.id : run.environment_name;
    return deleted;
}

Look look_at_run(Session& session, RunbookRun const& run, std::string const& action) {
    Look look;
    look.asked.action = action;
    look.run = run;
    look.project = store::load<Project>(session, run.project.value);
    look.runbook = store::load<Runbook>(session, run.runbook.value);
    look.environment = environment_of(session, run);
    look.snapshot = store::find<RunbookSnapshot>(session, run.snapshot.value);
    load_owners(session, look);
    look.content = store::load_content(session, run.content);
    load_documents(session, look);
    return look;
}

// Returns nullopt if no step was requested, or if no runbook was. Throws Error{invalid} if the runbook has no such
// step.
std::optional<PlannedAction> find_action(Look const& look) {
    if (look.asked.action.empty() || look.content.steps.empty()) return std::nullopt;
    for (auto& action : flatten(look.content))
        if (base::equal_folded(action.action_id, look.asked.action) ||
            base::equal_folded(action.step_id, look.asked.action) || base::equal_folded(action.name, look.asked.action))
            return action;
    base::reject("action", "there is no step '" + look.asked.action + "'");
}

variables::Context context_of(Look const& look, PlannedAction const* action) {
    auto context = domain::context_of(look.subjects(), action);
    if (!look.runbook) context.hold("ProcessOwner", look.project.id);
    if (!action) context.hold("Action", look.asked.action);
    context.hold("Channel", look.asked.channel).hold("Tenant", look.asked.tenant);
    context.hold("Machine", look.asked.machine).hold("Role", look.asked.role);
    if (!action || targets(look.content.steps[action->step_index], look.asked.role))
        context.hold("TargetRole", look.asked.role);
    return context;
}

variables::Resolution resolve(Look const& look) {
    auto all = candidates_of(look.content, answers_of(look), hide);
    for_each_variable(look.content, [&](Variable const& variable, VariableOrigin const& origin) {
        bool is_set = look.content.secret_of(origin.variable_set_id, variable) ||
                      (look.run && look.run->sensitive_form_values.find(variable.id));
        // Includes sensitive variables that were never set.
        if (variable.is_sensitive && !is_set) all.push_back(candidate_of(variable, origin));
    });
    for (auto& known : run_variables(look.subjects())) all.push_back(std::move(known));
    auto action = find_action(look);
    if (action)
        for (auto& known : action_variables(look.content, *action, hide)) all.push_back(std::move(known));
    return domain::resolve(std::move(all), context_of(look, action ? &*action : nullptr), look.referred);
}

// The names of documents in scopes, for display.
class Names {
public:
    Names(Session& session, Look const& look) {
        for (auto const& action : flatten(look.content))
            add(action.action_id, action.name).add(action.step_id, action.step_name);
        auto values = scope_values(session, look.project.id);
        for (auto list : {&values.environments, &values.machines, &values.actions, &values.channels})
            for (auto const& value : *list) add(value.id, value.name);
        for (auto const& process : values.processes) add(process.id, process.name);
        if (look.environment) add(look.environment->id, look.environment->name);
    }
    std::string operator()(std::string const& id) const {
        auto known = names_.find(id);
        return known == names_.end() ? id : "'" + known->second + "'";
    }

private:
    Names& add(std::string const& id, std::string const& name) {
        names_.emplace(id, name);
        return *this;
    }
    base::MapFolded<std::string> names_;
};

// A value that cannot be evaluated is shown as written.
ExplainedValue explained(variables::Explained const& each, variables::Evaluator& evaluator) {
    auto const& candidate = *each.candidate;
    ExplainedValue made;
    made.id = candidate.id;
    made.source = candidate.source;
    made.reason = each.reason;
    made.scope.items = candidate.scope;
    made.is_sensitive = candidate.sensitive;
    if (candidate.sensitive) return made;
    made.value = candidate.text;
    if (!each.wins) return made;
    auto filled = evaluator.brief(*evaluator.dictionary().find(candidate.name));
    made.is_sensitive = filled.sensitive;
    made.value = filled.shown();
    return made;
}

ExplainedVariables explain(Session& session, Look const& look) {
    auto resolution = resolve(look);
    Names const names(session, look);
    std::set<std::string, base::LessFolded> mine;
    for_each_variable(look.content,
                      [&](Variable const& variable, VariableOrigin const&) { mine.insert(variable.name); });
    for (auto winner : resolution.winners())
        if (winner->precedence == variables::Precedence::referred) mine.insert(winner->name);
    ExplainedVariables all;
    variables::SharedWork work;
    variables::Evaluator evaluator(resolution.dictionary(), work);
    for (auto const& name : mine) {
        auto& variable = all.variables.emplace_back();
        variable.name = name;
        for (auto const& each : resolution.explain(name, std::cref(names))) {
            auto value = explained(each, evaluator);
            if (each.wins)
                variable.winner = std::move(value);
            else
                variable.losers.push_back(std::move(value));
        }
        if (resolution.is_tie(name)) all.ties.push_back(name);
    }
    return all;
}

Variable shown(Variable variable, ExplainedValue value) {
    variable.is_sensitive = value.is_sensitive;
    variable.value.text = std::move(value.value);
    return variable;
}

// Returns a variable for a property of the document that a variable refers to.
Variable given_beside(Variable const& variable, variables::Candidate const& property, ExplainedValue value) {
    auto made = shown(variable, std::move(value));
    made.id += property.name.substr(variable.name.size());
    made.name = property.name;
    made.type = property.sensitive ? "Sensitive" : "String";
    made.description.clear();
    made.prompt.reset();
    return made;
}

} // namespace

ExplainedVariables explain_variables(Store& store, std::string const& space_id, VariableContext const& asked) {
    return store.read_at_once([&](Session& session) { return explain(session, look_at(session, space_id, asked)); });
}

ExplainedVariables explain_variables_of_run(Store& store, RunbookRun const& run, std::string const& action) {
    return store.read_at_once([&](Session& session) { return explain(session, look_at_run(session, run, action)); });
}

VariableSet preview_variables(Store& store, std::string const& space_id, VariableContext const& asked) {
    return store.read_at_once([&](Session& session) {
        auto look = look_at(session, space_id, asked);
        auto resolution = resolve(look);
        auto set = store::load<VariableSet>(session, look.project.variable_set);
        set.variables.clear();
        std::map<std::string, Variable const*> known;
        for_each_variable(look.content, [&](Variable const& variable, VariableOrigin const&) {
            known.emplace(variable.id, &variable);
        });
        variables::SharedWork work;
        variables::Evaluator evaluator(resolution.dictionary(), work);
        for (auto winner : resolution.winners())
            if (auto found = known.find(winner->id); found != known.end()) {
                auto value = explained({winner, true, {}}, evaluator);
                bool given = winner->precedence == variables::Precedence::referred;
                set.variables.push_back(given ? given_beside(*found->second, *winner, std::move(value))
                                              : shown(*found->second, std::move(value)));
            }
        return set;
    });
}

} // namespace stepwell::operations
