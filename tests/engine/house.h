// A server without its API: store, engine and a real worker, with their threads and a folder of their own.
#pragma once
#include "base/log.h"
#include "engine/engine.h"
#include "operations/cancel_task.h"
#include "operations/create_project.h"
#include "operations/create_runbook.h"
#include "operations/read_activity.h"
#include "operations/read_output.h"
#include "operations/run_runbook.h"
#include "operations/save_process.h"
#include "operations/save_variables.h"
#include "operations/set_up.h"
#include "operations/snapshot_runbook.h"
#include "run/local_worker.h"

#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>

namespace stepwell::tests {

struct ScriptStep {
    std::string name, body;
    std::string condition = "Success";
    std::string syntax = "Bash";
    std::string type = "Octopus.Script";
    std::vector<std::pair<std::string, std::string>> more{}; // further properties
    bool is_disabled = false;
};

class House {
public:
    // `choose` returns another worker than the real one.
    using ChooseWorker = std::function<run::Worker&(run::Listener&)>;
    // If `folder` is given, continues with its content and does not delete it.
    explicit House(std::size_t slots = 64, ChooseWorker choose = {}, engine::Placement placement = {},
                   std::string folder = {})
        : slots_(slots), choose_(std::move(choose)), placement_(std::move(placement)), is_kept_(!folder.empty()),
          folder_(std::move(folder)) {
        base::log_from(base::Level::error);
        base::start_crypto();
        char name[] = "/tmp/stepwell-engine-XXXXXX";
        if (!is_kept_) folder_ = ::mkdtemp(name);
        first_ = !std::filesystem::exists(folder_ + "/data/stepwell.db");
        start();
    }
    ~House() {
        stop();
        if (!is_kept_) std::filesystem::remove_all(folder_);
    }

    void start() {
        store = std::make_unique<store::Store>(folder_ + "/data", clock);
        if (first_) operations::set_up(*store, {"admin", "correct horse", ""});
        first_ = false;
        store->start();
        engine =
            std::make_unique<engine::Engine>(*store, engine::Engine::Options{slots_, "http://localhost", placement_});
        worker = std::make_unique<run::LocalWorker>(run::LocalWorker::Options{folder_ + "/data/tickets", "", "", ""},
                                                    *engine);
        engine->add_worker(engine::local_worker_id, engine::local_worker_name, choose_ ? choose_(*engine) : *worker);
        writer_ = std::jthread([this](std::stop_token stop) { store->serve(stop); });
        for (int i = 0; i < 3; ++i) threads_.emplace_back([this](std::stop_token stop) { engine->work(stop); });
        threads_.emplace_back([this](std::stop_token stop) { engine->collect_logs(stop); });
        threads_.emplace_back([this](std::stop_token stop) { engine->keep_time(stop); });
        threads_.emplace_back([this](std::stop_token stop) { worker->serve(stop); });
        engine->resume();
    }
    // Shuts down like a server. Shims continue to run.
    void stop() {
        for (auto& thread : threads_) thread.request_stop();
        threads_.clear();
        writer_ = {};
        worker.reset();
        engine.reset();
        store.reset();
    }
    void restart() {
        stop();
        start();
    }

    // Creates a published runbook with these steps and returns its id.
    std::string runbook(std::vector<ScriptStep> const& steps, std::string const& variables = "[]",
                        std::function<void(domain::Runbook&)> const& change = {}) {
        auto caller = domain::system_caller();
        auto number = std::to_string(++made_);
        auto project = operations::create_project(
            *store, caller, "Spaces-1",
            base::parse_json(R"({"Name":"P)" + number +
                             R"(","ProjectGroupId":"ProjectGroups-1","LifecycleId":"Lifecycles-1"})"));
        operations::save_variables(*store, caller, "Spaces-1", "variableset-" + project.id,
                                   base::parse_json("{\"Variables\":" + variables + "}"));
        auto runbook = operations::create_runbook(
            *store, caller, "Spaces-1",
            base::parse_json(R"({"Name":"R)" + number + R"(","ProjectId":")" + project.id + "\"}"));
        operations::save_process(*store, caller, domain::noun_of<domain::RunbookProcess>(), "Spaces-1",
                                 "RunbookProcess-" + runbook.id, process_of(steps));
        if (change) operations::change<domain::Runbook>(*store, caller, "Spaces-1", runbook.id, change);
        domain::RunbookSnapshot snapshot;
        snapshot.space_id = "Spaces-1";
        snapshot.runbook.value = runbook.id;
        operations::snapshot_runbook(*store, caller, snapshot, true);
        return runbook.id;
    }
    std::string environment(std::string const& name = "Test") {
        domain::Environment made;
        made.name = name;
        made.space_id = "Spaces-1";
        return operations::insert(*store, domain::system_caller(), made).id;
    }
    std::string run(std::string const& runbook_id, std::vector<std::string> environments,
                    domain::RunbookRun options = {}) {
        auto runs = operations::run_runbook(*store, *engine, domain::system_caller(),
                                            {"Spaces-1", runbook_id, "", std::move(environments), std::move(options)});
        return store::parse<domain::RunbookRun>(runs.at(0)).task;
    }
    store::Task task(std::string const& id) {
        return *store->read([&](store::Session& session) { return store::find_task(session, id); });
    }
    store::Task wait(std::string const& id, std::chrono::seconds limit = std::chrono::seconds(60)) {
        auto until = std::chrono::steady_clock::now() + limit;
        for (;;) {
            auto seen = engine->watchers().seen(id);
            auto now = task(id);
            if (now.completed || std::chrono::steady_clock::now() > until) return now;
            engine->watchers().wait_for(id, seen, std::chrono::milliseconds(200));
        }
    }
    // Returns the number of taken slots once it is 0, or after 10 s. A slot becomes free just after the commit that
    // ends its task.
    std::size_t wait_for_free_slots() {
        for (int tries = 0; tries < 500 && engine->running() > 0; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return engine->running();
    }
    // Waits until the task has printed the text, at most 30 s.
    void wait_for_text(std::string const& id, std::string const& text) {
        for (int tries = 0; tries < 600 && log(id).find(text) == std::string::npos; ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::string log(std::string const& id) {
        operations::TaskText text(*store, *engine, task(id));
        std::string all;
        while (auto piece = text.next()) all += *piece;
        return all;
    }
    std::string output(std::string const& id, std::int64_t position = 0) {
        auto attempts = store->read([&](store::Session& session) { return store::list_attempts(session, id); });
        operations::StepOutput bytes(*engine, attempts.at(std::size_t(position)));
        std::string all;
        while (auto piece = bytes.next()) all += *piece;
        return all;
    }
    std::vector<store::Attempt> attempts(std::string const& id) {
        return store->read([&](store::Session& session) { return store::list_attempts(session, id); });
    }
    std::string const& folder() const { return folder_; }

    base::SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<run::LocalWorker> worker;

private:
    static base::Json process_of(std::vector<ScriptStep> const& steps) {
        boost::json::array list;
        for (auto const& step : steps) {
            boost::json::object properties{{"Octopus.Action.RunOnServer", "true"},
                                           {"Octopus.Action.Script.ScriptSource", "Inline"},
                                           {"Octopus.Action.Script.Syntax", step.syntax},
                                           {"Octopus.Action.Script.ScriptBody", step.body}};
            for (auto const& [key, value] : step.more) properties[key] = value;
            list.push_back(
                boost::json::object{{"Name", step.name},
                                    {"Condition", step.condition},
                                    {"Actions", boost::json::array{boost::json::object{{"Name", step.name},
                                                                                       {"IsDisabled", step.is_disabled},
                                                                                       {"ActionType", step.type},
                                                                                       {"Properties", properties}}}}});
        }
        return boost::json::object{{"Version", 0}, {"Steps", list}};
    }

    std::size_t slots_;
    ChooseWorker choose_;
    engine::Placement placement_;
    bool is_kept_;
    bool first_ = true;
    int made_ = 0;
    std::string folder_;
    std::jthread writer_;
    std::vector<std::jthread> threads_;
};

} // namespace stepwell::tests
