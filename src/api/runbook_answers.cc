#include "api/runbook_answers.h"

#include "api/access.h"
#include "api/crud.h"
#include "base/error.h"
#include "operations/live_content.h"
#include "operations/preview_run.h"
#include "operations/runbook_environments.h"
#include "operations/snapshot_differences.h"
#include "operations/snapshot_template.h"
#include "store/contents.h"

namespace stepwell::api {

using base::JsonWriter;
using domain::Environment;
using domain::RunbookSnapshot;
using store::Session;

namespace {

std::string self_link(std::string const& path) {
    std::string links;
    JsonWriter(links).begin_object().member("Self", path).end_object();
    return "\"Links\":" + links;
}

std::string path_of(Runnable const& runnable) {
    auto const& runbook = runnable.runbook;
    auto route = runnable.snapshot ? "/runbookSnapshots/" + runnable.snapshot->id : "/runbooks/" + runbook.id;
    return "/api/" + runbook.space_id + route;
}

operations::SnapshotDifferences drift_of(Session& session, base::KeyRing const& key, Runnable const& runnable) {
    auto const& runbook = runnable.runbook;
    auto snapshot = runnable.snapshot;
    if (!snapshot && !runbook.published_snapshot.empty())
        snapshot = store::find<RunbookSnapshot>(session, runbook.published_snapshot.value);
    if (!snapshot) return {};
    auto now = operations::load_live_content(session, runbook);
    return operations::differences_between(session, key, store::load_content(session, snapshot->content), now, runbook);
}

void write_environment(JsonWriter& to, store::Stored const& stored, std::string const& path) {
    auto environment = store::parse<Environment>(stored);
    to.begin_object().member("Id", environment.id).member("Name", environment.name);
    to.key("Links")
        .begin_object()
        .member("RunbookRunPreview", path + "/runbookRuns/preview/" + environment.id)
        .end_object()
        .end_object();
}

struct PreviewTarget {
    std::string environment;
    std::optional<std::string> tenant;

    static constexpr std::string_view type_name = "PreviewTarget";
    static void describe(auto& field) {
        field("EnvironmentId", &PreviewTarget::environment, schema::required | schema::like("Environments-1"),
              "Environment id.");
        field("TenantId", &PreviewTarget::tenant, schema::plain, "Must be empty: tenants are not supported yet.");
    }
};
struct PreviewTargets {
    std::vector<PreviewTarget> targets;
    bool with_disabled_steps = false;

    static constexpr std::string_view type_name = "PreviewTargets";
    static void describe(auto& field) {
        field("DeploymentPreviews", &PreviewTargets::targets, schema::plain, "Environments to preview.");
        field("IncludeDisabledSteps", &PreviewTargets::with_disabled_steps, schema::plain,
              "Whether disabled steps are included.");
    }
};

std::vector<Environment> load_environments(Call const& call, std::vector<PreviewTarget> const& targets) {
    return call.store().read([&](Session& session) {
        std::vector<Environment> environments;
        base::Problems problems;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            auto at = "DeploymentPreviews[" + std::to_string(i) + "].";
            auto const& noun = domain::noun_of<Environment>();
            auto found = store::find_document(session, noun, targets[i].environment, call.space_id);
            if (!found || !is_visible(call, session, noun, *found))
                problems.push_back({at + "EnvironmentId", "there is no environment '" + targets[i].environment + "'"});
            else
                environments.push_back(store::parse<Environment>(*found));
            auto tenant = targets[i].tenant.value_or("");
            if (!tenant.empty()) problems.push_back({at + "TenantId", "there is no tenant '" + tenant + "'"});
        }
        base::reject_if_any(std::move(problems));
        return environments;
    });
}

} // namespace

net::Response answer_snapshot_template(Call const& call, domain::RunbookProcess const& process) {
    auto asked = call.query.text("runbookSnapshotId").value_or("");
    auto json = schema::to_json(
        call.store().read([&](Session& session) { return operations::snapshot_template(session, process, asked); }));
    return answer_json(200, with_members(json, self_link(call.request.path)));
}

net::Response answer_run_template(Call const& call, Runnable const& runnable) {
    auto path = path_of(runnable);
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", runnable.snapshot ? runnable.snapshot->id : runnable.runbook.id);
    call.store().read_at_once([&](Session& session) {
        to.key("PromoteTo").begin_array();
        for (auto const& stored : operations::runbook_environments(session, runnable.runbook))
            if (is_visible(call, session, domain::noun_of<Environment>(), stored)) write_environment(to, stored, path);
        to.end_array().key("TenantPromotions").raw("[]");
        auto drift = drift_of(session, call.store().key(), runnable);
        auto const& project = runnable.runbook.project.value;
        to.member("IsRunbookProcessModified", drift.in_process());
        to.member("IsVariableSetModified", drift.in_variables_of(project));
        to.member("IsLibraryVariableSetModified", drift.in_library_sets(project));
    });
    to.end_object();
    auto self = path + (runnable.snapshot ? "/runbookRuns/template" : "/runbookRunTemplate");
    return answer_json(200, with_members(json, self_link(self)));
}

net::Response answer_differences(Call const& call, Runnable const& runnable) {
    auto differences =
        call.store().read_at_once([&](Session& session) { return drift_of(session, call.store().key(), runnable); });
    auto self = path_of(runnable) + "/differences";
    return answer_json(200, with_members(schema::to_json(differences), self_link(self)));
}

net::Response answer_preview(Call const& call, Runnable const& runnable) {
    if (call.path.contains("tenant")) store::throw_not_found(call.part("tenant")); // tenants are not supported yet
    auto environment =
        store::parse<Environment>(load_visible(call, domain::noun_of<Environment>(), call.part("environment")));
    auto disabled = call.query.boolean("includeDisabledSteps").value_or(false);
    return answer_json(200,
                       schema::to_json(operations::preview_run(
                           call.store(), {runnable.runbook, std::move(environment), runnable.snapshot, disabled})));
}

schema::Type const& previews_asked() { return schema::type_of<PreviewTargets>(); }

net::Response answer_previews(Call& call, Runnable const& runnable) {
    auto asked = schema::read_as<PreviewTargets>(call.body());
    std::vector<std::string> previews;
    for (auto& environment : load_environments(call, asked.targets))
        previews.push_back(schema::to_json(operations::preview_run(
            call.store(), {runnable.runbook, std::move(environment), runnable.snapshot, asked.with_disabled_steps})));
    return answer_json(200, list_of(previews));
}

} // namespace stepwell::api
