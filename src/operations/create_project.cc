#include "operations/create_project.h"

#include "base/error.h"
#include "base/text.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

ProjectParts first_parts(Store& store) {
    ProjectParts parts;
    auto& channel = parts.channels.emplace_back();
    channel.id = store.next_id(Channel::prefix);
    channel.name = "Default";
    channel.is_default = true;
    return parts;
}

// Adds the parts of a project to its change. Owners precede the documents that they own.
class PartsBuilder {
public:
    PartsBuilder(ChangeContext const& context, Project const& project, Change& change)
        : context_(context), project_(project), change_(change) {}

    void add_all(ProjectParts parts) {
        parts.process.project.value = parts.variables.owner_id = project_.id;
        parts.process.id = project_.deployment_process;
        parts.variables.id = project_.variable_set;
        add(parts.process);
        add(parts.variables);
        for (auto& channel : parts.channels) add_named(channel);
        for (auto& each : parts.runbooks) add_runbook(each);
    }

private:
    template <class T> void add(T& object, ChosenValues chosen = {}) {
        object.space_id = project_.space_id;
        change_.insert(store::draft_of(context_.store, context_.caller.actor, object), chosen);
    }
    template <class T> void add_named(T& object) {
        object.project.value = project_.id;
        object.slug = free_slug(noun_of<T>(), object.name);
        add(object, {.slug = true, .sort_order = {}});
    }
    void add_runbook(ProjectParts::RunbookParts& parts) {
        parts.runbook.process = "RunbookProcess-" + parts.runbook.id;
        add_named(parts.runbook);
        parts.process.id = parts.runbook.process;
        parts.process.project.value = project_.id;
        parts.process.runbook.value = parts.runbook.id;
        add(parts.process);
    }
    // Returns a slug that is not used in the space or by the documents to be added.
    std::string free_slug(Noun const& noun, std::string const& name) {
        auto wanted = base::slug_of(name), slug = wanted;
        auto is_taken = [&] {
            return taken_.contains({&noun, slug}) ||
                   !store::find_candidates(context_.session, noun, slug, project_.space_id).empty();
        };
        for (int n = 1; is_taken(); ++n) slug = wanted + '-' + std::to_string(n);
        taken_.insert({&noun, slug});
        return slug;
    }

    ChangeContext const& context_;
    Project const& project_;
    Change& change_;
    std::set<std::pair<Noun const*, std::string>> taken_;
};

} // namespace

void give_ids(Store& store, Project& project) {
    if (project.id.empty()) project.id = store.next_id(Project::prefix);
    project.variable_set = "variableset-" + project.id;
    project.deployment_process = "deploymentprocess-" + project.id;
}

void add_parts(ChangeContext const& context, Project const& project, ProjectParts parts, Change& change) {
    PartsBuilder(context, project, change).add_all(std::move(parts));
}

namespace {

template <class T>
void check_own(Session& session, Id<T> const& next, Id<T> const* before, std::string const& project_id,
               std::string_view path, base::Problems& problems) {
    if (next.empty() || (before && *before == next)) return;
    auto const part = store::find<T>(session, next.value);
    if (part && base::equal_ignoring_case(part->project.value, project_id)) return;
    problems.push_back({std::string(path), "'" + next.value + "' is not a " + words_of(noun_of<T>()) + " of the project"});
}

} // namespace

void check_own_parts(Session& session, Project const& next, Project const* before, std::string const& project_id) {
    base::Problems problems;
    check_own(session, next.provisioning_runbook, before ? &before->provisioning_runbook : nullptr, project_id,
              "ProvisioningRunbookId", problems);
    check_own(session, next.deprovisioning_runbook, before ? &before->deprovisioning_runbook : nullptr, project_id,
              "DeprovisioningRunbookId", problems);
    check_own(session, next.release_creation.channel, before ? &before->release_creation.channel : nullptr, project_id,
              "ReleaseCreationStrategy.ChannelId", problems);
    base::reject_if_any(std::move(problems));
}

void settle_project(ChangeContext const& context, Document& next, Document const* before, Change& rest) {
    auto& project = static_cast<Project&>(next);
    check_own_parts(context.session, project, static_cast<Project const*>(before), project.id);
    if (before) return;
    give_ids(context.store, project);
    add_parts(context, project, first_parts(context.store), rest);
}

Stored create_project(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body) {
    return create(store, caller, noun_of<Project>(), space_id, body);
}

} // namespace stepwell::operations
