#include "base/text.h"
#include "operations/create_project.h"
#include "operations/create_runbook.h"
#include "operations/frozen.h"
#include "operations/save_variables.h"
#include "operations/set_up.h"
#include "operations/snapshot_runbook.h"
#include "store/contents.h"
#include "store/secrets.h"

#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <thread>

namespace stepwell::contract {
namespace {

using namespace domain;

// Returns a body with a plain variable and a secret that always contain the same number.
std::string body_with(int word) {
    auto text = std::to_string(word);
    return R"({"Variables":[{"Id":"a","Name":"Plain","Value":")" + text +
           R"("},{"Id":"b","Name":"Secret","IsSensitive":true,"Value":"secret )" + text + R"("}]})";
}

TEST(SnapshotOfOneMoment, never_mixes_what_was_saved_apart) {
    char name[] = "/tmp/stepwell-test-XXXXXX";
    std::string folder = ::mkdtemp(name);
    base::SystemClock clock;
    {
        store::Store store(folder, clock);
        operations::set_up(store, {"admin", "correct horse battery", ""});
        auto caller = system_caller();
        auto project = operations::create_project(
            store, caller, "Spaces-1",
            base::parse_json(R"({"Name":"P","ProjectGroupId":"ProjectGroups-1","LifecycleId":"Lifecycles-1"})"));
        auto runbook = operations::create_runbook(
            store, caller, "Spaces-1", base::parse_json(R"({"Name":"R","ProjectId":")" + project.id + R"("})"));
        auto set = "variableset-" + project.id;
        operations::save_variables(store, caller, "Spaces-1", set, base::parse_json(body_with(0)));
        store.start();
        std::jthread writer([&](std::stop_token stop) { store.serve(stop); });
        std::jthread saving([&](std::stop_token stop) {
            for (int word = 1; !stop.stop_requested(); ++word)
                operations::save_variables(store, caller, "Spaces-1", set, base::parse_json(body_with(word)));
        });
        std::set<std::string> words;
        for (int i = 0; i < 120; ++i) {
            RunbookSnapshot wanted;
            wanted.space_id = "Spaces-1";
            wanted.runbook.value = runbook.id;
            auto snapshot =
                store::parse<RunbookSnapshot>(operations::snapshot_runbook(store, caller, wanted, i % 2 == 0));
            store.read([&](store::Session& session) {
                auto content = store::load_content(session, snapshot.content);
                auto secret = store::reveal_secret(
                    session, store.key(), content.secret_of(content.variable_set_id, content.variables[1]).value());
                EXPECT_EQ(secret, "secret " + *content.variables[0].value.text);
                EXPECT_EQ(content.variable_set_version, std::stoi(*content.variables[0].value.text) + 1);
                words.insert(secret);
            });
        }
        EXPECT_GT(words.size(), 5u) << "somebody saved in between";
        auto published = store.read(
            [&](store::Session& session) { return store::load<Runbook>(session, runbook.id).published_snapshot; });
        EXPECT_EQ(published.value, "RunbookSnapshots-119");
        saving.request_stop();
        saving.join();
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace stepwell::contract
