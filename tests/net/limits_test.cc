#include "running.h"

#include <fcntl.h>
#include <optional>
#include <sys/resource.h>

namespace stepwell::net {
namespace {

TEST(Limits, a_head_that_trickles_in_is_refused_in_time) {
    Running running(tell_back, {.header_time = 400ms});
    RawClient client(running.port());
    auto const start = std::chrono::steady_clock::now();
    client.send("GET / HTTP/1.1\r\n");
    while (!client.fill(50ms) && std::chrono::steady_clock::now() - start < patience) client.send("X: y\r\n");
    EXPECT_EQ(client.read_answer().status, 408);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 350ms);
}

TEST(Limits, a_connection_without_a_byte_is_closed_silently) {
    Running running(tell_back, {.header_time = 300ms});
    RawClient client(running.port());
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(client.buffer(), "");
}

TEST(Limits, an_idle_connection_is_closed_and_a_later_head_has_its_own_time) {
    Running running(tell_back, {.header_time = 600ms, .idle_time = 300ms});
    RawClient idle(running.port());
    EXPECT_EQ(idle.ask(get("/")).status, 200);
    EXPECT_TRUE(idle.closes());
    RawClient slow(running.port());
    EXPECT_EQ(slow.ask(get("/")).status, 200);
    slow.send("GET / HT");
    EXPECT_EQ(slow.read_answer().status, 408);
    EXPECT_TRUE(slow.closes());
}

TEST(Limits, a_body_that_does_not_come_is_refused_in_time) {
    Running running(tell_back, {.body_time = 300ms});
    for (auto const* framing : {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
        RawClient client(running.port());
        auto const answered = client.ask("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
        EXPECT_EQ(answered.status, 408);
        EXPECT_EQ(answered.body, error_response(408, "The request took too long to arrive.").body);
        client.stop_sending();
        EXPECT_TRUE(client.closes());
    }
}

TEST(Limits, a_body_that_comes_slowly_is_refused_before_its_time) {
    Running running(tell_back, {.body_progress_time = 400ms});
    RawClient slow(running.port()), steady(running.port());
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    steady.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 320000\r\n\r\n");
    auto const start = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
        steady.send(std::string(16'000, 'x'));
        slow.send("x");
        std::this_thread::sleep_for(60ms);
    }
    EXPECT_EQ(steady.read_answer().status, 200);
    EXPECT_EQ(slow.read_answer().status, 408);
    EXPECT_LT(std::chrono::steady_clock::now() - start, patience);
}

TEST(Limits, a_chunked_body_that_grows_too_large_is_refused) {
    Running running(tell_back, {.body_bytes = 100'000});
    RawClient client(running.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    auto const chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    for (int i = 0; i < 7; ++i) client.send(chunk);
    EXPECT_EQ(client.read_answer().status, 413);
}

TEST(Limits, a_large_head_is_refused) {
    Running running(tell_back);
    RawClient client(running.port());
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x')).status, 431);
    RawClient fits(running.port());
    EXPECT_EQ(fits.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(30'000, 'x') + "\r\n\r\n").status, 200);
}

TEST(Limits, a60_bodies_of_all_together_take_only_so_much) {
    Running running(tell_back, {.all_bodies_bytes = 1'000'000});
    auto post = [](std::size_t size) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
    };
    std::optional<RawClient> slow;
    auto large = [&] { return RawClient(running.port()).ask(post(500'000) + std::string(500'000, 'x')).status; };
    // The first body read takes the budget. It takes a moment until this is the slow one.
    EXPECT_TRUE(eventually([&] {
        slow.emplace(running.port());
        slow->send(post(900'000) + std::string(800'000, 'x'));
        std::this_thread::sleep_for(200ms);
        return large() == 503;
    }));
    RawClient small(running.port());
    EXPECT_EQ(small.ask(post(30'000) + std::string(30'000, 'x')).status, 200) << "twin: small ones go on";
    EXPECT_EQ(slow->ask(std::string(100'000, 'x')).status, 200) << "twin: who was there goes on";
    slow->close();
    EXPECT_TRUE(eventually([&] { return large() == 200; })) << "twin: when there is room again";
}

Handler answering_much() {
    return [](Request, Answer answer) {
        Response response;
        response.body.assign(30'000'000, 'x');
        answer(std::move(response));
    };
}

TEST(Limits, a_reader_that_takes_nothing_is_dropped) {
    Running running(answering_much(), {.anonymous_write_time = 300ms});
    RawClient client(running.port(), 4096);
    client.send(get("/"));
    std::this_thread::sleep_for(1500ms);
    std::size_t total = 0;
    while (client.fill()) total += std::exchange(client.buffer(), {}).size();
    EXPECT_LT(total, 30'000'000u);
}

TEST(Limits, a_slow_reader_is_not_dropped) {
    Running running(answering_much(), {.anonymous_write_time = 1s});
    RawClient client(running.port(), 65536);
    client.send(get("/"));
    std::size_t total = 0;
    for (int i = 0; total < 30'000'000u && client.fill(); ++i) {
        total += std::exchange(client.buffer(), {}).size();
        if (i % 400 == 0) std::this_thread::sleep_for(50ms);
    }
    EXPECT_GE(total, 30'000'000u);
}

TEST(Limits, a_server_out_of_descriptors_waits_without_spinning) {
#if __has_feature(address_sanitizer)
    GTEST_SKIP() << "the sanitizer itself needs descriptors to look at an object's type";
#endif
    Running running(tell_back, {}, 1);
    RawClient kept(running.port());
    EXPECT_EQ(kept.ask(get("/")).status, 200);
    RawClient waiting(running.port()); // uses two descriptors: its own and that of the server
    EXPECT_EQ(waiting.ask(get("/")).status, 200);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    base::Fd lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    auto const next = rlim_t(lowest.get());
    lowest.reset();
    base::Fd prepared(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    rlimit const tight{next + 1, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(running.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(prepared.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    auto const cpu = std::clock();
    std::this_thread::sleep_for(1s);
    EXPECT_LT(std::clock() - cpu, CLOCKS_PER_SEC / 3);
    EXPECT_EQ(kept.ask(get("/")).status, 200); // other connections are still served
    ::setrlimit(RLIMIT_NOFILE, &before);
    auto const request = get("/late");
    ASSERT_EQ(::send(prepared.get(), request.data(), request.size(), 0), ssize_t(request.size()));
    char bytes[500];
    EXPECT_GT(::recv(prepared.get(), bytes, sizeof bytes, 0), 0);
}

} // namespace
} // namespace stepwell::net
