#include "workshop.h"

#include "base/clock.h"
#include "store/sqlite/sqlite.h"

#include <thread>

namespace stepwell::contract {
namespace {

// Tests of owners of runs that need real runs.
class RunsOfRunbooks : public Workshop {
protected:
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");

    Json run() {
        return at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"),
                  "/0");
    }
    // Waits until `done(task)`; fails the test after ten seconds.
    template <class Done> Json wait_for(std::string const& task_id, Done done) {
        for (int i = 0; i < 500; ++i) {
            auto task = server.json("/api/tasks/" + task_id);
            if (done(text_at(task, "/State"))) return task;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << server.get("/api/tasks/" + task_id).body;
        return {};
    }
};

TEST_F(RunsOfRunbooks, are_shown_by_environment_with_the_state_of_their_task) {
    set_steps(book, step("Go", "true"));
    auto frozen = snapshot(book, "One", true);
    auto first = run();
    wait_for(text_at(first, "/TaskId"), [](auto const& state) { return state == "Success"; });
    set_steps(book, step("Go", "exit 3"));
    snapshot(book, "Two", true);
    auto second = run();
    wait_for(text_at(second, "/TaskId"), [](auto const& state) { return state == "Failed"; });

    auto progression = get("progression/runbooks/" + book);
    EXPECT_EQ(text_at(progression, "/Environments/0/Id"), dev);
    auto items = at(progression, "/RunbookRuns/" + dev);
    ASSERT_EQ(items.as_array().size(), 2u);
    EXPECT_EQ(text_at(items, "/0/State"), "Failed") << "newest first";
    EXPECT_EQ(at(items, "/0/HasWarningsOrErrors"), Json(true));
    EXPECT_NE(text_at(items, "/0/ErrorMessage").find("exit code 3"), std::string::npos);
    EXPECT_EQ(text_at(items, "/1/State"), "Success");
    EXPECT_EQ(text_at(items, "/1/RunbookSnapshotName"), "One");
    EXPECT_EQ(at(items, "/1/IsCompleted"), Json(true));
    EXPECT_TRUE(items.at(1).at("ErrorMessage").is_null());
    EXPECT_FALSE(text_at(items, "/1/Duration").empty());
    EXPECT_EQ(at(get("progression/runbooks/taskRuns?runbookIds=" + book), "/Items"), items);
    EXPECT_EQ(at(get("progression/runbooks/taskRuns?taskIds=" + text_at(first, "/TaskId")), "/TotalResults"), Json(1));
    EXPECT_EQ(at(get("progression/runbooks/taskRuns?environmentIds=Environments-99"), "/TotalResults"), Json(0));
    EXPECT_EQ(at(get("runbookRuns?taskState=Failed"), "/TotalResults"), Json(1));
    EXPECT_EQ(at(get("runbookRuns?taskState=Failed,success"), "/TotalResults"), Json(2));
    EXPECT_EQ(at(get("runbookRuns?taskState=Nope"), "/TotalResults"), Json(0));
    auto runs = get("runbookSnapshots/" + text_at(frozen, "/Id") + "/runbookRuns");
    EXPECT_EQ(at(runs, "/TotalResults"), Json(1));
    EXPECT_EQ(text_at(runs, "/Items/0/Id"), text_at(first, "/Id"));
}

TEST_F(RunsOfRunbooks, keep_their_environment_until_they_are_over) {
    set_steps(book, step("Go", "sleep 30"));
    snapshot(book, "One", true);
    auto task = text_at(run(), "/TaskId");
    expect_refused(server.del(space + "environments/" + dev), 409, task);
    server.post("/api/tasks/" + task + "/cancel", "");
    wait_for(task, [](auto const& state) { return state == "Canceled"; });
    EXPECT_EQ(server.del(space + "environments/" + dev).status, 200);
}

// An environment with open runs cannot be deleted, but it may be missing in a restored folder.
TEST_F(RunsOfRunbooks, fail_alone_when_what_they_need_has_gone) {
    set_steps(book, step("Go", "sleep 3"));
    snapshot(book, "One", true);
    auto running = text_at(run(), "/TaskId");
    auto waiting = text_at(
        at(server.created(space + "runbooks/" + book + "/run",
                          R"({"QueueTime":")" + base::to_text(base::SystemClock().now() + std::chrono::hours(1)) +
                              R"(","EnvironmentIds":[")" + dev + R"("]})"),
           "/0"),
        "/TaskId");
    store::open_sqlite(server.folder() + "/data/stepwell.db", store::Use::write)
        ->exec("delete from environment where id = ?", dev);
    server.restart();
    auto task = wait_for(running, [](auto const& state) { return state == "Failed"; });
    EXPECT_NE(text_at(task, "/ErrorMessage").find("was deleted"), std::string::npos);
    server.post("/api/tasks/" + waiting + "/cancel", "");
    wait_for(waiting, [](auto const& state) { return state == "Failed"; });
}

TEST_F(RunsOfRunbooks, wait_while_the_queue_of_their_space_is_stopped) {
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    auto stop = [&](bool stopped) {
        auto document = server.json("/api/spaces/Spaces-1").as_object();
        document["TaskQueueStopped"] = stopped;
        server.changed("/api/spaces/Spaces-1", base::to_text(document));
    };
    stop(true);
    auto task = text_at(run(), "/TaskId");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(text_at(server.json("/api/tasks/" + task), "/State"), "Queued");
    EXPECT_NE(server.get("/api/tasks/" + task + "/queued-behind").body.find("stopped"), std::string::npos);
    stop(false);
    wait_for(task, [](auto const& state) { return state == "Success"; });
}

TEST_F(RunsOfRunbooks, begin_at_their_time) {
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    server.hold_clock();
    auto const in_an_hour = base::to_text(server.now() + std::chrono::hours(1));
    auto const task =
        text_at(at(server.created(space + "runbooks/" + book + "/run",
                                  R"({"QueueTime":")" + in_an_hour + R"(","EnvironmentIds":[")" + dev + "\"]}"),
                   "/0"),
                "/TaskId");
    server.advance_clock(std::chrono::minutes(59));
    EXPECT_EQ(text_at(server.json("/api/tasks/" + task), "/State"), "Queued");
    server.advance_clock(std::chrono::minutes(1));
    wait_for(task, [](auto const& state) { return state == "Success"; });
}

TEST_F(RunsOfRunbooks, are_refused_where_the_body_names_another_space) {
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    auto post = [&](std::string const& in) {
        return server.post(space + "runbook-runs/create/v1", R"({"spaceIdOrName":")" + in +
                                                                 R"(","projectName":"Shop","runbookName":"Restart",)"
                                                                 R"("environmentNames":["Dev"]})");
    };
    expect_refused(post("Two"), 400, "SpaceIdOrName");
    expect_refused(server.post(space + "runbook-runs/create/v1",
                               R"({"spaceId":"Spaces-9","projectName":"Shop","runbookName":"Restart",)"
                               R"("environmentNames":["Dev"]})"),
                   400, "SpaceId: must be the space of the path");
    EXPECT_EQ(post("Spaces-1").status, 201);
    EXPECT_EQ(post("default").status, 201);
}

// "Dev 2" has the slug "dev-2", which is the name of another environment.
TEST_F(RunsOfRunbooks, are_found_by_id_then_by_name_then_by_slug) {
    auto spaced = environment("Dev 2"), dashed = environment("dev-2");
    for (auto const& owner : {project("My shop"), project("my-shop")})
        for (auto name : {"Clean up", "clean-up"}) {
            auto id = runbook(owner, name);
            set_steps(id, step("Go", "true"));
            snapshot(id, "One", true);
        }
    auto run_of = [&](std::string const& where, std::string const& owner, std::string const& name) {
        auto made = server.created(space + "runbook-runs/create/v1",
                                   R"({"projectName":")" + owner + R"(","runbookName":")" + name +
                                       R"(","environmentNames":[")" + where + R"("]})");
        return get("runbookRuns/" + text_at(made, "/RunbookRunServerTasks/0/RunbookRunId"));
    };
    auto names = [&](Json const& found) {
        return text_at(get("projects/" + text_at(found, "/ProjectId")), "/Name") + ", " +
               text_at(get("runbooks/" + text_at(found, "/RunbookId")), "/Name");
    };
    auto exact = run_of("dev-2", "my-shop", "clean-up");
    EXPECT_EQ(text_at(exact, "/EnvironmentId"), dashed);
    EXPECT_EQ(names(exact), "my-shop, clean-up");
    auto other = run_of("DEV 2", "My shop", "Clean up");
    EXPECT_EQ(text_at(other, "/EnvironmentId"), spaced);
    EXPECT_EQ(names(other), "My shop, Clean up");
    auto by_slug = run_of("dev-2-1", "my-shop-1", "clean-up-3");
    EXPECT_EQ(text_at(by_slug, "/EnvironmentId"), dashed);
    EXPECT_EQ(text_at(run_of(spaced, "my-shop", "clean-up"), "/EnvironmentId"), spaced);
}

TEST_F(RunsOfRunbooks, say_where_they_ran_with_what_and_whether_it_failed) {
    set_variables(shop, R"({"Name":"Host","Value":"then"})");
    set_steps(book, step("Go", "exit 3"));
    snapshot(book, "One", true);
    auto started = run();
    set_variables(shop, R"({"Name":"Host","Value":"now"})");
    auto task = wait_for(text_at(started, "/TaskId"), [](auto const& state) { return state == "Failed"; });
    EXPECT_EQ(text_at(task, "/ServerNode"), text_at(server.json("/api/octopusservernodes"), "/Items/0/Id"));
    EXPECT_EQ(at(started, "/FailureEncountered"), Json(false));
    auto ended = get("runbookRuns/" + text_at(started, "/Id"));
    EXPECT_EQ(at(ended, "/FailureEncountered"), Json(true));
    EXPECT_EQ(at(get("runbookRuns"), "/Items/0"), ended);
    for (auto link : {"/Links/Variables", "/Links/ManifestVariables"}) {
        auto variables = server.json(text_at(ended, link));
        EXPECT_EQ(at(variables, "/Id"), at(ended, "/ManifestVariableSetId"));
        EXPECT_EQ(text_at(variables, "/Variables/0/Value"), "then");
    }
}

TEST_F(RunsOfRunbooks, under_way_keep_what_they_belong_to) {
    set_steps(book, step("Wait", "sleep 60"));
    auto one = text_at(snapshot(book, "One", true), "/Id");
    auto task = text_at(run(), "/TaskId");
    wait_for(task, [](auto const& state) { return state == "Executing"; });
    snapshot(book, "Two", true);
    for (auto const& route : {"projects/" + shop, "runbooks/" + book, "runbookSnapshots/" + one})
        expect_refused(server.del(space + route), 409, task);
    EXPECT_EQ(status("runbookSnapshots/" + one), 200);
    server.post("/api/tasks/" + task + "/cancel");
    wait_for(task, [](auto const& state) { return state == "Canceled"; });
    EXPECT_EQ(server.del(space + "runbookSnapshots/" + one).status, 200);
    EXPECT_EQ(server.del(space + "projects/" + shop).status, 200);
    EXPECT_EQ(server.get("/api/tasks/" + task).status, 404);
}

// Returns the texts that a live view sends from a cursor on, each with the cursor after it.
struct Told {
    std::vector<std::string> texts, next;
    std::string all() const { return base::join(texts, ""); }
};

Told told_by(std::string const& events) {
    Told told;
    for (auto line : base::split(events, '\n'))
        if (line.starts_with("data: {\"Step\"")) {
            auto json = parsed(line.substr(6));
            told.texts.push_back(text_at(json, "/Text"));
            told.next.push_back(text_at(json, "/Next"));
        }
    return told;
}

// Text held back by the mask is written before text of the other stream.
TEST_F(RunsOfRunbooks, keep_the_order_of_their_streams) {
    set_variables(shop, R"({"Name":"Token","Type":"Sensitive","IsSensitive":true,"Value":"hunter2-hunter2"})");
    set_steps(book, step("Go", R"(echo 'the season is hunt' >&2; sleep 0.1; echo next; sleep 0.1; )"
                               R"(printf 'Checking h' >&2; sleep 0.1; printf 'on h'; sleep 0.1; echo ost >&2; )"
                               R"(sleep 0.1; echo igh; sleep 0.1; echo 'at the end hunte')"));
    snapshot(book, "One", true);
    auto task = text_at(run(), "/TaskId");
    std::string const printed = "the season is hunt\nnext\nChecking hon host\nigh\nat the end hunte\n";
    EXPECT_EQ(told_by(server.get("/api/tasks/" + task + "/stream").body).all(), printed);
    wait_for(task, [](auto const& state) { return state == "Success"; });
    EXPECT_EQ(server.get("/api/tasks/" + task + "/output?step=1").body, printed);
    auto raw = server.get("/api/tasks/" + task + "/raw").body;
    std::size_t at = 0;
    for (std::string line : {"the season is hunt\n", "next\n", "Checking host\n", "on high\n", "at the end hunte\n"}) {
        auto found = raw.find("|   " + line, at);
        ASSERT_NE(found, raw.npos) << line << raw;
        at = found;
    }
}

TEST_F(RunsOfRunbooks, are_followed_character_by_character) {
    set_steps(book,
              step("Go", R"(printf '\\342'; printf '\\303' >&2; sleep 0.3; printf '\\202'; sleep 0.3; )"
                         R"(printf '\\254\\n'; sleep 0.3; printf '\\244\\n' >&2; sleep 0.3; printf 'end\\360\\237')") +
                  "," + step("After", "echo after"));
    snapshot(book, "One", true);
    auto task = text_at(run(), "/TaskId");
    auto live = told_by(server.get("/api/tasks/" + task + "/stream").body);
    EXPECT_EQ(live.all(), "\u20ac\n\u00e4\nend\ufffd\ufffdafter\n");
    EXPECT_GE(live.texts.size(), 4u);
    auto later = told_by(server.get("/api/tasks/" + task + "/stream").body);
    EXPECT_EQ(later.texts, live.texts);
    std::string seen;
    for (std::size_t i = 0; i < live.next.size(); ++i) {
        seen += live.texts[i];
        auto rest = told_by(server.get("/api/tasks/" + task + "/stream?from=" + live.next[i]).body);
        EXPECT_EQ(seen + rest.all(), live.all()) << "from " << live.next[i];
    }
    // Clients from before tasks had several attempts.
    EXPECT_EQ(told_by(server.get("/api/tasks/" + task + "/stream?from=0:1").body).all(), live.all());
    EXPECT_EQ(told_by(server.get("/api/tasks/" + task + "/stream?from=1:1").body).all(), "after\n");
    EXPECT_EQ(told_by(server.get("/api/tasks/" + task + "/stream?from=1000000:1").body).all(), "");
    EXPECT_EQ(told_by(server.get("/api/tasks/" + task + "/stream?log=false").body).all(), "");
    for (std::string wrong : {"x", "-1", "-1:1", "0:0", "0:1:e2.e2.", "0;", "0;1", "0;1:0", "0;0:1",
                              "0;1:1:", "0;1:1:e2", "0;1:1:e2.e2.", "0;1:1:zz.", "0;1:1:e2e2e2e2."})
        expect_refused(server.get("/api/tasks/" + task + "/stream?from=" + wrong), 400, "from");
}

// Settings without effect are reported when they are saved, when they are published, when a run starts, and in the log.
TEST_F(RunsOfRunbooks, warn_about_settings_without_effect) {
    auto runbook = get("runbooks/" + book);
    EXPECT_FALSE(runbook.as_object().contains("Warnings"));
    runbook.as_object()["CancelQueuedTasks"] = true;
    auto put = [&](Json const& body) {
        return parsed(server.put(space + "runbooks/" + book, base::to_text(body)).body);
    };
    auto saved = put(runbook);
    EXPECT_EQ(text_at(saved, "/Warnings/0/Path"), "CancelQueuedTasks");
    EXPECT_EQ(at(get("runbooks/" + book), "/Warnings"), at(saved, "/Warnings"));
    EXPECT_EQ(at(put(saved), "/Warnings"), at(saved, "/Warnings")) << "an answer can be sent back";
    set_steps(book, step("Go", "echo gone"));
    auto published = snapshot(book, "One", true);
    EXPECT_NE(base::to_text(at(published, "/Warnings")).find("Runbook.CancelQueuedTasks"), std::string::npos);
    auto started = server.post(space + "runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":")" + dev +
                                                          R"(","UseGuidedFailure":true})");
    ASSERT_EQ(started.status, 201) << started.body;
    auto made = parsed(started.body);
    EXPECT_EQ(text_at(made, "/Warnings/0/Path"), "UseGuidedFailure");
    auto task = text_at(made, "/TaskId");
    wait_for(task, [](auto const& state) { return state == "Success"; });
    auto log = server.get("/api/tasks/" + task + "/raw").body;
    for (std::string words : {"UseGuidedFailure of the run is stored, but has no effect on this server yet.",
                              "CancelQueuedTasks of the runbook is stored, but has no effect on this server yet."})
        EXPECT_NE(log.find(words), std::string::npos) << log;
}

} // namespace
} // namespace stepwell::contract
