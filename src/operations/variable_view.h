// Variables as they count from one point of view: which of their values, and what the server itself knows there.
#pragma once
#include "domain/content.h"
#include "domain/system_variables.h"
#include "operations/documents.h"
#include "variables/resolve.h"

namespace stepwell::operations {

// Where values are looked at from; what is empty is not known, and no value scoped by it counts. Of run, snapshot,
// runbook and project the first that is given says which variables; a project's are those it has now.
struct VariableContext {
    std::string project, runbook, environment, channel, tenant, action, machine, role, snapshot, run;
};

class VariableView {
public:
    // Throws Error{invalid} that names what there is not, or is of another project.
    VariableView(store::Session& session, std::string const& space_id, VariableContext const& asked);

    domain::Project const& project() const { return *project_; }
    // The project's own, whether they count or not.
    std::vector<domain::Variable> const& variables() const { return content_.variables; }
    std::string const& variable_set() const { return content_.variable_set_id; }
    std::int64_t variable_set_version() const { return content_.variable_set_version; }
    // Sensitive values are there without their texts, which are never revealed.
    variables::Resolution resolve() const;

private:
    void load_subjects(store::Session& session, std::string const& space_id);
    void load_content(store::Session& session);
    void find_action();
    // Of the run; sensitive ones empty.
    domain::Bag<std::string> answers() const;
    std::vector<variables::Candidate> candidates() const;
    variables::Context context() const;
    domain::RunSubjects subjects() const;

    VariableContext asked_;
    domain::Space space_;
    std::optional<domain::ProjectGroup> group_;
    std::optional<domain::Project> project_;
    std::optional<domain::Runbook> runbook_;
    std::optional<domain::RunbookSnapshot> snapshot_;
    std::optional<domain::RunbookRun> run_;
    std::optional<domain::Environment> environment_;
    domain::SnapshotContent content_;
    std::optional<domain::PlannedAction> action_;
};

} // namespace stepwell::operations
