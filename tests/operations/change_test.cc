#include "bench.h"

#include "operations/rules.h"
#include "operations/sort.h"

namespace stepwell::operations {

namespace {

using namespace domain;
using store::Session;

class Changes : public Bench {
protected:
    Store& store() { return *house.store; }
    ChangeContext context(Session& session) { return {store(), session, caller}; }

    Change edit(Session& session, std::string const& id, std::string const& words) {
        return edit_of<Environment>(context(session), space, id,
                                    [&](Environment& environment) { environment.description += words; });
    }
    void edit_by_another(std::string const& id, std::string const& words) {
        change<Environment>(store(), caller, space, id, [&](Environment& other) { other.description += words; });
    }
    Stored stored(Noun const& noun, std::string const& id) {
        return store().read([&](Session& session) { return load_stored(session, noun, id, {}); });
    }
    std::string event_count() {
        return store().read([](Session& session) { return *session.text("select count(*) from event"); });
    }
};

void expect_same(Stored const& returned, Stored const& read, std::string_view what) {
    EXPECT_EQ(returned.number, read.number) << what;
    EXPECT_EQ(returned.version, read.version) << what;
    EXPECT_EQ(returned.id, read.id) << what;
    EXPECT_EQ(returned.space_id, read.space_id) << what;
    EXPECT_EQ(returned.json, read.json) << what;
    EXPECT_EQ(returned.link_values, read.link_values) << what;
}

void set_name(Noun const& noun, Document& object, std::string const& name) {
    for (auto member : {"Name", "Username"})
        if (auto text = schema::find_text(*noun.type, &object, member)) *text = name;
}

TEST_F(Changes, return_the_documents_of_every_noun_as_they_are_stored) {
    for (auto noun : all_nouns()) {
        std::string const name(noun->name);
        auto object = noun->make();
        store::set_space(*noun, *object, space);
        set_name(*noun, *object, "One " + name);
        auto const made = commit_document(store(), [&](Session& session) {
            Change change;
            add_new(context(session), *noun, *object, change);
            return change;
        });
        expect_same(made, stored(*noun, made.id), "new " + name);
        set_name(*noun, *object, "Another " + name);
        auto const changed = commit_document(store(), [&](Session& session) {
            Change change;
            add_update(context(session), *noun, *object, made, change);
            return change;
        });
        EXPECT_EQ(changed.version, made.version + 1);
        expect_same(changed, stored(*noun, made.id), "changed " + name);
    }
}

TEST_F(Changes, of_clients_return_what_is_stored) {
    auto const& noun = noun_of<Environment>();
    auto const made = create(store(), caller, noun, space, base::parse_json(R"({"Name":"Test"})"));
    expect_same(made, stored(noun, made.id), "created");
    auto const changed = modify(store(), caller, noun, space, made.id, base::parse_json(R"({"Name":"Live"})"));
    expect_same(changed, stored(noun, made.id), "modified");
    EXPECT_EQ(store::parse<Environment>(changed).name, "Live");
}

TEST_F(Changes, that_lose_a_race_are_built_again) {
    auto const id = house.environment("Test");
    int builds = 0;
    auto const written = commit_document(store(), [&](Session& session) {
        auto change = edit(session, id, "mine");
        if (++builds == 1) edit_by_another(id, "theirs, ");
        return change;
    });
    EXPECT_EQ(builds, 2);
    EXPECT_EQ(store::parse<Environment>(written).description, "theirs, mine");
    expect_same(written, stored(noun_of<Environment>(), id), "Environment");
}

TEST_F(Changes, that_lose_every_race_are_a_conflict) {
    auto const id = house.environment("Test"), other = house.environment("Other");
    int builds = 0;
    try {
        commit(store(), [&](Session& session) {
            ++builds;
            auto change = edit(session, other, "mine"); // written first, then undone
            change.add(edit(session, id, "mine"));
            edit_by_another(id, "x");
            return change;
        });
        ADD_FAILURE();
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::conflict);
    }
    EXPECT_EQ(builds, max_builds);
    EXPECT_EQ(load<Environment>(id).description, std::string(std::size_t(max_builds), 'x'));
    EXPECT_EQ(load<Environment>(other).description, "");
}

TEST_F(Changes, write_all_or_nothing) {
    auto const before = event_count();
    int builds = 0;
    auto failing = [&](bool in_build) {
        return problems_of([&] {
            commit(store(), [&](Session& session) {
                ++builds;
                auto change =
                    creation_of(context(session), noun_of<Environment>(), space, base::parse_json(R"({"Name":"New"})"));
                if (in_build) base::reject("Name", "is odd");
                change.write([](Transaction&) { base::reject("Name", "is odd"); });
                return change;
            });
        });
    };
    EXPECT_EQ(failing(true), Problems{"Name: is odd"});
    EXPECT_EQ(failing(false), Problems{"Name: is odd"});
    EXPECT_EQ(builds, 2);
    EXPECT_EQ(count<Environment>(), 0u);
    EXPECT_EQ(event_count(), before);
}

TEST_F(Changes, give_simultaneous_documents_slugs_and_places_of_their_own) {
    auto const& noun = noun_of<Environment>();
    std::vector<Stored> made;
    made.push_back(commit_document(store(), [&](Session& session) {
        auto change = creation_of(context(session), noun, space, base::parse_json(R"({"Name":"Dev one"})"));
        if (made.empty())
            made.push_back(create(store(), caller, noun, space, base::parse_json(R"({"Name":"Dev-One"})")));
        return change;
    }));
    ASSERT_EQ(made.size(), 2u);
    auto const first = store::parse<Environment>(made[0]), second = store::parse<Environment>(made[1]);
    EXPECT_EQ(first.slug, "dev-one");
    EXPECT_EQ(second.slug, "dev-one-1");
    EXPECT_EQ(second.sort_order, first.sort_order + 1);
    EXPECT_EQ(problems_of([&] {
                  create(store(), caller, noun, space, base::parse_json(R"({"Name":"Third","Slug":"dev-one"})"));
              }),
              Problems{"Slug: must be unique. An environment with the slug 'dev-one' already exists."});
}

TEST_F(Changes, respect_what_their_rules_were_decided_by) {
    auto const runbook = house.runbook({{"Go", "short"}});
    RunbookSnapshot wanted;
    wanted.space_id = space;
    wanted.runbook.value = runbook;
    auto const snapshot = snapshot_runbook(store(), caller, wanted, false).id;
    int builds = 0;
    auto const refused = problems_of([&] {
        commit(store(), [&](Session& session) {
            ++builds;
            auto change = deletion_of(context(session), noun_of<RunbookSnapshot>(), space, snapshot);
            if (builds == 1)
                operations::change<Runbook>(store(), caller, space, runbook, [&](Runbook& publishing) {
                    publishing.published_snapshot.value = snapshot;
                });
            return change;
        });
    });
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_TRUE(refused[0].ends_with("Publish another snapshot first.")) << refused[0];
    EXPECT_EQ(builds, 2);
    EXPECT_EQ(load<Runbook>(runbook).published_snapshot.value, snapshot);
}

TEST_F(Changes, put_all_documents_into_an_order_or_none) {
    auto const& noun = noun_of<Environment>();
    auto const a = house.environment("A"), b = house.environment("B"), c = house.environment("C");
    EXPECT_EQ(problems_of([&] { sort(store(), caller, noun, space, {c, a, a}); }),
              (Problems{"'" + a + "' is in the list more than once.",
                        "'" + b + "' is missing. The list must contain all ids."}));
    sort(store(), caller, noun, space, {b, a, c});
    EXPECT_EQ(load<Environment>(b).sort_order, 0);
    EXPECT_EQ(load<Environment>(a).sort_order, 1);
    EXPECT_EQ(stored(noun, c).version, 1) << "it was the third already";
}

} // namespace

} // namespace stepwell::operations
