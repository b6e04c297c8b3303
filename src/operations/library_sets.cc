#include "operations/library_sets.h"

#include "base/text.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

Stored create_library_set(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body) {
    return create(store, caller, noun_of<LibraryVariableSet>(), space_id, body);
}

void settle_library_set(ChangeContext const& context, Document& next, Document const* before, Change& rest) {
    if (before) return;
    auto& set = static_cast<LibraryVariableSet&>(next);
    if (set.id.empty()) set.id = context.store.next_id(LibraryVariableSet::prefix);
    set.version = 0;
    set.variable_set = "variableset-" + set.id;
    VariableSet variables;
    variables.id = set.variable_set;
    variables.space_id = set.space_id;
    variables.owner_id = set.id;
    rest.insert(store::draft_of(context.store, context.caller.actor, variables));
}

namespace {

class Using {
public:
    Using(Session& session, std::string const& id) : session_(session) {
        usage_.id = id;
        for (auto const& by : store::referrers(session, id)) {
            if (auto project = store::find<Project>(session, by)) of(project->id).includes_it = true;
            if (auto snapshot = store::find<RunbookSnapshot>(session, by))
                of(snapshot->project.value).snapshots.push_back({snapshot->id, snapshot->name});
        }
    }
    LibrarySetUsage done() { return std::move(usage_); }

private:
    LibrarySetProjectUsage& of(std::string const& project_id) {
        for (auto& each : usage_.projects)
            if (base::equal_ignoring_case(each.id, project_id)) return each;
        auto project = store::load<Project>(session_, project_id);
        auto& made = usage_.projects.emplace_back();
        made.id = project.id;
        made.name = project.name;
        made.slug = project.slug;
        return made;
    }

    Session& session_;
    LibrarySetUsage usage_;
};

} // namespace

LibrarySetUsage usage_of_library_set(Session& session, std::string const& id) { return Using(session, id).done(); }

} // namespace stepwell::operations
