#include "domain/system_variables.h"

#include "base/fold.h"
#include "base/text.h"

#include <map>

namespace stepwell::domain {

namespace {

using variables::Candidate;
using variables::Precedence;

// Variables with a common prefix: add("Name", x) defines Octopus.Project.Name.
class List {
public:
    explicit List(std::vector<Candidate>& to, std::string prefix) : to_(to), prefix_(std::move(prefix)) {}

    List& add(std::string_view name, std::string value) {
        Candidate made;
        made.name = prefix_ + std::string(name);
        made.text = std::move(value);
        made.source = "the server";
        made.precedence = Precedence::system;
        to_.push_back(std::move(made));
        return *this;
    }
    // Adds a value that the user who starts the run can choose.
    List& add_input(std::string_view name, std::string value) {
        add(name, std::move(value));
        to_.back().input = true;
        return *this;
    }
    template <class Named> List& add_named(Named const& named) {
        return add("Id", named.id).add("Name", named.name).add("Slug", named.slug);
    }

private:
    std::vector<Candidate>& to_;
    std::string prefix_;
};

void add_requester(RunSubjects const& subjects, List list) {
    if (auto user = subjects.requester) {
        list.add("Id", user->id).add("Username", user->username).add_input("DisplayName", user->display_name);
        list.add_input("EmailAddress", user->email.value_or(""));
    } else {
        list.add("Id", subjects.run->deployed_by_id.value_or("")).add("Username", subjects.run->deployed_by);
        list.add("DisplayName", subjects.run->deployed_by);
    }
}

// Defines the variables of a run also with the prefix of deployments, which many scripts use.
void add_run(RunSubjects const& subjects, std::vector<Candidate>& to) {
    auto const& run = *subjects.run;
    for (std::string prefix : {"Octopus.RunbookRun.", "Octopus.Deployment."}) {
        List list(to, prefix);
        list.add("Id", run.id).add("Name", run.name).add_input("Comments", run.comments.value_or(""));
        list.add("Created", base::to_text(run.created)).add("CreatedUtc", base::to_text(run.created));
        list.add("ForcePackageDownload", run.force_package_download ? "True" : "False");
        list.add("Machines", base::join(run.machines, ","));
        list.add("SpecificMachines", base::join(run.specific_machines, ","));
        list.add("ExcludedMachines", base::join(run.excluded_machines, ","));
        add_requester(subjects, List(to, prefix + "CreatedBy."));
    }
}

void add_links(RunSubjects const& subjects, std::vector<Candidate>& to) {
    List list(to, "Octopus.Web.");
    list.add("ServerUri", subjects.server_uri).add("BaseUrl", subjects.server_uri);
    if (!subjects.project) return;
    auto project = "/app#/" + subjects.project->space_id + "/projects/" + subjects.project->id;
    list.add("ProjectLink", project);
    if (auto snapshot = subjects.snapshot)
        list.add("RunbookSnapshotLink",
                 project + "/operations/runbooks/" + snapshot->runbook.value + "/snapshots/" + snapshot->id);
    if (!subjects.task_id.empty())
        list.add("RunbookRunLink", "/app#/" + subjects.project->space_id + "/tasks/" + subjects.task_id);
}

void add_task(RunSubjects const& subjects, std::vector<Candidate>& to) {
    List list(to, "Octopus.Task.");
    list.add("Id", subjects.task_id).add("Name", subjects.task_name);
    if (subjects.queued) list.add("QueueTime", base::to_text(*subjects.queued));
    if (!subjects.run) return;
    if (auto expiry = subjects.run->queue_time_expiry) list.add("QueueTimeExpiry", base::to_text(*expiry));
    list.add("Argument[RunbookRunId]", subjects.run->id);
}

// Bodies are not variables, because scripts read them from a file.
bool is_body(std::string_view key) { return base::starts_ignoring_case(key, "Octopus.Action.Script.ScriptBody"); }

Candidate property_of(PlannedAction const& action, std::string const& key, std::string text) {
    Candidate made;
    made.name = key;
    made.text = std::move(text);
    made.source = "property of step '" + action.name + "'";
    made.scope = {{"Action", {action.action_id}}};
    made.precedence = Precedence::property;
    return made;
}

// Returns the status of a step from the outcomes of its actions.
std::string_view code_of(Outcomes outcomes, std::size_t actions) {
    auto any = [&](OutcomeState state) {
        return std::ranges::find(outcomes, state, &StepOutcome::state) != outcomes.end();
    };
    if (outcomes.empty()) return "Pending";
    if (any(OutcomeState::failed) || any(OutcomeState::unknown)) return "Failed";
    if (any(OutcomeState::canceled)) return "Canceled";
    if (outcomes.size() < actions) return "Running";
    return any(OutcomeState::succeeded) ? "Succeeded" : "Skipped";
}

bool went_wrong(StepOutcome const& outcome) {
    return outcome.state != OutcomeState::succeeded && outcome.state != OutcomeState::skipped;
}

void add_status(Step const& step, Outcomes outcomes, std::vector<Candidate>& to) {
    List list(to, "Octopus.Step[" + step.name + "].Status.");
    list.add("Code", std::string(code_of(outcomes, step.actions.size())));
    auto wrong = std::ranges::find_if(outcomes, went_wrong);
    if (wrong == outcomes.end()) return;
    list.add("Error", wrong->message).add("ErrorDetail", wrong->message);
}

void add_outcome(std::string const& name, StepOutcome const& outcome, std::vector<Candidate>& to) {
    List about(to, "Octopus.Action[" + name + "].");
    about.add("IsSkipped", outcome.state == OutcomeState::skipped ? "True" : "False");
    if (went_wrong(outcome)) about.add("Status.Error", outcome.message).add("Status.ErrorDetail", outcome.message);
    // Without the name of a target, the value of the last target applies.
    std::map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < outcome.outputs.size(); ++i) last[outcome.outputs[i].name] = i;
    for (std::size_t i = 0; i < outcome.outputs.size(); ++i) {
        auto const& output = outcome.outputs[i];
        auto add = [&](std::string const& list) {
            about.add(list + "." + output.name, output.value);
            to.back().sensitive = output.sensitive;
            to.back().source = "output of step '" + name + "'";
        };
        if (!output.target.empty()) add("Output[" + output.target + "]");
        if (last[output.name] == i) add("Output");
    }
}

} // namespace

std::vector<Candidate> run_variables(RunSubjects const& subjects) {
    std::vector<Candidate> all;
    if (auto space = subjects.space) List(all, "Octopus.Space.").add_named(*space);
    if (auto group = subjects.group) List(all, "Octopus.ProjectGroup.").add_named(*group);
    if (auto project = subjects.project) List(all, "Octopus.Project.").add_named(*project);
    if (auto runbook = subjects.runbook) List(all, "Octopus.Runbook.").add_named(*runbook);
    if (auto environment = subjects.environment)
        List(all, "Octopus.Environment.")
            .add_named(*environment)
            .add("SortOrder", std::to_string(environment->sort_order));
    if (auto snapshot = subjects.snapshot)
        List(all, "Octopus.RunbookSnapshot.")
            .add("Id", snapshot->id)
            .add("Name", snapshot->name)
            .add("Notes", snapshot->notes.value_or(""));
    if (subjects.run) add_run(subjects, all);
    add_task(subjects, all);
    add_links(subjects, all);
    return all;
}

std::vector<Candidate> action_variables(SnapshotContent const& content, PlannedAction const& action,
                                        Reveal const& reveal) {
    std::vector<Candidate> all;
    auto const& step = content.steps[action.step_index];
    auto const& given = step.actions[action.action_index];
    List(all, "Octopus.Action.")
        .add("Id", action.action_id)
        .add("Name", action.name)
        .add("Number", action.number)
        .add("IsSkipped", "False");
    List(all, "Octopus.Step.")
        .add("Id", action.step_id)
        .add("Name", action.step_name)
        .add("Number", std::to_string(action.step_index + 1));
    for (auto const& [key, value] : given.properties.items) {
        if (auto text = std::get_if<std::string>(&value)) {
            if (!is_body(key)) all.push_back(property_of(action, key, *text));
        } else if (auto number = content.secret_of(step, given, key)) {
            all.push_back(property_of(action, key, reveal(*number)));
            all.back().sensitive = true;
        }
    }
    for (auto const& [key, value] : step.properties.items)
        if (auto text = std::get_if<std::string>(&value)) all.push_back(property_of(action, key, *text));
    return all;
}

std::vector<Candidate> outcome_variables(SnapshotContent const& content, Outcomes outcomes, std::string_view error) {
    std::vector<Candidate> all;
    std::string detail;
    for (auto const& step : content.steps) {
        auto of_step = outcomes.first(std::min(step.actions.size(), outcomes.size()));
        outcomes = outcomes.subspan(of_step.size());
        for (std::size_t i = 0; i < of_step.size(); ++i) {
            add_outcome(step.actions[i].name, of_step[i], all);
            if (went_wrong(of_step[i])) detail += step.actions[i].name + ": " + of_step[i].message + '\n';
        }
        add_status(step, of_step, all);
    }
    if (!error.empty())
        List(all, "Octopus.Deployment.")
            .add("Error", std::string(error))
            .add("ErrorDetail", std::string(base::trim(detail)));
    return all;
}

bool targets(Step const& step, std::string_view tag) {
    auto roles = step.properties.find("Octopus.Action.TargetRoles");
    auto text = roles ? std::get_if<std::string>(roles) : nullptr;
    if (!text) return false;
    auto is_it = [&](std::string_view role) { return base::equal_folded(base::trim(role), tag); };
    return std::ranges::any_of(base::split(*text, ','), is_it);
}

variables::Context context_of(RunSubjects const& subjects, PlannedAction const* action) {
    variables::Context context;
    if (subjects.environment) context.hold("Environment", subjects.environment->id);
    if (subjects.runbook) context.hold("ProcessOwner", subjects.runbook->id);
    if (subjects.project) context.hold("Project", subjects.project->id);
    if (action) context.hold("Action", action->action_id).hold("Action", action->step_id);
    return context;
}

} // namespace stepwell::domain
