#include "engine/house.h"
#include "operations/readiness.h"

#include <latch>

namespace stepwell::operations {

using namespace std::chrono_literals;
using tests::House;

namespace {

// A worker that can start no scripts.
class IdleWorker final : public run::Worker {
public:
    std::string why, boot = "idle";

    void prepare(run::Order) override {}
    void start(run::Ticket const&) override {}
    void adopt(run::Ticket const&, run::Order) override {}
    run::Page read(run::Ticket const&, std::uint64_t sequence, std::size_t) override { return {{}, sequence}; }
    void acknowledge(run::Ticket const&, std::uint64_t) override {}
    void cancel(run::Ticket const&) override {}
    void complete(run::Ticket const&) override {}
    std::string probe(std::chrono::milliseconds) const override { return why; }
    std::vector<run::Ticket> list() override { return {}; }
    void remove_unstarted() override {}
    std::string const& boot_id() const override { return boot; }
};

struct ReadinessTest : testing::Test {
    House house;
    base::WorkQueue requests{10};
    Readiness::Limits limits{1000ms, 5000ms, 1, 0ms};

    std::string troubles(std::string const& off = {}) {
        std::string all;
        for (auto const& trouble : Readiness(*house.store, *house.engine, requests, off, limits).find_troubles())
            all += trouble + "\n";
        return all;
    }
    void expect(std::string const& words) { EXPECT_NE(troubles().find(words), std::string::npos) << troubles(); }
};

} // namespace

TEST_F(ReadinessTest, finds_nothing_on_a_server_that_works) { EXPECT_EQ(troubles(), ""); }

TEST_F(ReadinessTest, reports_a_writer_that_does_not_answer) {
    limits.answer = 50ms;
    std::latch done(1);
    house.store->submit([&](store::Transaction&) { done.wait(); }, [](std::exception_ptr const&) {});
    expect("database has not answered");
    done.count_down();
    limits.answer = 10s;
    EXPECT_EQ(troubles(), "");
}

TEST_F(ReadinessTest, reports_a_write_that_found_no_space_until_one_succeeds) {
    EXPECT_THROW(house.store->write([](store::Transaction&) {
        throw base::Error(base::Kind::unavailable, "database or disk is full");
    }),
                 base::Error);
    EXPECT_EQ(troubles(), ""); // the probe has written
    // As on a full disk.
    house.store->write([](store::Transaction& transaction) {
        transaction.session.exec(
            "create trigger full before update on sequence begin select raise(abort, 'database or disk is full'); end");
    });
    EXPECT_THROW(
        house.store->write([](store::Transaction&) { throw base::Error(base::Kind::unavailable, "disk is full"); }),
        base::Error);
    expect("last write to the database failed");
    house.store->write([](store::Transaction& transaction) { transaction.session.exec("drop trigger full"); });
    EXPECT_EQ(troubles(), "");
}

TEST_F(ReadinessTest, reports_a_full_disk) {
    limits.free_bytes = std::uint64_t(1) << 62;
    expect("is full");
}

TEST_F(ReadinessTest, reports_threads_that_take_up_nothing) {
    limits.wait = 20ms;
    EXPECT_TRUE(requests.try_post([] {}));
    std::this_thread::sleep_for(30ms);
    expect("Requests have been waiting");
}

TEST_F(ReadinessTest, reports_events_of_runs_that_wait) {
    limits.wait = 20ms;
    // An engine without threads, on the same store.
    engine::Engine idle(*house.store, {4, "http://localhost"});
    IdleWorker worker;
    idle.add_worker("idle", "an idle worker", worker);
    auto runbook = house.runbook({{"A", "true"}});
    auto environment = house.environment();
    auto task = store::parse<domain::RunbookRun>(run_runbook(*house.store, idle, domain::system_caller(),
                                                             {"Spaces-1", runbook, "", {environment}, {}})
                                                     .at(0))
                    .task;
    EXPECT_TRUE(idle.request_cancel(task, "admin"));
    std::this_thread::sleep_for(30ms);
    auto found = Readiness(*house.store, idle, requests, "", limits).find_troubles();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NE(found[0].find("Events of runs have been waiting"), std::string::npos) << found[0];
}

TEST_F(ReadinessTest, reports_what_the_worker_says) {
    IdleWorker worker;
    worker.why = "Scripts wait: no launcher answers.";
    engine::Engine idle(*house.store, {4, "http://localhost"});
    idle.add_worker("idle", "an idle worker", worker);
    EXPECT_EQ(Readiness(*house.store, idle, requests, "", limits).find_troubles(), std::vector{worker.why});
}

TEST_F(ReadinessTest, says_why_no_script_can_run_here) { EXPECT_EQ(troubles("Off."), "Off.\n"); }

} // namespace stepwell::operations
