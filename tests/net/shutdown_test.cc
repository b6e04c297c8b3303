#include "running.h"
#include "scripted_source.h"

namespace stepwell::net {
namespace {

// Stops the server in the background, because stop() blocks until all threads have returned.
std::future<void> stop_in_background(Running& running) {
    return std::async(std::launch::async, [&running] { running.stop(); });
}
bool is_over(std::future<void>& stop) { return stop.wait_for(0s) == std::future_status::ready; }

TEST(Shutdown, closes_idle_connections_at_once) {
    Running running(tell_back, {.shutdown_time = 60s});
    RawClient silent(running.port()), idle(running.port());
    EXPECT_EQ(idle.ask(get("/")).status, 200);
    auto const start = std::chrono::steady_clock::now();
    running.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
    EXPECT_TRUE(idle.closes());
    EXPECT_TRUE(silent.closes());
}

TEST(Shutdown, finishes_requests_under_way) {
    std::promise<Answer> asked;
    Running running(
        [&](Request request, Answer answer) {
            if (request.path == "/slow")
                asked.set_value(std::move(answer));
            else
                tell_back(std::move(request), std::move(answer));
        },
        {.shutdown_time = 60s});
    RawClient slow(running.port()), sending(running.port());
    slow.send(get("/slow"));
    auto answer = asked.get_future().get();
    sending.send("POST /sent HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
    std::this_thread::sleep_for(200ms); // so that it is read
    auto stop = stop_in_background(running);
    std::this_thread::sleep_for(200ms);
    EXPECT_FALSE(is_over(stop));
    Response response;
    response.body = "done";
    answer(response);
    auto answered = slow.read_answer();
    EXPECT_EQ(answered.body, "done");
    EXPECT_TRUE(answered.has("Connection: close\r\n"));
    answered = sending.ask("dy");
    EXPECT_EQ(answered.body, "POST /sent? [body]");
    EXPECT_TRUE(answered.has("Connection: close\r\n"));
    EXPECT_EQ(stop.wait_for(patience), std::future_status::ready);
}

TEST(Shutdown, ends_event_streams_and_waits_for_other_bodies) {
    auto const events = std::make_shared<ScriptedSource>();
    auto const file = std::make_shared<ScriptedSource>();
    Running running(
        [&](Request request, Answer answer) {
            bool const live = request.path == "/events";
            answer(live ? streaming(events, "text/event-stream") : streaming(file));
        },
        {.shutdown_time = 60s});
    RawClient listener(running.port()), reader(running.port());
    listener.send(get("/events"));
    reader.send(get("/file"));
    ASSERT_TRUE(listener.read_until("\r\n\r\n"));
    ASSERT_TRUE(reader.read_until("\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return events->asked == 1 && file->asked == 1; }));
    auto stop = stop_in_background(running);
    EXPECT_TRUE(listener.read_all().ends_with("\r\n\r\n0\r\n\r\n"));
    EXPECT_EQ(events->abandoned, 1);
    EXPECT_FALSE(is_over(stop));
    file->push("all of it");
    file->end();
    EXPECT_TRUE(reader.read_all().ends_with("9\r\nall of it\r\n0\r\n\r\n"));
    EXPECT_EQ(stop.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(file->abandoned, 0);
}

TEST(Shutdown, waits_no_longer_than_it_was_told) {
    std::promise<Answer> asked;
    auto const file = std::make_shared<ScriptedSource>();
    Running running(
        [&](Request request, Answer answer) {
            if (request.path == "/never")
                asked.set_value(std::move(answer));
            else
                answer(streaming(file));
        },
        {.shutdown_time = 300ms});
    RawClient never(running.port()), reader(running.port()), sending(running.port());
    never.send(get("/never"));
    reader.send(get("/file"));
    sending.send("GET / HT");
    auto const answer = asked.get_future().get();
    ASSERT_TRUE(reader.read_until("\r\n\r\n"));
    auto const start = std::chrono::steady_clock::now();
    running.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
    EXPECT_EQ(never.read_all(), "");
    EXPECT_FALSE(reader.read_all().ends_with("0\r\n\r\n"));
    EXPECT_EQ(file->abandoned, 1);
}

TEST(Shutdown, may_be_asked_before_serving_and_more_than_once) {
    Server server("127.0.0.1:0", 1, {}, tell_back);
    server.stop();
    server.stop();
    server.serve(0);
    server.stop();
}

TEST(Shutdown, under_load_leaves_no_answer_in_two) {
    Running running(tell_back);
    std::vector<std::jthread> clients;
    std::atomic<int> torn = 0;
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&] {
            RawClient client(running.port());
            for (;;) {
                if (!client.send(get("/x"))) return;
                auto const answered = client.read_answer();
                if (answered.status == 0) return void(torn += !client.buffer().empty());
                torn += answered.body != "GET /x? []";
            }
        });
    std::this_thread::sleep_for(300ms);
    running.stop();
    clients.clear();
    EXPECT_EQ(torn, 0);
}

} // namespace
} // namespace stepwell::net
