#include "bench.h"

#include "operations/clone_project.h"
#include "operations/clone_runbook.h"

namespace stepwell::operations {

namespace {

using namespace domain;

class Documents : public Bench {
protected:
    std::string const first = house.runbook({{"Go", "short"}}), second = house.runbook({{"Go", "short"}});

    std::string published(std::string const& runbook) { return load<Runbook>(runbook).published_snapshot.value; }
    void publish(std::string const& runbook, std::string const& snapshot) {
        modify(*house.store, caller, noun_of<Runbook>(), space, runbook,
               base::parse_json(R"({"Name":"New","ProjectId":")" + load<Runbook>(runbook).project.value +
                                R"(","PublishedRunbookSnapshotId":")" + snapshot + "\"}"));
    }
    void delete_snapshot(std::string const& id) { remove(*house.store, caller, noun_of<RunbookSnapshot>(), space, id); }
};

TEST_F(Documents, publish_only_snapshots_of_their_own) {
    auto const before = published(first);
    EXPECT_EQ(
        problems_of([&] { publish(first, published(second)); }),
        Problems{"PublishedRunbookSnapshotId: '" + published(second) + "' is not a snapshot of the runbook 'New'"});
    EXPECT_EQ(published(first), before);

    RunbookSnapshot wanted;
    wanted.space_id = space;
    wanted.runbook.value = first;
    auto const newer = snapshot_runbook(*house.store, caller, wanted, false).id;
    EXPECT_EQ(published(first), before);
    EXPECT_EQ(problems_of([&] { delete_snapshot(before); }).size(), 1u);
    publish(first, newer);
    EXPECT_EQ(published(first), newer);
    EXPECT_EQ(problems_of([&] { delete_snapshot(before); }), Problems{});
}

TEST_F(Documents, are_cloned_without_snapshots) {
    auto const copy = clone_runbook(*house.store, caller, space, first, base::parse_json(R"({"Name":"Copy"})"));
    auto const source = load<Runbook>(first), made = load<Runbook>(copy.id);
    EXPECT_EQ(made.project.value, source.project.value);
    EXPECT_TRUE(made.published_snapshot.empty());
    auto const steps = load<RunbookProcess>(made.process).steps;
    ASSERT_EQ(steps.size(), 1u);
    EXPECT_EQ(steps[0].name, "Go");
    EXPECT_NE(steps[0].id, load<RunbookProcess>(source.process).steps[0].id);

    auto const snapshots = count<RunbookSnapshot>(), runbooks = count<Runbook>();
    auto const project = clone_project(*house.store, caller, space, source.project.value,
                                       base::parse_json(R"({"Name":"Another shop"})"));
    EXPECT_EQ(load<Project>(project.id).name, "Another shop");
    EXPECT_EQ(count<Runbook>(), runbooks + 2); // the source and its copy
    EXPECT_EQ(count<RunbookSnapshot>(), snapshots);
    EXPECT_FALSE(problems_of([&] {
                     clone_runbook(*house.store, caller, space, "Runbooks-99", base::parse_json(R"({"Name":"x"})"));
                 }).empty());
}

TEST_F(Documents, are_deleted_only_if_nothing_refers_to_them) {
    auto const test = house.environment("Test");
    auto remove_test = [&] { remove(*house.store, caller, noun_of<Environment>(), space, test); };
    auto set_scope = [&](std::vector<Id<Environment>> environments) {
        change<Runbook>(*house.store, caller, space, first, [&](Runbook& runbook) {
            runbook.environment_scope = EnvironmentScope::specified;
            runbook.environments = environments;
        });
    };
    set_scope({{test}});
    EXPECT_EQ(problems_of(remove_test), Problems{"The document cannot be deleted because it is used by Runbook 'R1'."});
    EXPECT_EQ(problems_of([&] { set_scope({{"Environments-99"}}); }).size(), 1u);
    EXPECT_EQ(problems_of(remove_test).size(), 1u);
    set_scope({});
    EXPECT_EQ(problems_of(remove_test), Problems{});
    EXPECT_EQ(count<Environment>(), 0u);
}

} // namespace

} // namespace stepwell::operations
