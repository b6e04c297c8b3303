#include "store/workbench.h"

namespace stepwell::store {

namespace {

struct Documents : Workbench {
    Stored project(std::string name, Id<ProjectGroup> group, std::string space = "Spaces-1") {
        Project made;
        made.slug = base::slug_of(name);
        made.name = std::move(name);
        made.group = std::move(group);
        made.lifecycle = {lifecycle_.empty() ? lifecycle_ = add(Lifecycle{}, space).id : lifecycle_};
        return add(made, space);
    }
    Stored group(std::string name) {
        ProjectGroup made;
        made.name = std::move(name);
        return add(made);
    }
    Stored channel(std::string name, Stored const& owner) {
        Channel made;
        made.slug = base::slug_of(name);
        made.name = std::move(name);
        made.project = {owner.id};
        return add(made);
    }
    Listed list(ListQuery query) {
        return store->read([&](Session& session) { return list_documents(session, noun_of<Environment>(), query); });
    }
    std::string lifecycle_;
};

} // namespace

TEST_F(Documents, are_found_as_they_were_stored) {
    auto stored = add(environment("Test"));
    EXPECT_EQ(stored.id, "Environments-1");
    EXPECT_EQ(stored.version, 1);
    EXPECT_EQ(stored.space_id, "Spaces-1");
    auto read = parse<Environment>(stored);
    EXPECT_EQ(read.name, "Test");
    EXPECT_EQ(read.last_modified_by, "tester");
    EXPECT_EQ(read.last_modified_on, clock.now());
    reopen();
    EXPECT_EQ(find_stored<Environment>("eNVIRONMENTS-1")->json, stored.json);
    EXPECT_EQ(find_stored<Environment>("test")->id, stored.id) << "by slug";
    store->read([&](Session& session) {
        EXPECT_FALSE(find<Environment>(session, stored.id, "Spaces-2"));
        EXPECT_TRUE(find<Environment>(session, stored.id, "Spaces-1"));
        EXPECT_THROW(load<Environment>(session, "Environments-9"), base::Error);
    });
}

// The message names the member of the document and quotes no text of the database.
TEST_F(Documents, that_are_not_unique_are_told_by_the_path_of_the_member) {
    auto first = add(environment("Test"));
    auto same_slug = environment("Other");
    same_slug.slug = "test";
    EXPECT_EQ(problems([&] { add(same_slug); }),
              (std::vector<std::string>{"Slug: must be unique. An environment with the slug 'test' already exists."}));
    auto same_id = environment("Third");
    same_id.id = first.id;
    EXPECT_EQ(
        problems([&] { add(same_id); }),
        (std::vector<std::string>{"Id: must be unique. An environment with the id 'Environments-1' already exists."}));
    auto second = add(environment("Second"));
    auto same_name = environment("TEST");
    same_name.slug = "another";
    EXPECT_EQ(problems([&] { save(same_name, second); }),
              (std::vector<std::string>{"Name: must be unique. An environment named 'TEST' already exists."}));
}

// The rule applies to every unique column of every table, for all values.
TEST_F(Documents, and_all_else_that_is_not_unique_quotes_no_database) {
    std::vector<std::string> tables;
    store->read([&](Session& session) {
        session.each("select name from sqlite_master where type = 'table' and name <> 'sqlite_sequence' order by name",
                     [&](Row const& row) { tables.push_back(row.string(0)); });
    });
    int tried = 0;
    for (auto const& table : tables) {
        std::vector<std::string> names;
        std::string columns, values;
        store->read([&](Session& session) {
            session.each(
                "select name from pragma_table_info(?)", [&](Row const& row) { names.push_back(row.string(0)); },
                table);
        });
        for (auto const& name : names) {
            columns += (columns.empty() ? "" : ", ") + name;
            values += values.empty() ? "7" : ", 7";
        }
        auto insert = "insert into " + table + "(" + columns + ") values(" + values + ")";
        auto by = [&](Transaction& transaction) { transaction.session.exec(insert); };
        store->write(by);
        try {
            store->write(by);
            EXPECT_EQ(table, "reference") << "where anything may be twice";
        } catch (base::Error const& error) {
            ++tried;
            EXPECT_EQ(error.kind(), base::Kind::conflict);
            for (auto word : {"UNIQUE", "constraint", table.c_str(), "insert"})
                EXPECT_EQ(error.message().find(word), std::string::npos) << table << ": " << error.message();
        }
    }
    EXPECT_GT(tried, 20);
}

TEST_F(Documents, are_changed_only_by_those_who_saw_the_present_one) {
    auto first = add(environment("Test"));
    auto changed = environment("Test");
    changed.description = "new";
    EXPECT_TRUE(save(changed, first));
    auto second = *find_stored<Environment>(first.id);
    EXPECT_EQ(second.version, 2);
    auto events = count("event");
    changed.description = "stale";
    EXPECT_FALSE(save(changed, first));
    EXPECT_EQ(find_stored<Environment>(first.id)->json, second.json);
    EXPECT_EQ(count("event"), events);
    remove<Environment>(second);
    EXPECT_FALSE(find_stored<Environment>(first.id));
    EXPECT_FALSE(save(changed, second)) << "gone is stale too";
}

TEST_F(Documents, have_unique_names_without_case_in_their_space) {
    add(environment("Test"));
    auto same = environment("tEST");
    same.slug = "other-slug";
    EXPECT_EQ(problems([&] { add(same); }),
              (std::vector<std::string>{"Name: must be unique. An environment named 'tEST' already exists."}));
    add(environment("Test"), "Spaces-2");
    auto other = environment("Other");
    other.slug = "TEST";
    EXPECT_EQ(problems([&] { add(other); }).at(0).substr(0, 5), "Slug:");
    auto stored = add(environment("Third"));
    EXPECT_EQ(problems([&] { save(environment("TEST"), stored); }).size(), 1u) << "an update too";
    EXPECT_TRUE(save(environment("THIRD"), stored)) << "its own name is no other's";
    User user;
    user.username = "ann";
    add(user);
    user.username = "ANN";
    EXPECT_EQ(problems([&] { add(user); }).at(0).substr(0, 9), "Username:");
}

TEST_F(Documents, have_unique_names_under_their_owner) {
    auto home = group("G");
    auto one = project("One", {home.id}), two = project("Two", {home.id});
    channel("Default", one);
    channel("Default", two);
    EXPECT_EQ(problems([&] { channel("DEFAULT", one); }).size(), 1u);
}

TEST_F(Documents, refer_only_to_what_is_there) {
    Project made;
    made.name = "P";
    made.group = {"ProjectGroups-99"};
    made.lifecycle = {"Lifecycles-98"};
    EXPECT_EQ(problems([&] { add(made); }), (std::vector<std::string>{"ProjectGroupId: there is no 'ProjectGroups-99'",
                                                                      "LifecycleId: there is no 'Lifecycles-98'"}));
    EXPECT_EQ(count("project"), 0) << "nothing of it is written";
    EXPECT_EQ(count("event"), 0);
    made.group = {"Lifecycles-1"};
    EXPECT_EQ(problems([&] { add(made); }), (std::vector<std::string>{"ProjectGroupId: there is no 'Lifecycles-1'"}))
        << "of another kind";
    auto foreign = add(ProjectGroup{}, "Spaces-2");
    made.group = {foreign.id};
    EXPECT_EQ(problems([&] { add(made); }).at(0), "ProjectGroupId: there is no '" + foreign.id + "'")
        << "of another space";
}

TEST_F(Documents, cannot_be_deleted_while_others_refer_to_them) {
    auto home = group("Home");
    project("Web", {base::to_lower(home.id)}); // ids are case-insensitive
    EXPECT_EQ(problems([&] { remove<ProjectGroup>(home); }),
              (std::vector<std::string>{"The document cannot be deleted because it is used by Project 'Web'."}));
    EXPECT_TRUE(find_stored<ProjectGroup>(home.id));
    remove<Project>(*find_stored<Project>("web"));
    remove<ProjectGroup>(home);
    EXPECT_FALSE(find_stored<ProjectGroup>(home.id));
    EXPECT_EQ(count("reference"), 0);
}

TEST_F(Documents, go_with_their_owner) {
    auto home = group("Home");
    auto doomed = project("Doomed", {home.id}), spared = project("Spared", {home.id});
    auto gone = channel("A", doomed), stays = channel("A", spared);
    VariableSet set;
    set.id = "variableset-" + doomed.id;
    set.owner_id = {doomed.id};
    Variable variable;
    variable.id = "v";
    variable.name = "Secret";
    variable.is_sensitive = true;
    variable.value.secret = schema::Secret{true, "canary"};
    set.variables.push_back(variable);
    add(set);
    EXPECT_EQ(count("secret"), 1);
    remove<Project>(doomed);
    EXPECT_FALSE(find_stored<Channel>(gone.id));
    EXPECT_FALSE(find_stored<VariableSet>(set.id));
    EXPECT_TRUE(find_stored<Channel>(stays.id));
    EXPECT_EQ(count("secret"), 0);
    EXPECT_EQ(count("event where category = 'Deleted'"), 3);
    EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(Documents, go_with_their_space) {
    Space space;
    space.name = "Doomed";
    space.slug = "doomed";
    auto doomed = add(space);
    add(environment("Test"), doomed.id);
    auto stays = add(environment("Test"), "Spaces-77");
    remove<Space>(doomed);
    EXPECT_FALSE(find_stored<Environment>("Environments-1"));
    EXPECT_TRUE(find_stored<Environment>(stays.id));
    EXPECT_EQ(count("event where category = 'Deleted'"), 2);
}

TEST_F(Documents, by_the_thousand_go_quickly) {
    auto home = group("Home");
    auto doomed = project("Doomed", {home.id});
    constexpr int many = 10'000;
    store->write([&](Transaction& transaction) {
        for (int i = 0; i < many; ++i) {
            Channel made;
            made.id = "Channels-" + std::to_string(i + 1);
            made.name = made.slug = "c" + std::to_string(i);
            made.project = {doomed.id};
            set_space(noun_of<Channel>(), made, "Spaces-1");
            insert_document(transaction, draft_of(*store, tester(), made));
        }
    });
    [[maybe_unused]] auto begin = std::chrono::steady_clock::now();
    remove<Project>(doomed);
#ifndef STEPWELL_SANITIZED
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1))
        << "the writer waits that long, and everybody with it";
#endif
    EXPECT_EQ(count("channel"), 0);
    EXPECT_EQ(count("reference"), 0);
    EXPECT_EQ(count("event where category = 'Deleted'"), many + 1);
    EXPECT_EQ(count("event_document d join event e on e.number = d.event where e.category = 'Deleted' and "
                    "d.document_key like 'channels-%'"),
              many);
    EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(Documents, go_over_several_generations_owners_first) {
    auto home = group("Home");
    auto doomed = project("Doomed", {home.id}), spared = project("Spared", {home.id});
    auto runbook = [&](Stored const& of, std::string const& name) {
        Runbook made;
        made.name = made.slug = name;
        made.project = {of.id};
        return add(made);
    };
    auto book = runbook(doomed, "a"), stays = runbook(spared, "b");
    for (auto const& each : {book, stays}) {
        RunbookProcess process;
        process.id = "RunbookProcess-" + each.id;
        process.project = {(each.id == book.id ? doomed : spared).id};
        process.runbook = {each.id};
        add(process);
    }
    remove<Project>(doomed);
    EXPECT_FALSE(find_stored<Runbook>(book.id));
    EXPECT_FALSE(find_stored<RunbookProcess>("RunbookProcess-" + book.id));
    EXPECT_TRUE(find_stored<RunbookProcess>("RunbookProcess-" + stays.id));
    std::vector<std::string> told;
    store->read([&](Session& session) {
        session.each("select d.document_key from event e join event_document d on d.event = e.number where "
                     "e.category = 'Deleted' order by e.sequence",
                     [&](Row const& row) { told.push_back(row.string(0)); });
    });
    EXPECT_EQ(told, (std::vector<std::string>{base::to_lower(doomed.id), base::to_lower(book.id),
                                              "runbookprocess-" + base::to_lower(book.id)}));
    EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(Documents, are_listed_in_order_by_pages) {
    for (int i : {3, 1, 2, 0}) {
        auto made = environment("E" + std::to_string(i));
        made.sort_order = i;
        add(made);
    }
    add(environment("Foreign"), "Spaces-2");
    auto names = [](Listed const& listed) {
        std::string text;
        for (auto const& each : listed.items) text += parse<Environment>(each).name;
        return text;
    };
    ListQuery query{"Spaces-1", {}, {}, {}, 0, 2147483647};
    EXPECT_EQ(names(list(query)), "E0E1E2E3");
    query.skip = 1;
    query.take = 2;
    auto page = list(query);
    EXPECT_EQ(page.total, 4);
    EXPECT_EQ(names(page), "E1E2");
    query.skip = 4;
    EXPECT_EQ(list(query).total, 4);
    query = {"", {}, {}, {}, 0, 100};
    EXPECT_EQ(list(query).total, 5);
}

TEST_F(Documents, are_filtered_without_case_and_without_patterns) {
    add(environment("A%B_c"));
    add(environment("AxBxC"));
    ListQuery query{"Spaces-1", {}, "%b_C", {}, 0, 30};
    EXPECT_EQ(list(query).total, 1);
    query.partial_name = "x";
    EXPECT_EQ(list(query).total, 1);
    query = {"Spaces-1", "axbxc", {}, {}, 0, 30};
    EXPECT_EQ(list(query).total, 1);
    query = {"Spaces-1", {}, {}, {{"Id", {"environments-2", "Environments-9"}}}, 0, 30};
    EXPECT_EQ(list(query).total, 1);
    query.filters = {{"Id", {}}};
    EXPECT_EQ(list(query).total, 0);
    query.filters = {{"Description", {"x"}}};
    EXPECT_THROW(list(query), base::Error) << "it has no column";
}

// One rule of equality: base/fold.h.
TEST_F(Documents, are_the_same_by_the_folded_form_of_name_id_and_slug) {
    add(environment("K\u00f6ln"));
    for (auto same : {"K\u00d6LN", "ko\u0308ln"})
        EXPECT_EQ(problems([&] { add(environment(same)); }).size(), 1u) << same;
    ListQuery query{"Spaces-1", "KO\u0308LN", {}, {}, 0, 30};
    EXPECT_EQ(list(query).total, 1);
    query = {"Spaces-1", {}, "\u00d6L", {}, 0, 30};
    EXPECT_EQ(list(query).total, 1);
    EXPECT_TRUE(find_stored<Environment>("ENVIRONMENTS-1"));
}

TEST_F(Documents, without_a_name_can_be_asked_for_one) {
    for (auto noun : all_nouns()) {
        ListQuery query{"Spaces-1", "x", "x", {}, 0, 30};
        EXPECT_EQ(store->read([&](Session& session) { return list_documents(session, *noun, query).total; }), 0)
            << noun->name;
    }
}

TEST_F(Documents, never_get_an_id_twice) {
    auto first = add(environment("A"));
    remove<Environment>(first);
    reopen();
    EXPECT_EQ(store->next_id("Environments"), "Environments-2");
    EXPECT_EQ(store->next_id("Environments"), "Environments-3");
    base::Sync<std::set<std::string>> seen;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 500; ++k)
                    seen.with([id = store->next_id("Things")](auto& all) { EXPECT_TRUE(all.insert(id).second); });
            });
    }
    EXPECT_EQ(seen.with([](auto const& all) { return all.size(); }), 2000u);
}

TEST_F(Documents, never_get_the_id_of_another_process) {
    auto const other = by_hand();
    std::set<std::int64_t> seen;
    Sequences theirs;
    auto const reserve = [&](std::string_view prefix, std::int64_t count) {
        return reserve_numbers(*other, prefix, count);
    };
    for (int i = 0; i < 700; ++i) {
        EXPECT_TRUE(seen.insert(base::number_of(store->next_id("Things"))).second);
        EXPECT_TRUE(seen.insert(theirs.next("Things", reserve)).second);
    }
    reopen(); // returns nothing that another process has reserved meanwhile
    EXPECT_GT(base::number_of(store->next_id("Things")), *seen.rbegin());
}

TEST_F(Documents, leave_gaps_of_at_most_one_block_after_a_crash) {
    for (int i = 0; i < 5; ++i) static_cast<void>(store->next_id("Things")); // blocks of 1, 2 and 4
    TemporaryFolder copy;
    std::filesystem::copy(data(), copy.path() + "/data", std::filesystem::copy_options::recursive);
    Store crashed(copy.path() + "/data", clock);
    EXPECT_EQ(crashed.next_id("Things"), "Things-8");
    reopen();
    EXPECT_EQ(store->next_id("Things"), "Things-6") << "unused numbers are returned";
}

TEST_F(Documents, do_not_get_the_row_number_of_a_deleted_one) {
    auto const first = add(environment("A")), second = add(environment("B"));
    auto const before =
        store->read([](Session& session) { return revision_of(session, noun_of<Environment>(), "Spaces-1"); });
    remove<Environment>(second);
    EXPECT_GT(add(environment("C")).number, second.number);
    EXPECT_NE(store->read([](Session& session) { return revision_of(session, noun_of<Environment>(), "Spaces-1"); }),
              before);
}

TEST_F(Documents, with_any_text_are_no_sql) {
    std::string const nasty = "'; drop table environment; -- \" \\ ? ?1 \r\n é";
    auto stored = add(environment(nasty));
    EXPECT_EQ(parse<Environment>(*find_stored<Environment>(stored.id)).name, nasty);
    EXPECT_FALSE(find_stored<Environment>(nasty));
    EXPECT_EQ(list({"Spaces-1", nasty, nasty, {}, 0, 30}).total, 1);
}

} // namespace stepwell::store
