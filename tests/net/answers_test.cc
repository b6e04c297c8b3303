#include "running.h"
#include "scripted_source.h"

#include "base/work_queue.h"

namespace stepwell::net {
namespace {

// Keeps requests until the test answers them.
class Held {
public:
    Handler handler() {
        return [this](Request, Answer answer) { answers_.with([&](auto& all) { all.push_back(std::move(answer)); }); };
    }
    std::vector<Answer> take(std::size_t count) {
        EXPECT_TRUE(eventually([&] { return answers_.with([&](auto& all) { return all.size() >= count; }); }));
        return answers_.with([](auto& all) { return std::exchange(all, {}); });
    }

private:
    base::Sync<std::vector<Answer>> answers_;
};

Response saying(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

TEST(Answers, come_from_other_threads) {
    base::WorkQueue queue(10'000);
    std::vector<std::jthread> workers;
    Running running([&](Request request, Answer answer) {
        queue.try_post([request = std::move(request), answer = std::move(answer)] { answer(saying(request.path)); });
    });
    for (int i = 0; i < 4; ++i) workers.emplace_back([&](std::stop_token stop) { queue.serve(stop); });
    std::vector<std::jthread> clients;
    std::atomic<int> right = 0;
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&, c] {
            RawClient client(running.port());
            for (int i = 0; i < 200; ++i) {
                auto const path = "/" + std::to_string(c * 1000 + i);
                right += client.ask(get(path)).body == path;
            }
        });
    clients.clear();
    EXPECT_EQ(right, 1600);
}

TEST(Answers, may_come_while_the_handler_still_runs) {
    Running running([](Request, Answer answer) { std::jthread([&] { answer(saying("early")); }).join(); });
    RawClient client(running.port());
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.ask(get("/")).body, "early");
}

TEST(Answers, dropped_elsewhere_say_500) {
    Held held;
    Running running(held.handler());
    RawClient client(running.port());
    client.send(get("/"));
    {
        auto const dropped = held.take(1);
    }
    EXPECT_EQ(client.read_answer().status, 500);
}

TEST(Answers, after_the_client_went_are_lost_without_harm) {
    Held held;
    Running running(held.handler());
    auto client = std::make_unique<RawClient>(running.port());
    client->send(get("/"));
    auto answers = held.take(1);
    client.reset();
    auto const source = std::make_shared<ScriptedSource>();
    answers[0](streaming(source));
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
}

TEST(Answers, after_the_server_went_are_lost_without_harm) {
    Held held;
    Running running(held.handler(), {.shutdown_time = 100ms});
    RawClient first(running.port()), second(running.port()), third(running.port());
    first.send(get("/"));
    second.send(get("/"));
    third.send(get("/"));
    auto answers = held.take(3);
    running.stop();
    EXPECT_TRUE(first.closes());
    auto const source = std::make_shared<ScriptedSource>();
    answers[0](saying("nobody hears"));
    answers[1](streaming(source));
    EXPECT_EQ(source->abandoned, 1);
    answers.clear(); // drops the third request
}

TEST(Answers, race_with_the_end_of_the_server) {
    for (int round = 0; round < 10; ++round) {
        Held held;
        Running running(held.handler(), {.shutdown_time = 5ms});
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 10; ++i) {
            clients.push_back(std::make_unique<RawClient>(running.port()));
            clients.back()->send(get("/"));
        }
        auto answers = held.take(10);
        std::jthread answering([&] {
            for (auto& answer : answers) {
                answer(saying("racing"));
                std::this_thread::sleep_for(1ms);
            }
        });
        running.stop();
    }
}

} // namespace
} // namespace stepwell::net
