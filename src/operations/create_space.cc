#include "operations/create_space.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// Adds the documents of a new space to its change.
class SpaceBuilder {
public:
    SpaceBuilder(ChangeContext const& context, Space const& space, Change& change)
        : context_(context), space_(space), change_(change) {}

    template <class T> void add(T object, std::string id = {}) {
        object.id = id.empty() ? context_.store.next_id(T::prefix) : id;
        object.space_id = space_.id;
        if constexpr (requires { object.slug; })
            if (object.slug.empty()) object.slug = base::slug_of(object.name);
        change_.insert(store::draft_of(context_.store, context_.caller.actor, object));
    }

private:
    ChangeContext const& context_;
    Space const& space_;
    Change& change_;
};

Id<Team> managers_of(Space const& space) { return {"teams-spacemanagers-" + space.id}; }

Team managers_team(Space const& space) {
    Team team;
    team.name = "Space Managers";
    team.members = space.manager_users;
    team.can_be_deleted = team.can_be_renamed = team.can_change_roles = false;
    return team;
}

MachinePolicy default_policy() {
    MachinePolicy policy;
    policy.name = "Default Machine Policy";
    policy.is_default = true;
    return policy;
}

void add_contents(SpaceBuilder& contents, Space const& space) {
    Lifecycle lifecycle;
    lifecycle.name = "Default Lifecycle";
    contents.add(std::move(lifecycle));
    ProjectGroup group;
    group.name = "Default Project Group";
    contents.add(std::move(group));
    WorkerPool pool;
    pool.name = "Default Worker Pool";
    pool.is_default = true;
    contents.add(std::move(pool));
    contents.add(default_policy());
    Feed feed;
    feed.name = "Octopus Server (built-in)";
    feed.slug = "feeds-builtin"; // the word by which clients request it in any space
    contents.add(std::move(feed), space.is_default ? "feeds-builtin" : "feeds-builtin-" + space.id);
    contents.add(managers_team(space), managers_of(space).value);
}

// Requires that the found documents still exist when the space is written.
template <class T> void check_ids(Session& session, std::vector<Id<T>> const& ids, std::vector<Id<T>> const& known,
                                  std::string_view member, base::Problems& problems, Change& rest) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (std::ranges::find(known, ids[i]) != known.end()) continue;
        if (auto const found = store::find_document(session, noun_of<T>(), ids[i].value, {}))
            rest.expect(noun_of<T>(), *found);
        else
            problems.push_back({fmt::format("{}[{}]", member, i), "there is no '" + ids[i].value + "'"});
    }
}

// Does not check the managers in `before`, nor the team that every space has.
void check_managers(Session& session, Space const& next, Space const* before, Change& rest) {
    auto known_teams = before ? before->manager_teams : std::vector<Id<Team>>();
    known_teams.push_back(managers_of(next));
    base::Problems problems;
    check_ids(session, next.manager_teams, known_teams, "SpaceManagersTeams", problems, rest);
    check_ids(session, next.manager_users, before ? before->manager_users : std::vector<Id<User>>(),
              "SpaceManagersTeamMembers", problems, rest);
    base::reject_if_any(std::move(problems));
}

} // namespace

void prepare_new_space(ChangeContext const& context, Space& space, Change& rest) {
    space.task_queue_stopped = false;
    space.manager_teams.push_back(managers_of(space));
    SpaceBuilder contents(context, space, rest);
    add_contents(contents, space);
}

void settle_space(ChangeContext const& context, Document& next, Document const* before, Change& rest) {
    auto& space = static_cast<Space&>(next);
    if (!before) {
        if (space.manager_teams.empty() && space.manager_users.empty())
            base::reject("SpaceManagersTeams", "must name a team, unless SpaceManagersTeamMembers names a user");
        check_managers(context.session, space, nullptr, rest);
        space.id = context.store.next_id(Space::prefix);
        return prepare_new_space(context, space, rest);
    }
    // The managers' team of a space always remains one of its managers.
    if (std::ranges::find(space.manager_teams, managers_of(space)) == space.manager_teams.end())
        space.manager_teams.push_back(managers_of(space));
    check_managers(context.session, space, static_cast<Space const*>(before), rest);
}

// The default space must exist: paths without a space refer to it, and its existence shows that the first start has
// finished.
void check_space_deletion(ChangeContext const&, Stored const& stored, Change&) {
    auto const space = store::parse<Space>(stored);
    if (space.is_default) base::reject("", "The default space cannot be deleted.");
    if (!space.task_queue_stopped) base::reject("TaskQueueStopped", "must be true before the space can be deleted");
}

Stored create_space(Store& store, Caller const& caller, Space const& space) { return insert(store, caller, space); }

} // namespace stepwell::operations
