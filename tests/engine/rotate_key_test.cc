#include "operations/rotate_key.h"

#include "store/documents.h"
#include "store/runs.h"
#include "store/sealed.h"
#include "store/secrets.h"
#include "store/step_outputs.h"

#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::operations {
namespace {

using namespace domain;
using store::Session;
using store::Transaction;

class KeyRotations : public testing::Test {
protected:
    base::SystemClock clock;
    std::string data;
    std::unique_ptr<store::Store> store;

    KeyRotations() {
        char name[] = "/tmp/stepwell-rotate-XXXXXX";
        data = std::string(::mkdtemp(name)) + "/data";
        reopen();
    }
    ~KeyRotations() override {
        store.reset();
        std::filesystem::remove_all(data.substr(0, data.rfind('/')));
    }
    void reopen() {
        store.reset();
        store = std::make_unique<store::Store>(data, clock);
    }
    void add_secrets(int count) {
        store->write([&](Transaction& transaction) {
            for (int i = 0; i < count; ++i) {
                auto owner = "Things-" + std::to_string(i);
                store::keep_first_secret(transaction.session, owner, "Value",
                                         store::seal_secret(store->key(), owner, "Value", "secret of " + owner));
            }
        });
    }
    void expect_secrets(int count) {
        for (int i = 0; i < count; ++i) {
            auto owner = "Things-" + std::to_string(i);
            auto plain = store->read(
                [&](Session& session) { return store::reveal_current(session, store->key(), owner, "Value"); });
            ASSERT_EQ(plain, "secret of " + owner);
        }
    }
    void add_attempt(std::string const& ticket, domain::AttemptState state) {
        store::Attempt attempt;
        attempt.task_id = "ServerTasks-" + ticket;
        attempt.number = 1;
        attempt.ticket = ticket;
        attempt.state = state;
        auto sealed = base::seal(store->key(), "output of " + ticket, store::owner_of_output(ticket, "Token"));
        store->write([&](Transaction& transaction) {
            store::insert_attempt(transaction.session, attempt);
            store::StepOutput outputs[] = {{"Plain", "y", ""}, {"Token", "", sealed}};
            store::put_step_outputs(transaction.session, attempt.task_id, attempt.number, outputs);
        });
    }
    // Returns the sensitive value in plain text.
    std::string output_of(std::string const& ticket) {
        auto now = store->read([&](Session& s) { return store::list_step_outputs(s, "ServerTasks-" + ticket, 1); });
        EXPECT_EQ(now.at(0).value, "y");
        return base::open_sealed(store->key(), now.at(1).sealed, store::owner_of_output(ticket, "Token"))
            .value_or("unreadable");
    }
    std::vector<std::string> rotate_here() {
        std::vector<std::string> told;
        KeyRotation rotation(*store);
        if (!rotation.is_unfinished()) rotation.begin(system_caller());
        rotation.go_on([&](std::string const& line) { told.push_back(line); }, {});
        return told;
    }
    void forget_former_keys() { std::filesystem::remove_all(data + "/former-keys"); }
};

TEST_F(KeyRotations, seal_everything_anew) {
    add_secrets(450);
    add_attempt("one", domain::AttemptState::ended);
    auto former = base::read_file(data + "/key").value();
    auto id = store->installation_id();
    auto told = rotate_here();
    EXPECT_EQ(told.back(), "Everything is sealed with the new key of the server: 451 values");
    EXPECT_NE(base::read_file(data + "/key").value(), former);
    EXPECT_FALSE(KeyRotation(*store).is_unfinished());
    forget_former_keys();
    reopen();
    EXPECT_EQ(store->installation_id(), id);
    expect_secrets(450);
    EXPECT_EQ(output_of("one"), "output of one");
    auto broken = store->read([](Session& session) { return store::verify_events(session); });
    EXPECT_FALSE(broken);
    EXPECT_EQ(store->read([](Session& session) {
        return session.integer("select count(*) from event where category like 'KeyRotation%'");
    }),
              2);
}

TEST_F(KeyRotations, leave_older_backups_to_the_former_key) {
    add_secrets(3);
    store.reset();
    std::filesystem::copy(data + "/stepwell.db", data + "/../backup.db");
    reopen();
    rotate_here();
    store.reset();
    for (auto rest : {"/stepwell.db", "/stepwell.db-wal", "/stepwell.db-shm", "/last-commit"})
        std::filesystem::remove(data + rest);
    std::filesystem::copy(data + "/../backup.db", data + "/stepwell.db");
    reopen(); // finds the key among the former keys, and the unfinished rotation
    expect_secrets(3);
    EXPECT_TRUE(KeyRotation(*store).is_unfinished());
    rotate_here();
    forget_former_keys();
    reopen();
    expect_secrets(3);
}

TEST_F(KeyRotations, wait_for_scripts_that_were_started_before) {
    add_attempt("before", domain::AttemptState::running);
    KeyRotation rotation(*store);
    rotation.begin(system_caller());
    EXPECT_EQ(store->key().all().size(), 2u) << "what a script sends to the former key still opens";
    std::vector<std::string> told;
    auto go_on = [&] { rotation.go_on([&](std::string const& line) { told.push_back(line); }, {}); };
    go_on();
    EXPECT_TRUE(rotation.is_unfinished());
    EXPECT_NE(told.back().find("1 running script."), std::string::npos);
    add_attempt("after", domain::AttemptState::running);
    store->write([](Transaction& transaction) {
        transaction.session.exec("update attempt set state = 'ended' where ticket = 'before'");
    });
    go_on();
    EXPECT_FALSE(rotation.is_unfinished()) << "what began after needs the new key alone";
    forget_former_keys();
    reopen();
    EXPECT_EQ(output_of("before"), "output of before");
    EXPECT_EQ(output_of("after"), "output of after");
}

TEST_F(KeyRotations, survive_kills_at_any_point) {
    constexpr int secrets = 3000;
    add_secrets(secrets);
    add_attempt("one", domain::AttemptState::ended);
    for (int kills = 0; kills < 12; ++kills) {
        store.reset();
        auto child = ::fork();
        if (child == 0) {
            reopen();
            rotate_here();
            ::_exit(0);
        }
        ::usleep(20'000u * unsigned(kills) * unsigned(kills));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        reopen();
        expect_secrets(secrets);
        EXPECT_EQ(output_of("one"), "output of one");
    }
    rotate_here();
    forget_former_keys();
    reopen();
    expect_secrets(secrets);
    EXPECT_EQ(output_of("one"), "output of one");
}

} // namespace
} // namespace stepwell::operations
