#include "operations/account_usage.h"

#include "base/text.h"
#include "domain/variable_types.h"
#include "store/contents.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

bool is_named(Bag<PropertyValue> const& properties, std::string const& id) {
    return std::ranges::any_of(properties.items, [&](auto const& each) {
        auto text = std::get_if<std::string>(&each.second);
        return text && base::equal_ignoring_case(*text, id);
    });
}

std::vector<StepUse> steps_with(std::vector<Step> const& steps, std::string const& id) {
    std::vector<StepUse> found;
    for (auto const& step : steps) {
        bool used = is_named(step.properties, id);
        for (auto const& action : step.actions) used = used || is_named(action.properties, id);
        if (used) found.push_back({step.id, step.name});
    }
    return found;
}

bool is_referred_to(std::vector<Variable> const& variables, std::string const& id) {
    return std::ranges::any_of(variables, [&](Variable const& variable) {
        auto type = find_referring_type(variable);
        return type && type->noun == Account::type_name && base::equal_ignoring_case(*variable.value.text, id);
    });
}

class Looking {
public:
    Looking(Session& session, std::string const& space_id, std::string const& id)
        : session_(session), space_id_(space_id), id_(id) {
        usage_.id = id;
    }
    AccountUsage done() {
        each<DeploymentProcess>([this](DeploymentProcess const& process) { look_at(process); });
        each<RunbookProcess>([this](RunbookProcess const& process) { look_at(process); });
        each<VariableSet>([this](VariableSet const& set) { look_at(set); });
        auto listed = store::list_documents(session_, noun_of<RunbookSnapshot>(), all());
        for (auto const& stored : listed.items) look_at(store::parse<RunbookSnapshot>(stored));
        return std::move(usage_);
    }

private:
    store::ListQuery all() const { return {space_id_, {}, {}, {}, 0, store::everything}; }

    // Parses only documents that contain the text of the id; most do not.
    template <class T, class Use> void each(Use use) {
        for (auto const& stored : store::list_documents(session_, noun_of<T>(), all()).items)
            if (base::contains_ignoring_case(stored.json, id_)) use(store::parse<T>(stored));
    }

    void fill(ProjectUse& use, std::string const& project_id) {
        auto project = store::load<Project>(session_, project_id);
        use.id = project.id;
        use.name = project.name;
        use.slug = project.slug;
    }
    void look_at(DeploymentProcess const& process) {
        auto steps = steps_with(process.steps, id_);
        if (steps.empty()) return;
        auto& use = usage_.deployment_processes.emplace_back();
        fill(use, process.project.value);
        use.steps = std::move(steps);
    }
    void look_at(RunbookProcess const& process) {
        auto steps = steps_with(process.steps, id_);
        if (steps.empty()) return;
        auto& use = usage_.runbook_processes.emplace_back();
        fill(use, process.project.value);
        use.steps = std::move(steps);
        use.process_id = process.id;
        use.runbook_id = process.runbook.value;
        use.runbook_name = store::load<Runbook>(session_, process.runbook.value).name;
    }
    void look_at(VariableSet const& set) {
        if (!is_referred_to(set.variables, id_)) return;
        if (!is_library(set)) {
            of_project(set.owner_id).is_used_now = true;
            return;
        }
        auto library = store::load<LibraryVariableSet>(session_, set.owner_id);
        usage_.library_sets.push_back({library.id, library.name});
    }
    void look_at(RunbookSnapshot const& snapshot) {
        auto const& [in_process, in_project, in_library] = uses_of(snapshot.content);
        if (in_project) of_project(snapshot.project.value).snapshots.push_back({snapshot.id, snapshot.name});
        if (in_process || in_project || in_library)
            of_runbook(snapshot).snapshots.push_back({snapshot.id, snapshot.name});
    }

    struct FrozenUse {
        bool in_process = false, in_project = false, in_library = false;
    };
    FrozenUse const& uses_of(std::string const& digest) {
        auto [at, is_new] = frozen_.try_emplace(digest);
        if (!is_new) return at->second;
        auto content = store::load_content(session_, digest);
        at->second.in_process = !steps_with(content.steps, id_).empty();
        at->second.in_project = is_referred_to(content.variables, id_);
        for (auto const& set : content.library_sets)
            at->second.in_library = at->second.in_library || is_referred_to(set.variables, id_);
        return at->second;
    }
    ProjectVariablesUse& of_project(std::string const& project_id) {
        for (auto& use : usage_.project_sets)
            if (base::equal_ignoring_case(use.id, project_id)) return use;
        fill(usage_.project_sets.emplace_back(), project_id);
        return usage_.project_sets.back();
    }
    SnapshotsUse& of_runbook(RunbookSnapshot const& snapshot) {
        for (auto& use : usage_.snapshots)
            if (base::equal_ignoring_case(use.runbook_id, snapshot.runbook.value)) return use;
        auto project = store::load<Project>(session_, snapshot.project.value);
        auto runbook = store::load<Runbook>(session_, snapshot.runbook.value);
        usage_.snapshots.push_back({project.id, project.name, runbook.id, runbook.name, {}});
        return usage_.snapshots.back();
    }

    Session& session_;
    std::string const& space_id_;
    std::string const& id_;
    AccountUsage usage_;
    std::map<std::string, FrozenUse> frozen_; // by digest
};

} // namespace

AccountUsage usage_of_account(Session& session, std::string const& space_id, std::string const& id) {
    return Looking(session, space_id, id).done();
}

} // namespace stepwell::operations
