#include "domain/caller.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <random>

namespace stepwell::domain {

namespace {

using P = Permission;
using Areas = std::vector<Area>;

Grant grant(std::vector<P> permissions, std::optional<std::string> space, Area area = {}) {
    return {std::move(permissions), std::move(space), std::move(area)};
}

Subject const run{"Spaces-1", "ProjectGroups-1", "Projects-1", "Environments-1", "Tenants-1", "Runbooks-1"};

} // namespace

TEST(Rights, of_no_grant_allow_only_what_needs_none) {
    Rights const none;
    for (auto subject : {Subject{}, run}) {
        EXPECT_TRUE(none.allows(P::anyone, subject));
        EXPECT_TRUE(none.allows(P::any_user, subject));
        EXPECT_FALSE(none.allows(P::runbook_view, subject));
        EXPECT_FALSE(none.allows_within(P::runbook_view, subject));
    }
    EXPECT_FALSE(none.allows_anywhere(P::runbook_view));
    EXPECT_FALSE(none.reaches("Spaces-1"));
    EXPECT_EQ(none.areas(P::runbook_view, "Spaces-1"), Areas{});
    EXPECT_FALSE(none.has_everything());
}

TEST(Rights, of_everything_allow_each_permission_on_each_subject) {
    auto const all = Rights::everything();
    for (auto const& facts : all_permissions())
        for (auto subject : {Subject{}, Subject{"Spaces-2"}, run})
            EXPECT_TRUE(all.allows(*find_permission(facts.name), subject)) << facts.name;
    EXPECT_EQ(all.areas(P::runbook_view, "Spaces-9"), Areas{{}});
    EXPECT_FALSE(all.spaces(P::runbook_view)) << "every space";
    EXPECT_TRUE(all.has_everything());
}

// A grant, a subject, and whether the grant covers all or some of the subject.
TEST(Rights, are_the_grant_and_no_more) {
    struct Row {
        Area area;
        Subject subject;
        bool allowed, within;
    };
    Row const rows[] = {
        {{}, run, true, true},
        {{}, {"Spaces-1"}, true, true},
        {{}, {"Spaces-2", "", "Projects-1"}, false, false},
        {{}, {}, false, false},
        {{.projects = {"Projects-1"}}, run, true, true},
        {{.projects = {"projects-1"}}, {"spaces-1", "", "PROJECTS-1"}, true, true},
        {{.projects = {"Projects-2"}}, run, false, false},
        {{.projects = {"Projects-1"}}, {"Spaces-1"}, false, true},
        {{.project_groups = {"ProjectGroups-1"}}, run, true, true},
        {{.project_groups = {"ProjectGroups-2"}}, run, false, false},
        {{.project_groups = {"ProjectGroups-2"}, .projects = {"Projects-1"}}, run, true, true},
        {{.project_groups = {"ProjectGroups-1"}, .projects = {"Projects-2"}}, run, true, true},
        {{.projects = {"Projects-2"}}, {"Spaces-1", "ProjectGroups-1"}, false, true},
        {{.project_groups = {"ProjectGroups-2"}}, {"Spaces-1", "ProjectGroups-1"}, false, false},
        {{.projects = {"Projects-1"}, .environments = {"Environments-1"}}, run, true, true},
        {{.projects = {"Projects-1"}, .environments = {"Environments-2"}}, run, false, false},
        {{.projects = {"Projects-1"}, .environments = {"Environments-1"}}, {"Spaces-1", "", "Projects-1"}, false, true},
        {{.environments = {"Environments-1", "Environments-2"}}, run, true, true},
        {{.environments = {"Environments-1"}}, {"Spaces-1", "", "Projects-1"}, false, true},
        {{.tenants = {"Tenants-1"}}, run, true, true},
        {{.tenants = {"Tenants-2"}}, run, false, false},
        {{.runbooks = {"Runbooks-1"}}, run, true, true},
        {{.runbooks = {"Runbooks-2"}}, run, false, false},
        {{.projects = {"Projects-2"}, .runbooks = {"Runbooks-1"}}, run, false, false},
        {{.runbooks = {"Runbooks-2"}}, {"Spaces-1", "", "Projects-1"}, false, true},
    };
    for (auto const& row : rows) {
        Rights const rights({grant({P::runbook_run_create}, "Spaces-1", row.area)});
        auto const where = &row - rows;
        EXPECT_EQ(rights.allows(P::runbook_run_create, row.subject), row.allowed) << where;
        EXPECT_EQ(rights.allows_within(P::runbook_run_create, row.subject), row.within) << where;
        EXPECT_FALSE(rights.allows_anywhere(P::runbook_run_view)) << where;
        EXPECT_EQ(rights.areas(P::runbook_run_create, "Spaces-1"), Areas{row.area}) << where;
        EXPECT_EQ(rights.areas(P::runbook_run_create, "Spaces-2"), Areas{}) << where;
    }
}

TEST(Rights, are_not_narrowed_by_an_axis_the_permission_does_not_have) {
    Area const narrow{.projects = {"Projects-2"}, .environments = {"Environments-2"}, .runbooks = {"Runbooks-2"}};
    Rights const rights({grant({}, "Spaces-1", narrow)});
    EXPECT_TRUE(rights.allows(P::lifecycle_edit, {"Spaces-1"}));
    EXPECT_TRUE(rights.allows(P::project_edit, {"Spaces-1", "", "Projects-2"}));
    EXPECT_FALSE(rights.allows(P::project_edit, {"Spaces-1", "", "Projects-1"}));
    EXPECT_TRUE(rights.allows(P::environment_view, {"Spaces-1", "", "", "Environments-2"}));
    EXPECT_FALSE(rights.allows(P::environment_view, run));
    EXPECT_TRUE(rights.allows(P::runbook_view, {"Spaces-1", "", "Projects-2", "", "", "Runbooks-2"}));
    EXPECT_FALSE(rights.allows(P::runbook_view, {"Spaces-1", "", "Projects-2", "", "", "Runbooks-1"}));
    EXPECT_FALSE(rights.has_everything());
}

TEST(Rights, of_the_server_and_of_spaces_are_apart) {
    Rights const server({grant({}, "")}), space({grant({}, "Spaces-1")}), everywhere({grant({P::space_view}, {})});
    EXPECT_TRUE(server.allows(P::user_edit, {}));
    EXPECT_TRUE(server.allows(P::space_edit, {"Spaces-1"})) << "a permission of the server, whatever it is used on";
    EXPECT_FALSE(server.allows(P::runbook_view, run));
    EXPECT_TRUE(server.allows(P::event_view, {})) << "of both levels";
    EXPECT_FALSE(server.allows(P::event_view, {"Spaces-1"}));
    EXPECT_FALSE(server.reaches("Spaces-1"));
    EXPECT_FALSE(space.allows(P::user_edit, {}));
    EXPECT_FALSE(space.allows(P::event_view, {}));
    EXPECT_TRUE(space.allows(P::event_view, {"Spaces-1"}));
    EXPECT_TRUE(space.reaches("spaces-1"));
    EXPECT_FALSE(space.reaches("Spaces-2"));
    EXPECT_TRUE(everywhere.reaches("Spaces-2"));
    EXPECT_TRUE(everywhere.allows(P::space_view, {"Spaces-2"}));
}

TEST(Rights, add_up_and_name_the_parts_of_a_space) {
    Rights const rights({grant({P::runbook_view}, "Spaces-1", {.projects = {"Projects-2"}}),
                         grant({P::runbook_view}, "Spaces-1", {.projects = {"Projects-1", "Projects-2"}}),
                         grant({P::runbook_view}, "Spaces-1", {.project_groups = {"ProjectGroups-1"}}),
                         grant({P::runbook_view}, "Spaces-2", {.projects = {"Projects-3"}}),
                         grant({P::runbook_view}, "Spaces-2")});
    EXPECT_EQ(rights.areas(P::runbook_view, "Spaces-1"),
              (Areas{{.projects = {"Projects-1", "Projects-2"}}, {.project_groups = {"ProjectGroups-1"}}}));
    EXPECT_EQ(rights.areas(P::runbook_view, "Spaces-2"), Areas{{}});
    EXPECT_EQ(rights.spaces(P::runbook_view), (std::vector<std::string>{"Spaces-1", "Spaces-2"}));
}

TEST(Rights, name_the_permission_that_is_missing) {
    Caller const caller{system_actor(), Rights({grant({P::runbook_view}, "Spaces-1")})};
    EXPECT_NO_THROW(require(caller, P::runbook_view, run));
    try {
        require(caller, P::runbook_edit, run);
        FAIL();
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::forbidden);
        EXPECT_TRUE(error.message().ends_with("Missing permission: RunbookEdit")) << error.message();
    }
    EXPECT_NO_THROW(require(system_caller(), P::runbook_edit, run));
}

namespace {

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::string id(char const* kind) { return std::string(kind) + "-" + std::to_string(1 + below(3)); }
    std::vector<std::string> ids(char const* kind) {
        std::vector<std::string> some;
        while (below(3) == 0) some.push_back(id(kind));
        return some;
    }
    Grant grant() {
        Grant made;
        while (below(4) != 0) made.permissions.push_back(P(2 + below(all_permissions().size())));
        if (below(8) != 0) made.space = below(4) == 0 ? "" : id("Spaces");
        made.area = {ids("ProjectGroups"), ids("Projects"), ids("Environments"), ids("Tenants"), ids("Runbooks")};
        return made;
    }
    std::string maybe(char const* kind) { return below(3) == 0 ? "" : id(kind); }
    Subject subject() {
        return {maybe("Spaces"),       maybe("ProjectGroups"), maybe("Projects"),
                maybe("Environments"), maybe("Tenants"),       maybe("Runbooks")};
    }

private:
    std::mt19937 random_;
};

} // namespace

// Adding a grant never removes a right, a user has the union of all grants, and a check agrees with the lists.
TEST(Rights, are_the_union_of_their_grants) {
    Dice dice(20261130);
    int allowed = 0;
    for (int round = 0; round < 30; ++round) {
        std::vector<Grant> grants;
        Rights before;
        for (int i = 0; i < 6; ++i) {
            grants.push_back(dice.grant());
            Rights const after(grants), added({grants.back()});
            for (int asked = 0; asked < 20; ++asked) {
                auto const permission = P(2 + dice.below(all_permissions().size()));
                auto const subject = dice.subject();
                bool const now = after.allows(permission, subject);
                EXPECT_EQ(now, before.allows(permission, subject) || added.allows(permission, subject));
                EXPECT_EQ(after.allows_within(permission, subject),
                          before.allows_within(permission, subject) || added.allows_within(permission, subject));
                if (!now) continue;
                ++allowed;
                EXPECT_TRUE(after.allows_within(permission, subject));
                EXPECT_TRUE(after.allows_anywhere(permission));
                EXPECT_FALSE(after.areas(permission, subject.space_id).empty());
            }
            before = after;
        }
    }
    EXPECT_GT(allowed, 100);
}

} // namespace stepwell::domain
