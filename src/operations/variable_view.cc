#include "operations/variable_view.h"

#include "base/error.h"
#include "operations/frozen.h"
#include "operations/live_content.h"

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

// What another part of the question says already must agree with it.
void follow(std::string& asked, std::string const& known, char const* name) {
    if (!asked.empty() && !base::equal_ignoring_case(asked, known))
        base::reject(name, "'" + asked + "' is another one than '" + known + "'");
    asked = known;
}

} // namespace

VariableView::VariableView(Session& session, std::string const& space_id, VariableContext const& asked)
    : asked_(asked) {
    load_subjects(session, space_id);
    load_content(session);
    find_action();
}

void VariableView::load_subjects(Session& session, std::string const& space_id) {
    if ((run_ = find_asked<RunbookRun>(session, asked_.run, space_id, "run"))) {
        asked_.snapshot.clear(); // it may be gone, and its variables may have been updated
        follow(asked_.runbook, run_->runbook.value, "runbook");
        follow(asked_.environment, run_->environment.value, "environment");
    }
    if ((snapshot_ = find_asked<RunbookSnapshot>(session, asked_.snapshot, space_id, "snapshot")))
        follow(asked_.runbook, snapshot_->runbook.value, "runbook");
    if ((runbook_ = find_asked<Runbook>(session, asked_.runbook, space_id, "runbook")))
        follow(asked_.project, runbook_->project.value, "project");
    project_ = find_asked<Project>(session, asked_.project, space_id, "project");
    if (!project_) base::reject("project", "is required");
    environment_ = find_asked<Environment>(session, asked_.environment, space_id, "environment");
    space_ = store::load<Space>(session, project_->space_id);
    group_ = store::find<ProjectGroup>(session, project_->group.value);
}

void VariableView::load_content(Session& session) {
    if (run_ || snapshot_) {
        content_ = operations::load_content(session, run_ ? run_->content : snapshot_->content);
    } else if (runbook_) {
        content_ = load_live_content(session, *runbook_);
    } else {
        auto set = store::load<VariableSet>(session, project_->variable_set);
        content_ = freeze(RunbookProcess(), set, pinned_secrets(session, set.id));
    }
}

// Also by the id of its step. One of another process may be asked for too: its properties are not looked at then.
void VariableView::find_action() {
    for (auto& planned : flatten(content_.steps))
        if (base::equal_ignoring_case(planned.action_id, asked_.action) ||
            base::equal_ignoring_case(planned.step_id, asked_.action)) {
            action_ = std::move(planned);
            return;
        }
}

RunSubjects VariableView::subjects() const {
    RunSubjects of;
    of.space = &space_;
    of.project = &*project_;
    if (group_) of.group = &*group_;
    if (runbook_) of.runbook = &*runbook_;
    if (snapshot_) of.snapshot = &*snapshot_;
    if (run_) of.run = &*run_;
    if (environment_) of.environment = &*environment_;
    if (run_) of.task_id = run_->task;
    return of;
}

Bag<std::string> VariableView::answers() const {
    Bag<std::string> all;
    if (!run_) return all;
    all = run_->form_values;
    for (auto const& [id, value] : run_->sensitive_form_values.items) all.items.emplace_back(id, "");
    return all;
}

std::vector<variables::Candidate> VariableView::candidates() const {
    auto all = candidates_of(content_, answers(), hide);
    for_each_variable(content_, [&](Variable const& variable, VariableOrigin const& origin) {
        bool is_set = content_.secret_of(variable) || (run_ && run_->sensitive_form_values.find(variable.id));
        // One that was never set counts all the same.
        if (variable.is_sensitive && !is_set) all.push_back(candidate_of(variable, origin));
    });
    for (auto&& known : run_variables(subjects())) all.push_back(std::move(known));
    if (action_)
        for (auto&& known : action_variables(content_, *action_, hide)) all.push_back(std::move(known));
    return all;
}

variables::Context VariableView::context() const {
    auto context = context_of(subjects(), action_ ? &*action_ : nullptr);
    if (!runbook_) context.hold("ProcessOwner", project_->id);
    context.hold("Channel", asked_.channel).hold("Tenant", asked_.tenant).hold("Action", asked_.action);
    context.hold("Machine", asked_.machine).hold("Role", asked_.role).hold("TargetRole", asked_.role);
    return context;
}

variables::Resolution VariableView::resolve() const { return variables::resolve(candidates(), context()); }

} // namespace stepwell::operations
