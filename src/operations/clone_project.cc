#include "operations/clone_project.h"

#include "base/error.h"
#include "operations/copies.h"
#include "operations/create_project.h"
#include "operations/loose_references.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

template <class T> std::vector<T> all_of(Session& session, Project const& project) {
    store::ListQuery query{project.space_id, {}, {}, {{"ProjectId", {project.id}}}, 0, store::everything};
    std::vector<T> all;
    for (auto const& stored : store::list_documents(session, noun_of<T>(), query).items)
        all.push_back(store::parse<T>(stored));
    return all;
}

class ProjectCopier {
public:
    ProjectCopier(Store& store, Session& session, Project const& source)
        : store_(store), session_(session), source_(source) {}

    ProjectParts copy(Project& target) {
        ProjectParts parts;
        names_.add(source_.id, target.id);
        parts.process = process_of<DeploymentProcess>(source_.deployment_process);
        parts.channels = all_of<Channel>(session_, source_);
        for (auto& channel : parts.channels) channel.id = renamed<Channel>(channel.id);
        for (auto& runbook : all_of<Runbook>(session_, source_))
            parts.runbooks.push_back(runbook_like(std::move(runbook)));
        for (auto& each : parts.runbooks) follow(each.process.steps);
        follow(parts.process.steps);
        parts.variables = variables();
        for (auto member : {&target.provisioning_runbook, &target.deprovisioning_runbook})
            member->value = names_.of(member->value);
        auto& channel = target.release_creation.channel.value;
        channel = names_.of(channel);
        return parts;
    }

private:
    template <class T> std::string renamed(std::string const& id) {
        auto fresh = store_.next_id(T::prefix);
        names_.add(id, fresh);
        return fresh;
    }
    template <class P> P process_of(std::string const& id) {
        auto process = store::load<P>(session_, id);
        reveal_secrets(session_, store_.key(), noun_of<P>(), process);
        renew(process.steps, names_);
        process.version = 0;
        process.last_snapshot.reset();
        return process;
    }
    ProjectParts::RunbookParts runbook_like(Runbook runbook) {
        auto process = process_of<RunbookProcess>(runbook.process);
        runbook.id = renamed<Runbook>(runbook.id);
        runbook.published_snapshot = {};
        return {std::move(runbook), std::move(process)};
    }
    // Renames the channels that actions are limited to.
    void follow(std::vector<Step>& steps) const {
        for (auto& step : steps)
            for (auto& action : step.actions)
                for (auto& channel : action.channels) channel.value = names_.of(channel.value);
    }
    VariableSet variables() {
        auto set = store::load<VariableSet>(session_, source_.variable_set);
        reveal_secrets(session_, store_.key(), noun_of<VariableSet>(), set);
        renew(set.variables, names_);
        set.version = 0;
        return set;
    }

    Store& store_;
    Session& session_;
    Project const& source_;
    Renaming names_;
};

Change clone_of(ChangeContext const& context, std::string const& space_id, std::string const& source_id,
                base::Json const& body) {
    auto const stored = load_referenced(context.session, noun_of<Project>(), source_id, space_id, "clone");
    auto source = store::parse<Project>(stored);
    auto target = schema::read_as<Project>(laid_over(stored.json, body));
    check_loose_references(context.session, noun_of<Project>(), space_id, target, &source);
    check_own_parts(context.session, target, &source, source.id);
    target.id = source.id;
    reveal_secrets(context.session, context.store.key(), noun_of<Project>(), target);
    target.id.clear();
    target.space_id = space_id;
    target.cloned_from.value = source.id;
    give_ids(context.store, target);
    auto parts = ProjectCopier(context.store, context.session, source).copy(target);
    Change change;
    add_new(context, noun_of<Project>(), target, change);
    add_parts(context, target, std::move(parts), change);
    return change;
}

} // namespace

Stored clone_project(Store& store, Caller const& caller, std::string const& space_id, std::string const& source_id,
                     base::Json const& body) {
    return commit_document(
        store, [&](Session& session) { return clone_of({store, session, caller}, space_id, source_id, body); });
}

} // namespace stepwell::operations
