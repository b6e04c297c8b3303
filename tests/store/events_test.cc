#include "store/workbench.h"

namespace stepwell::store {

namespace {

struct Events : Workbench {
    ListedEvents list(EventQuery query = {}) {
        return store->read([&](Session& session) { return list_events(session, query); });
    }
    std::string broken_text() {
        auto found = broken();
        return found ? std::to_string(found->sequence) + " " + found->reason : "holds";
    }
    void add_some() {
        for (auto name : {"A", "B", "C", "D", "E"}) add(environment(name));
    }
};

} // namespace

TEST_F(Events, tell_of_every_change_and_what_it_changed) {
    auto first = add(environment("Test"));
    auto changed = environment("Test");
    changed.description = "new";
    save(changed, first);
    remove<Environment>(*find_stored<Environment>(first.id));
    auto listed = list();
    ASSERT_EQ(listed.total, 3);
    auto body = [&](std::size_t i) { return base::parse_json(listed.items[i].body); };
    EXPECT_EQ(body(2).at("Message").as_string(), "Environment Test was created");
    EXPECT_EQ(body(1).at("Message").as_string(), "Environment Test was modified");
    EXPECT_EQ(body(0).at("Message").as_string(), "Environment Test was deleted");
    EXPECT_EQ(base::to_text(body(1).at("ChangeDetails").at("Differences")),
              R"([{"op":"replace","path":"/Description","value":"new"}])");
    EXPECT_EQ(base::to_text(body(2).at("RelatedDocumentIds")), R"(["Environments-1"])");
    EXPECT_EQ(base::to_text(body(2).at("MessageReferences")),
              R"([{"ReferencedDocumentId":"Environments-1","StartIndex":12,"Length":4}])");
    EXPECT_EQ(broken_text(), "holds");
}

TEST_F(Events, show_names_as_text_in_html) {
    add(environment("<img src=x onerror=alert(1)>&\""));
    auto html = std::string(base::parse_json(list().items[0].body).at("MessageHtml").as_string());
    EXPECT_EQ(html.find("<img"), std::string::npos) << html;
    EXPECT_NE(html.find("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;"), std::string::npos) << html;
}

TEST_F(Events, are_found_by_document_category_space_and_time) {
    add(environment("A"));
    add(environment("B"), "Spaces-2");
    User user;
    user.username = "u";
    add(user);
    auto total = [&](std::function<void(EventQuery&)> const& narrow) {
        EventQuery query;
        narrow(query);
        return list(query).total;
    };
    EXPECT_EQ(total([](EventQuery&) {}), 3);
    EXPECT_EQ(total([&](EventQuery& query) { query.spaces = {"Spaces-1"}; }), 2);
    EXPECT_EQ(total([&](EventQuery& query) {
                  query.spaces = {"Spaces-1"};
                  query.include_system = false;
              }),
              1);
    EXPECT_EQ(total([&](EventQuery& query) { query.include_system = false; }), 2);
    EXPECT_EQ(total([&](EventQuery& query) { query.categories = {"cREATED"}; }), 3);
    EXPECT_EQ(total([&](EventQuery& query) { query.categories = {"Deleted"}; }), 0);
    EXPECT_EQ(total([&](EventQuery& query) { query.document_types = {"Environments"}; }), 2);
    EXPECT_EQ(total([&](EventQuery& query) { query.regarding = {"environments-1"}; }), 1);
    EXPECT_EQ(total([&](EventQuery& query) { query.regarding = {"Environments-1", "Environments-2"}; }), 0);
    EXPECT_EQ(total([&](EventQuery& query) { query.regarding_any = {"Environments-1", "Environments-2"}; }), 2);
    EXPECT_EQ(total([&](EventQuery& query) { query.users = {"Users-1"}; }), 3);
    EXPECT_EQ(total([&](EventQuery& query) { query.users = {"Users-2"}; }), 0);
    EXPECT_EQ(total([&](EventQuery& query) { query.from = clock.now(); }), 3);
    EXPECT_EQ(total([&](EventQuery& query) { query.from = clock.now() + base::Duration(1); }), 0);
    EXPECT_EQ(total([&](EventQuery& query) { query.from_number = 2; }), 2);
    EXPECT_EQ(total([&](EventQuery& query) { query.to_number = 1; }), 1);
    EXPECT_EQ(total([&](EventQuery& query) { query.ids = {"Events-2"}; }), 1);
    EventQuery second;
    second.skip = second.take = 1;
    auto page = list(second);
    ASSERT_EQ(page.items.size(), 1u);
    EXPECT_EQ(page.items[0].number, 2) << "newest first";
}

TEST_F(Events, are_about_a_document_once_however_its_id_is_written) {
    auto event = EventText("Test", "").name("Environments-1", "E").relate("environments-1").relate("Teams-1").done();
    EXPECT_EQ(event.related, (std::vector<std::string>{"Environments-1", "Teams-1"}));
    store->write(
        [&](Transaction& transaction) { append_event(transaction, prepare_event(tester(), clock.now(), event)); });
    EXPECT_EQ(count("event_document"), 2);
}

TEST_F(Events, roll_back_with_a_change_that_fails) {
    add_some();
    EXPECT_THROW(store->write([&](Transaction& transaction) {
        append_event(transaction, prepare_event(tester(), clock.now(), EventText("Test", "").say("never").done()));
        base::reject("", "fails");
    }),
                 base::Error);
    EXPECT_EQ(count("event"), 5);
    add(environment("F"));
    EXPECT_EQ(count("event"), 6);
    EXPECT_EQ(broken_text(), "holds");
}

TEST_F(Events, continue_their_chain_after_a_restart) {
    add_some();
    reopen();
    add(environment("F"));
    EXPECT_EQ(broken_text(), "holds");
    EXPECT_EQ(count("event"), 6);
}

// A63, each change on its own: the check must report the place.
TEST_F(Events, betray_an_edited_body) {
    add_some();
    by_hand()->script("update event set body = replace(body, 'Environment C', 'Environment X') where sequence = 3");
    EXPECT_EQ(broken_text(), "3 does not match its digest");
}
TEST_F(Events, betray_an_edited_body_with_its_digest) {
    add_some();
    auto session = by_hand();
    auto body = base::replace_all(*session->text("select body from event where sequence = 3"), "Environment C",
                                  "Environment X");
    session->exec("update event set body = ?, digest = ? where sequence = 3", body, Bytes{base::sha256(body)});
    EXPECT_EQ(broken_text(), "3 does not match the chain");
}
TEST_F(Events, betray_an_edited_body_with_digest_and_hash) {
    add_some();
    auto session = by_hand();
    auto body = base::replace_all(*session->text("select body from event where sequence = 3"), "Environment C",
                                  "Environment X");
    auto digest = base::sha256(body);
    std::string previous;
    session->each("select hash from event where sequence = 2", [&](Row const& row) { previous = row.string(0); });
    session->exec("update event set body = ?, digest = ?, hash = ? where sequence = 3", body, Bytes{digest},
                  Bytes{chain_hash(previous, 3, digest)});
    EXPECT_EQ(broken_text(), "4 does not match the chain");
}
TEST_F(Events, betray_a_deleted_one) {
    add_some();
    by_hand()->script("delete from event where sequence = 3");
    EXPECT_EQ(broken_text(), "3 is missing");
}
TEST_F(Events, betray_that_the_first_are_gone) {
    add_some();
    by_hand()->script("delete from event where sequence <= 2");
    EXPECT_EQ(broken_text(), "1 is missing");
}
TEST_F(Events, betray_a_deleted_one_with_the_rest_moved_up) {
    add_some();
    by_hand()->script(
        "delete from event where sequence = 3; update event set sequence = sequence - 1 where sequence > 3");
    EXPECT_EQ(broken_text(), "3 does not match the chain");
}
TEST_F(Events, betray_two_that_changed_places) {
    add_some();
    by_hand()->script("update event set sequence = 99 where sequence = 2; update event set sequence = 2 where sequence "
                      "= 3; update event set sequence = 3 where sequence = 99");
    EXPECT_EQ(broken_text(), "2 does not match the chain");
}
TEST_F(Events, betray_one_that_was_slipped_in) {
    add_some();
    by_hand()->script(
        "insert into event(chain, sequence, occurred, category, user_id, body, digest, hash) select 1, 6, "
        "occurred, category, user_id, body, digest, hash from event where sequence = 5");
    EXPECT_EQ(broken_text(), "6 does not match the chain");
}
TEST_F(Events, betray_columns_that_tell_another_story) {
    for (auto lie : {"user_id = 'Users-666'", "category = 'Nothing'", "occurred = 0", "space_id = 'Spaces-9'"}) {
        TemporaryFolder elsewhere;
        Store other(elsewhere.path() + "/data", clock);
        auto made = environment("A");
        made.id = other.next_id("Environments");
        made.space_id = "Spaces-1";
        auto draft = draft_of(other, tester(), made);
        other.write([&](Transaction& transaction) { insert_document(transaction, draft); });
        open_sqlite(other.database_path(), Use::write)->script(std::string("update event set ") + lie);
        auto found = other.read([](Session& session) { return verify_events(session); });
        ASSERT_TRUE(found) << lie;
        EXPECT_EQ(found->sequence, 1);
    }
}

TEST_F(Events, with_line_ends_stay_one_event) {
    add(environment("A\r\nEnvironment B was deleted\x1b[2J"));
    EXPECT_EQ(list().total, 1);
    auto message = std::string(base::parse_json(list().items[0].body).at("Message").as_string());
    EXPECT_EQ(message, "Environment A\r\nEnvironment B was deleted\x1b[2J was created");
    EXPECT_EQ(list().items[0].body.find('\n'), std::string::npos);
    EXPECT_EQ(broken_text(), "holds");
}

} // namespace stepwell::store
