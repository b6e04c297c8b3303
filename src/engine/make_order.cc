#include "engine/make_order.h"

#include "base/error.h"
#include "base/log.h"
#include "domain/lint_members.h"
#include "domain/lint_steps.h"
#include "domain/lint_variables.h"
#include "domain/mentions.h"
#include "domain/script_action.h"
#include "domain/script_modules.h"
#include "engine/print_variables.h"
#include "engine/step_evaluator.h"
#include "store/secrets.h"

namespace stepwell::engine {

using namespace domain;

namespace {

Action const& action_of(Subjects const& subjects, PlannedAction const& planned) {
    return subjects.content->steps[planned.step_index].actions[planned.action_index];
}

RunSubjects subjects_of(store::Task const& task, Subjects const& subjects, std::string const& server_uri) {
    auto of = known_of(subjects);
    of.task_id = task.id;
    of.task_name = task.name;
    of.queued = task.queued;
    of.server_uri = server_uri;
    return of;
}

run::Syntax syntax_of(ScriptAction const& script) {
    return script.syntax == ScriptSyntax::python ? run::Syntax::python : run::Syntax::bash;
}

// Expands `#{…}` in script text. Text without a value, or that does not parse, stays as written.
variables::Evaluated expand(std::string_view text, StepEvaluator& evaluator) {
    auto expanded = evaluator.text(text, true);
    if (expanded.refusal != variables::Refusal::none)
        throw base::Error(base::Kind::invalid, "its script cannot be evaluated: " + expanded.refused_because);
    if (!expanded.missing.empty() && evaluator.is_on("OctopusShouldFailDeploymentOnSubstitutionFails"))
        throw base::Error(base::Kind::invalid, "its script cannot be evaluated: " + expanded.error());
    return expanded;
}

constexpr std::size_t max_value_bytes = 16u << 20;

// Masks a secret, and also the secret without surrounding blanks, which shells drop.
void hide_in(run::Script& script, std::string const& secret) {
    script.sensitive.push_back(secret);
    if (auto bare = base::trim(secret); bare.size() < secret.size()) script.sensitive.emplace_back(bare);
}

// Returns true if a text that a secret is part of must be masked. Short texts may only depend on whether the secret
// exists.
bool is_secret(variables::Evaluated const& evaluated) {
    constexpr std::size_t shortest = 8;
    return evaluated.sensitive && evaluated.complete() && evaluated.text.size() >= shortest;
}

// Expands a text for the script. Masks the values that it extracts from secrets, such as #{Login.pw} of a secret in
// JSON.
std::string expand_for(run::Script& script, std::string_view text, StepEvaluator& evaluator) {
    auto expanded = expand(text, evaluator);
    if (auto input = evaluator.is_strict() ? expanded.input() : nullptr)
        base::reject("Variables." + std::string(input->name),
                     "must not be inserted into the script, because StrictInputs of the runbook is on. Read it in the "
                     "script instead: get_octopusvariable \"" +
                         std::string(input->name) + "\"");
    if (!expanded.sensitive) return std::move(expanded.text);
    for (auto const& name : variables::names_in(text, true)) {
        auto part = evaluator.brief("#{" + name + "}");
        if (is_secret(part)) hide_in(script, part.text);
    }
    return std::move(expanded.text);
}

// A value that cannot be evaluated is passed to the script as written. Most scripts read only a few values.
void add_values(run::Script& script, StepEvaluator& evaluator) {
    std::size_t total = 0;
    for (auto const& variable : evaluator.dictionary().all()) {
        if (is_of_script_module(variable.name)) continue;
        auto evaluated = evaluator.value(variable);
        if (evaluated.is_null) continue;
        total += evaluated.text.size();
        if (total > max_value_bytes)
            base::reject("Variables." + std::string(variable.name),
                         "makes the variables of this run exceed 16 MiB. Shorten some variables");
        if (variable.sensitive || is_secret(evaluated)) hide_in(script, evaluated.text);
        script.values.emplace_back(variable.name, std::move(evaluated.text));
    }
}

// Looks up settings of an action in the variables.
Lookup settings_in(StepEvaluator& evaluator) {
    return [&evaluator](std::string_view name) -> std::optional<std::string> {
        auto variable = evaluator.dictionary().find(name);
        if (!variable) return std::nullopt;
        auto evaluated = evaluator.value(*variable);
        if (evaluated.refusal != variables::Refusal::none)
            throw base::Error(base::Kind::invalid,
                              std::string(name) + " cannot be evaluated: " + evaluated.refused_because);
        return std::move(evaluated.text);
    };
}

// Adds the modules in the script's language. Adds a remark to the log for modules in languages that this server cannot
// run.
void add_modules(run::Script& script, StepEvaluator& evaluator) {
    auto wanted = script.syntax == run::Syntax::python ? ScriptSyntax::python : ScriptSyntax::bash;
    for (auto const& module : script_modules_in(evaluator.dictionary())) {
        auto syntax = module.syntax();
        if (!syntax || !can_run(*syntax))
            script.remarks.push_back("The script module '" + module.name + "' is written in " + module.language +
                                     ", which is not supported on this server.");
        if (syntax != wanted) continue;
        auto const extension = wanted == ScriptSyntax::python ? ".py" : ".sh";
        if (!module.wished_file.empty())
            script.remarks.push_back("The script module '" + module.name + "' is available as " + module.file +
                                     extension + ", because " + module.wished_file + extension +
                                     " is the file of another module.");
        auto text = expand_for(script, module.body->text, evaluator);
        if (module.body->sensitive) script.sensitive.push_back(text);
        script.modules.push_back({module.file + extension, std::move(text)});
    }
}

Mentions mentions_of(variables::Resolution const& resolution, Action const& action) {
    auto all = resolution.dictionary().all();
    std::vector<variables::Variable> values(all.begin(), all.end());
    std::vector<std::string_view> scripts;
    for (auto const& [key, value] : action.properties.items)
        if (auto text = std::get_if<std::string>(&value)) {
            scripts.push_back(*text);
            values.push_back({key, *text}); // bodies are not variables
        }
    for (auto const& value : all)
        if (is_of_script_module(value.name)) scripts.push_back(value.text);
    return {std::move(values), scripts};
}

// Throws if the step needs a broken reference: since the run was accepted, a document may have been deleted or limited
// to other environments. Returns remarks on broken references that the step does not need.
std::vector<std::string> refuse_faults(variables::Resolution const& resolution, Subjects const& subjects,
                                       PlannedAction const& action) {
    std::vector<std::string> remarks;
    if (!refers(*subjects.content)) return remarks;
    auto context = context_of(known_of(subjects), &action);
    std::optional<Mentions> mentions;
    for (auto const& fault : find_faults(resolution, subjects.referred, context, subjects.environment.name)) {
        if (!mentions) mentions.emplace(mentions_of(resolution, action_of(subjects, action)));
        if (mentions->may_need(fault.value->name)) throw base::Error(base::Kind::invalid, fault.message);
        remarks.push_back("Not needed here: " + fault.message + ".");
    }
    return remarks;
}

// The log of the first step lists the settings of the runbook and the options of the run that have no effect.
void add_remarks(run::Script& script, Subjects const& subjects) {
    auto add = [&](Noun const& noun, Document const& object, char const* whose) {
        for (auto& lint : lint_members(noun, object))
            script.remarks.push_back(lint.path + " of the " + whose + " " + lint.message + ".");
    };
    add(noun_of<Runbook>(), subjects.runbook, "runbook");
    add(noun_of<RunbookRun>(), subjects.run, "run");
    for_each_variable(*subjects.content, [&](Variable const& variable, VariableOrigin const&) {
        if (auto fault = find_fault_of_property(variable)) script.remarks.push_back(*fault + ".");
    });
}

} // namespace

base::BoxKeys box_keys_of(base::SecretKey const& key, run::Ticket const& ticket) {
    return base::box_keys_from(key.derive("ticket " + ticket));
}

namespace {

variables::Resolution resolve_with(RunContext const& run, PlannedAction const* action, Outcomes outcomes,
                                   std::string const& error) {
    auto const& subjects = run.subjects;
    return run.store.read([&](store::Session& session) {
        Reveal reveal = [&](std::int64_t number) { return store::reveal_secret(session, run.store.key(), number); };
        auto of = subjects_of(run.task, subjects, run.server_uri);
        auto answers = subjects.run.form_values;
        answers.items.insert(answers.items.end(), subjects.secret_answers.items.begin(),
                             subjects.secret_answers.items.end());
        auto all = candidates_of(*subjects.content, answers, reveal);
        auto add = [&](std::vector<variables::Candidate> more) {
            all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
        };
        add(run_variables(of));
        if (action) add(action_variables(*subjects.content, *action, reveal));
        add(outcome_variables(*subjects.content, outcomes, error));
        return domain::resolve(std::move(all), context_of(of, action), subjects.referred);
    });
}

} // namespace

variables::Resolution resolve_for(ActionContext const& context) {
    return resolve_with(context.run, &context.action, context.outcomes, context.error);
}

variables::Resolution resolve_for(RunContext const& context, Outcomes outcomes) {
    return resolve_with(context, nullptr, outcomes, {});
}

bool fails_on_error_output(ActionContext const& context) try {
    auto resolution = resolve_for(context);
    StepEvaluator evaluator(resolution, false);
    auto view = read_script(action_of(context.run.subjects, context.action), settings_in(evaluator));
    return view.script.fail_on_error_output || !view.problems.empty();
} catch (base::Error const& problem) {
    base::log_warning("{}: whether error output fails step {} cannot be evaluated: {}", context.run.task.id,
                      context.action.number, problem.message());
    return true;
}

run::Order make_order(ActionContext const& context, run::Ticket const& ticket) {
    auto const& [run, action, outcomes, error] = context;
    auto const& subjects = run.subjects;
    auto resolution = resolve_for(context);
    run::Order order;
    order.script.remarks = refuse_faults(resolution, subjects, action);
    StepEvaluator evaluator(resolution, subjects.runbook.strict_inputs);
    add_values(order.script, evaluator); // first, so that an error can name the most expensive of them
    auto const lookup = settings_in(evaluator);
    auto const& step = subjects.content->steps[action.step_index];
    auto const& given = action_of(subjects, action);
    if (auto obstacle = find_obstacle(step, given, lookup)) throw base::Error(base::Kind::invalid, *obstacle);
    auto const view = read_script(given, lookup);
    order.ticket = ticket;
    order.script.syntax = syntax_of(view.script);
    order.script.body = expand_for(order.script, view.script.body, evaluator);
    order.script.parameters = expand_for(order.script, view.script.parameters, evaluator);
    for (auto& lint : lint_action(step, given, {}, {})) order.script.remarks.push_back(std::move(lint.message));
    if (action.position == 0) add_remarks(order.script, subjects);
    print_variables(order.script, evaluator, subjects.run);
    add_modules(order.script, evaluator);
    order.limits.timeout = std::chrono::minutes(view.script.timeout_minutes);
    order.box_public_key = box_keys_of(run.store.key().current(), ticket).public_key;
    return order;
}

void check_values(RunContext const& context) {
    auto actions = flatten(*context.subjects.content);
    if (actions.empty()) return;
    auto resolution = resolve_with(context, &actions.front(), {}, {});
    StepEvaluator evaluator(resolution, context.subjects.runbook.strict_inputs);
    run::Script script;
    add_values(script, evaluator);
}

run::Order make_order_again(ActionContext const& context, run::Ticket const& ticket) try {
    return make_order(context, ticket);
} catch (base::Error const& problem) {
    base::log_warning("ticket {} cannot be ordered again: {}", ticket, problem.message());
    return {};
}

} // namespace stepwell::engine
