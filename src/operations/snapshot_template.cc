#include "operations/snapshot_template.h"

#include "base/fold.h"
#include "base/text.h"
#include "operations/snapshot_runbook.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using base::Json;
using store::Session;

namespace {

std::optional<std::string> if_any(std::string text) { return text.empty() ? std::nullopt : std::optional(text); }
bool is_expression(std::string_view text) { return text.find("#{") != std::string_view::npos; }

class Selection {
public:
    Selection(Session& session, std::string const& space_id, std::optional<RunbookSnapshot> const& before)
        : session_(session), space_id_(space_id), before_(before) {}

    void add(Step const& step, Action const& action) {
        for (auto const& reference : primary_first(action)) add(step, action, reference);
        for (auto const& dependency : action.git_dependencies) add(action, base::parse_json(dependency.json));
    }
    Selectable done() { return std::move(all_); }

private:
    // Older clients set the primary package only in the properties.
    static std::vector<PackageReference> primary_first(Action const& action) {
        auto references = action.packages;
        auto is_primary = [](PackageReference const& reference) { return reference.name.empty(); };
        PackageReference primary;
        primary.package = action.property("Octopus.Action.Package.PackageId");
        primary.feed = action.property("Octopus.Action.Package.FeedId");
        if (!primary.package.empty() && std::ranges::none_of(references, is_primary))
            references.insert(references.begin(), std::move(primary));
        return references;
    }
    void add(Step const& step, Action const& action, PackageReference const& reference) {
        auto feed = store::find<Feed>(session_, reference.feed, space_id_);
        auto& row = all_.packages.emplace_back();
        row.step = step.name;
        row.action = action.name;
        row.reference = reference.name;
        row.package = reference.package;
        row.feed = reference.feed;
        row.feed_name = feed ? feed->name : "";
        row.is_resolvable = feed && !is_expression(reference.package);
        row.selected_before = version_before(row);
        row.fixed = if_any(reference.version.value_or(""));
    }
    std::optional<std::string> version_before(TemplatePackage const& row) const {
        if (!before_) return std::nullopt;
        for (auto const& selected : before_->packages)
            if (base::equal_folded(selected.action, row.action) &&
                base::equal_ignoring_case(selected.reference, row.reference))
                return if_any(selected.version);
        return std::nullopt;
    }
    void add(Action const& action, Json const& dependency) {
        auto& row = all_.git_resources.emplace_back();
        row.action = action.name;
        row.name = schema::kind_in(dependency, "Name");
        row.uri = schema::kind_in(dependency, "RepositoryUri");
        row.branch = schema::kind_in(dependency, "DefaultBranch");
        row.credential = if_any(schema::kind_in(dependency, "GitCredentialId"));
        row.is_resolvable = !row.uri.empty() && !is_expression(row.uri);
        auto paths = base::find_member(dependency, "FilePathFilters");
        if (paths && paths->is_array())
            for (auto const& path : paths->get_array())
                if (path.is_string()) row.paths.emplace_back(path.get_string());
        row.selected_before = commit_before(row);
    }
    std::optional<schema::Verbatim> commit_before(TemplateGitResource const& row) const {
        if (!before_) return std::nullopt;
        for (auto const& resource : before_->git_resources) {
            auto const selected = base::parse_json(resource.json);
            auto commit = base::find_member(selected, "GitReferenceResource");
            if (commit && base::equal_folded(schema::kind_in(selected, "ActionName"), row.action) &&
                base::equal_ignoring_case(schema::kind_in(selected, "GitResourceReferenceName"), row.name))
                return schema::Verbatim{base::to_text(*commit)};
        }
        return std::nullopt;
    }

    Session& session_;
    std::string const& space_id_;
    std::optional<RunbookSnapshot> const& before_;
    Selectable all_;
};

} // namespace

Selectable selectable(Session& session, Process const& process, std::optional<RunbookSnapshot> const& before) {
    Selection selection(session, process.space_id, before);
    for (auto const& step : process.steps)
        for (auto const& action : step.actions)
            if (!action.is_disabled) selection.add(step, action);
    return selection.done();
}

SnapshotTemplate snapshot_template(Session& session, RunbookProcess const& process, std::string const& snapshot_id) {
    auto before = snapshot_id.empty()
                      ? find_newest_snapshot(session, process.runbook.value)
                      : std::optional(store::load<RunbookSnapshot>(session, snapshot_id, process.space_id));
    auto [packages, git_resources] = selectable(session, process, before);
    return {process.id,          process.runbook.value,   process.id, made_up_snapshot_name(),
            std::move(packages), std::move(git_resources)};
}

} // namespace stepwell::operations
