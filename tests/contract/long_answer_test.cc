// Responses of any length over HTTP: little memory, documented limits, complete streams.
#include "contract/workshop.h"
#include "store/sqlite/sqlite.h"
#include "support/allocations.h"
#include "support/log_builder.h"

namespace stepwell::contract {

namespace {

constexpr std::size_t mib = 1u << 20;
constexpr std::size_t max_memory = 16 * mib;

struct LongAnswers : Workshop {
    std::string task;

    void write(std::function<void(store::Session&)> const& use) {
        server.restart([&] {
            auto session = store::open_sqlite(server.folder() + "/data/stepwell.db", store::Use::write);
            session->script("begin");
            use(*session);
            session->script("commit");
        });
    }
    void make_run() {
        auto dev = environment("Dev"), book = runbook(project("Shop"), "Print");
        set_steps(book, step("Go", "true"));
        snapshot(book, "One", true);
        auto const body = R"({"EnvironmentIds":[")" + dev + R"("]})";
        auto const runs = server.created(space + "runbooks/" + book + "/run", body);
        task = text_at(runs, "/0/TaskId");
        for (int tries = 0; tries < 600 && !at(server.json("/api/tasks/" + task), "/IsCompleted").as_bool(); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    void make_log(std::function<void(tests::LogBuilder&)> const& build) {
        make_run();
        write([&](store::Session& session) {
            tests::LogBuilder log(session, store::list_attempts(session, task).at(0));
            build(log);
        });
    }
    // Reads a response and drops it. Returns its size.
    std::size_t drain(std::string const& path) {
        tests::Allocations const allocations;
        net::Client client(server.address());
        std::size_t size = 0;
        auto const response = client.stream("GET", path, server.as_admin(), "", [&](std::string_view piece) {
            size += piece.size();
            return true;
        });
        EXPECT_EQ(response.status, 200) << path;
        EXPECT_LT(allocations.peak(), max_memory) << path;
        return size;
    }
    std::string log_path(std::string const& rest) const { return "/api/tasks/" + task + rest; }
};

} // namespace

TEST_F(LongAnswers, of_a_log_with_one_long_line) {
    constexpr std::size_t size = 32 * mib;
    make_log([](tests::LogBuilder& log) {
        log.print("first\n");
        log.fill('x', size);
        log.print("\nlast\n");
    });
    EXPECT_EQ(drain(log_path("/output?step=1")), size + 12);
    EXPECT_GT(drain(log_path("/raw")), size);
    EXPECT_GT(drain(log_path("/stream")), size);
    EXPECT_LT(drain(log_path("/details?verbose=true&tail=1000000000")), 8 * mib);
    EXPECT_LT(drain(log_path("/lines?take=1000000000")), 4 * mib);
    auto const lines = server.json(log_path("/lines?take=3"));
    auto const cut = text_at(lines, "/Lines/1/MessageText");
    auto const mark = "… [line truncated; see " + log_path("/output?attempt=1") + "]";
    EXPECT_TRUE(cut.ends_with(mark)) << cut.substr(cut.size() - 100);
    EXPECT_EQ(text_at(lines, "/Lines/2/MessageText"), "last");
    EXPECT_EQ(text_at(lines, "/Links/Output"), log_path("/output?attempt=1"));
    auto const details = server.get(log_path("/details?verbose=true")).body;
    EXPECT_NE(details.find("\"MessageText\":\"last\""), std::string::npos);
    auto const end = server.json(log_path("/lines?from=9000000000000000000&take=5"));
    EXPECT_TRUE(at(end, "/Lines").as_array().empty());
}

TEST_F(LongAnswers, of_a_log_with_many_lines_say_where_to_continue) {
    make_log([](tests::LogBuilder& log) {
        for (int i = 0; i < 30'000; ++i) log.print("line " + std::to_string(i) + " " + std::string(900, '"') + "\n");
    });
    std::string path = log_path("/lines?step=1&from=0&take=1000000000");
    std::int64_t next = 0;
    int pages = 0;
    for (; !path.empty() && pages < 100; ++pages) {
        auto const page = server.json(path);
        auto const list = at(page, "/Lines"), links = at(page, "/Links");
        auto const& lines = list.as_array();
        ASSERT_FALSE(lines.empty());
        EXPECT_LE(lines.size(), 10'000u);
        EXPECT_EQ(lines.front().at("Number").as_int64(), next);
        next = lines.back().at("Number").as_int64() + 1;
        auto const more = links.as_object().if_contains("Page.Next");
        path = more ? std::string(more->as_string()) : "";
    }
    EXPECT_EQ(next, 30'000);
    EXPECT_GT(pages, 10);
    drain(log_path("/details?tail=1000000000"));
}

TEST_F(LongAnswers, of_lists_hold_every_item_once) {
    constexpr std::int64_t count = 6'000;
    make_run();
    write([&](store::Session& session) {
        auto task_row = *store::find_task(session, task);
        task_row.run_id.clear();
        for (std::int64_t i = 0; i < count; ++i) {
            task_row.id = "ServerTasks-" + std::to_string(1'000'000 + i);
            store::insert_task(session, task_row);
        }
    });
    auto const whole = server.get("/api/tasks?take=2147483647");
    auto const page = parsed(whole.body);
    auto const list = at(page, "/Items");
    auto const& items = list.as_array();
    EXPECT_EQ(std::int64_t(items.size()), count + 1);
    EXPECT_EQ(at(page, "/TotalResults").as_int64(), count + 1);
    EXPECT_EQ(at(page, "/ItemsPerPage").as_int64(), 2147483647);
    std::set<std::string> ids;
    for (auto const& item : items) ids.insert(text_at(item, "/Id"));
    EXPECT_EQ(std::int64_t(ids.size()), count + 1);
    EXPECT_EQ(text_at(page, "/Items/0/Id"), "ServerTasks-" + std::to_string(999'999 + count)) << "newest first";
    EXPECT_EQ(parsed(server.get("/api/tasks/all").body).as_array().size(), items.size());
    EXPECT_EQ(at(server.json("/api/tasks?take=150&skip=100"), "/Items").as_array().size(), 150u);
    drain("/api/tasks?take=2147483647");
    drain("/api/tasks/all");
}

TEST_F(LongAnswers, of_documents_and_events_are_the_same_in_pieces) {
    for (int i = 0; i < 130; ++i) environment("E" + std::to_string(1000 + i));
    auto ids_of = [](Json const& items) {
        std::vector<std::string> ids;
        for (auto const& item : items.as_array()) ids.push_back(text_at(item, "/Id"));
        return ids;
    };
    auto const all = ids_of(get("environments/all"));
    EXPECT_EQ(all.size(), 130u);
    EXPECT_EQ(ids_of(at(get("environments?take=1000"), "/Items")), all);
    std::vector<std::string> paged;
    for (auto skip : {"0", "50", "100"})
        for (auto const& id : ids_of(at(get("environments?take=50&skip=" + std::string(skip)), "/Items")))
            paged.push_back(id);
    EXPECT_EQ(paged, all);
    EXPECT_EQ(text_at(get("environments?take=1000"), "/Items/0/Links/Self"), space + "environments/" + all[0]);
    auto const events = ids_of(at(get("events?take=1000"), "/Items"));
    EXPECT_GE(events.size(), 130u);
    EXPECT_EQ(ids_of(get("events/all")), events);
    auto const csv = server.get(space + "events?asCsv=true&take=1000");
    EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
    EXPECT_EQ(std::size_t(std::ranges::count(csv.body, '\n')), events.size() + 1);
}

} // namespace stepwell::contract
