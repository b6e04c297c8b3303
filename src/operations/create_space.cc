#include "operations/create_space.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// Makes drafts of the documents of a new space.
class SpaceBuilder {
public:
    SpaceBuilder(Store& store, Caller const& caller, Space const& space)
        : store_(store), caller_(caller), space_(space) {}

    template <class T> void add(T object, std::string id = {}) {
        object.id = id.empty() ? store_.next_id(T::prefix) : id;
        object.space_id = space_.id;
        if constexpr (requires { object.slug; })
            if (object.slug.empty()) object.slug = base::slug_of(object.name);
        drafts_.push_back(store::draft_of(store_, caller_.actor, object));
    }
    std::vector<store::Draft> const& drafts() const { return drafts_; }

private:
    Store& store_;
    Caller const& caller_;
    Space const& space_;
    std::vector<store::Draft> drafts_;
};

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

void add_contents(SpaceBuilder& births, Space const& space) {
    Lifecycle lifecycle;
    lifecycle.name = "Default Lifecycle";
    births.add(std::move(lifecycle));
    ProjectGroup group;
    group.name = "Default Project Group";
    births.add(std::move(group));
    WorkerPool pool;
    pool.name = "Default Worker Pool";
    pool.is_default = true;
    births.add(std::move(pool));
    births.add(default_policy());
    Feed feed;
    feed.name = "Octopus Server (built-in)";
    feed.slug = "feeds-builtin"; // the word by which clients ask for it in any space
    births.add(std::move(feed), space.is_default ? "feeds-builtin" : "feeds-builtin-" + space.id);
    births.add(managers_team(space), "teams-spacemanagers-" + space.id);
}

template <class T> void check_ids(Session& session, std::vector<Id<T>> const& ids, std::vector<Id<T>> const& known,
                                  std::string_view member, base::Problems& problems) {
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (std::ranges::find(known, ids[i]) == known.end() &&
            !store::find_document(session, noun_of<T>(), ids[i].value, {}))
            problems.push_back({fmt::format("{}[{}]", member, i), "there is no '" + ids[i].value + "'"});
}

} // namespace

void check_managers(Session& session, Space const& next, Space const* before) {
    auto known_teams = before ? before->manager_teams : std::vector<Id<Team>>();
    known_teams.push_back({"teams-spacemanagers-" + next.id});
    base::Problems problems;
    check_ids(session, next.manager_teams, known_teams, "SpaceManagersTeams", problems);
    check_ids(session, next.manager_users, before ? before->manager_users : std::vector<Id<User>>(),
              "SpaceManagersTeamMembers", problems);
    base::reject_if_any(std::move(problems));
}

Stored create_space(Store& store, Caller const& caller, Space space, std::function<void(Transaction&)> const& before) {
    if (space.manager_teams.empty() && space.manager_users.empty())
        base::reject("SpaceManagersTeams", "A space needs at least one team or one user that manages it.");
    space.id = store.next_id(Space::prefix);
    space.task_queue_stopped = false;
    space.manager_teams.push_back({"teams-spacemanagers-" + space.id});
    SpaceBuilder births(store, caller, space);
    add_contents(births, space);
    Extras extras;
    extras.also = [&](Transaction& transaction, Document const&) {
        if (before) before(transaction);
        check_managers(transaction.session, space, nullptr);
        for (auto const& draft : births.drafts()) store::insert_document(transaction, draft);
    };
    return insert(store, caller, space, extras);
}

} // namespace stepwell::operations
