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

// Makes drafts of what belongs to a project, owners before what they own.
class Drafting {
public:
    Drafting(Store& store, Caller const& caller, Session& session, Project const& project)
        : store_(store), caller_(caller), session_(session), project_(project) {}

    std::vector<store::Draft> drafts_of(ProjectParts parts) {
        parts.process.project.value = parts.variables.owner_id = project_.id;
        parts.process.id = project_.deployment_process;
        parts.variables.id = project_.variable_set;
        add(parts.process);
        add(parts.variables);
        for (auto& channel : parts.channels) add_named(channel);
        for (auto& each : parts.runbooks) add_runbook(each);
        return std::move(drafts_);
    }

private:
    template <class T> void add(T& object) {
        object.space_id = project_.space_id;
        drafts_.push_back(store::draft_of(store_, caller_.actor, object));
    }
    template <class T> void add_named(T& object) {
        object.project.value = project_.id;
        object.slug = free_slug(noun_of<T>(), object.name);
        add(object);
    }
    void add_runbook(ProjectParts::RunbookParts& parts) {
        parts.runbook.process = "RunbookProcess-" + parts.runbook.id;
        add_named(parts.runbook);
        parts.process.id = parts.runbook.process;
        parts.process.project.value = project_.id;
        parts.process.runbook.value = parts.runbook.id;
        add(parts.process);
    }
    // One that nobody in the space has, and none of those to come.
    std::string free_slug(Noun const& noun, std::string const& name) {
        auto wanted = base::slug_of(name), slug = wanted;
        for (int n = 1; taken_.contains({&noun, slug}) || store::find_document(session_, noun, slug, project_.space_id);
             ++n)
            slug = wanted + '-' + std::to_string(n);
        taken_.insert({&noun, slug});
        return slug;
    }

    Store& store_;
    Caller const& caller_;
    Session& session_;
    Project const& project_;
    std::set<std::pair<Noun const*, std::string>> taken_;
    std::vector<store::Draft> drafts_;
};

} // namespace

Stored create_project(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body,
                      MakeParts const& make) {
    std::vector<store::Draft> drafts;
    Extras extras;
    extras.settle = [&](Session& session, Document& next, Document const*) {
        auto& project = static_cast<Project&>(next);
        if (project.id.empty()) project.id = store.next_id(Project::prefix);
        project.variable_set = "variableset-" + project.id;
        project.deployment_process = "deploymentprocess-" + project.id;
        auto parts = make ? make(session, project) : first_parts(store);
        drafts = Drafting(store, caller, session, project).drafts_of(std::move(parts));
    };
    extras.also = [&](Transaction& transaction, Document const&) {
        for (auto const& draft : drafts) store::insert_document(transaction, draft);
    };
    return create(store, caller, noun_of<Project>(), space_id, body, extras);
}

} // namespace stepwell::operations
