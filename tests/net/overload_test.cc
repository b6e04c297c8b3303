// Clients that try to occupy the server, while another client at another address is served.
#include "running.h"
#include "scripted_source.h"

#include "net/response_head.h"

#include <fcntl.h>
#include <fstream>
#include <list>
#include <sys/resource.h>

namespace stepwell::net {
namespace {

constexpr auto attacker = "127.0.0.2", other = "127.0.0.3";

// Requests to /known count as authenticated.
void tell_who(Request request, Answer answer) {
    Response response;
    response.content_type = "text/plain";
    response.body = request.peer;
    response.caller_is_known = request.path == "/known";
    answer(std::move(response));
}

std::string post(std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

class Overload : public ::testing::Test {
protected:
    std::list<RawClient> crowd;

    // Opens connections from `from` that send `bytes` and nothing more.
    void come(Running& running, int count, std::string const& bytes, char const* from = attacker, int buffer = 0) {
        for (int i = 0; i < count; ++i) crowd.emplace_back(running.port(), buffer, from).send(bytes);
    }
    long open_ones() {
        return std::count_if(crowd.begin(), crowd.end(), [](RawClient& client) { return !client.is_closed(); });
    }
    // Requests that are never complete must not delay the end of a test.
    static Limits brief(Limits limits = {}) {
        limits.shutdown_time = 100ms;
        return limits;
    }
    static int ask(Running& running, char const* from, std::string const& bytes = get("/")) {
        return RawClient(running.port(), 0, from).ask(bytes).status;
    }
};

TEST_F(Overload, a74_connections_that_wait_shut_nobody_out) {
    for (std::string const sent : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"}) {
        Running running(tell_who, brief({.connections = 200,
                                         .anonymous_connections = 100,
                                         .anonymous_connections_of_network = 50}));
        crowd.clear();
        for (int i = 0; i < 10; ++i) {
            come(running, 30, sent);
            ASSERT_EQ(ask(running, other), 200) << sent;
            ASSERT_EQ(ask(running, attacker), 200) << "whoever shares that address, as behind a proxy: " << sent;
        }
        EXPECT_TRUE(eventually([&] { return open_ones() <= 50; })) << open_ones();
    }
}

TEST_F(Overload, a74_connections_of_many_addresses_shut_nobody_out) {
    Running running(tell_who, brief({.connections = 200, .anonymous_connections = 60}));
    for (int i = 0; i < 200; ++i) {
        come(running, 1, "GET / HT", ("127.0.1." + std::to_string(i + 1)).c_str());
        if (i % 10 == 0) ASSERT_EQ(ask(running, other), 200);
    }
    EXPECT_TRUE(eventually([&] { return open_ones() <= 60; })) << open_ones();
}

TEST_F(Overload, a74_known_connections_stay_and_the_longest_idle_goes_first) {
    Running running(tell_who, brief({.connections = 80, .anonymous_connections = 20}));
    std::list<RawClient> known;
    for (int i = 0; i < 30; ++i) EXPECT_EQ(known.emplace_back(running.port()).ask(get("/known")).status, 200);
    RawClient oldest(running.port(), 0, attacker);
    EXPECT_EQ(oldest.ask(get("/")).status, 200);
    std::this_thread::sleep_for(50ms); // so that it waits longest
    come(running, 100, "");
    EXPECT_TRUE(oldest.closes());
    for (auto& client : known) EXPECT_EQ(client.ask(get("/")).status, 200);
    EXPECT_TRUE(eventually([&] { return open_ones() == 20; })) << open_ones();
}

TEST_F(Overload, a74_without_an_idle_connection_a_newcomer_is_told_when_to_come_again) {
    base::Sync<std::vector<Answer>> held;
    Running running([&](Request, Answer answer) { held.with([&](auto& all) { all.push_back(std::move(answer)); }); },
                    brief({.connections = 4, .anonymous_connections = 4, .refused_connections = 2}));
    come(running, 4, get("/"));
    ASSERT_TRUE(eventually([&] { return held.with([](auto& all) { return all.size(); }) == 4; }));
    for (int i = 0; i < 2; ++i) {
        RawClient refused(running.port(), 0, other);
        auto const answered = refused.ask(get("/"));
        EXPECT_EQ(answered.status, 503);
        EXPECT_TRUE(answered.has("Retry-After: "));
        EXPECT_TRUE(refused.closes());
    }
    held.with([](auto& all) {
        for (auto& answer : all) answer({});
    });
    for (auto& client : crowd) EXPECT_EQ(client.read_answer().status, 200) << "twin: who was there is served";
    EXPECT_TRUE(eventually([&] {
        auto const asked = held.with([](auto& all) { return std::exchange(all, {}); });
        for (auto& answer : asked) answer({});
        RawClient late(running.port(), 0, other);
        late.send(get("/"));
        return eventually([&] { return held.with([](auto& all) { return !all.empty(); }); });
    }));
}

TEST_F(Overload, a74_answers_that_are_not_read_hold_one_buffer_and_shut_nobody_out) {
    auto const document = std::make_shared<std::string const>(8'000'000, 'x');
    Running running(
        [&](Request request, Answer answer) {
            Response response;
            if (request.path == "/document")
                response.shared_body = document;
            else
                response.body = "small";
            answer(std::move(response));
        },
        brief({.connections = 100, .anonymous_connections = 60}));
    auto resident = [] {
        long pages = 0, resident = 0;
        std::ifstream("/proc/self/statm") >> pages >> resident;
        return resident * ::sysconf(_SC_PAGESIZE);
    };
    auto const before = resident();
    for (int i = 0; i < 5; ++i) {
        come(running, 20, get("/document"), attacker, 4096);
        ASSERT_EQ(ask(running, other), 200);
    }
    EXPECT_LT(resident() - before, 200'000'000) << "100 copies have 800 MB";
    RawClient reader(running.port(), 0, other);
    EXPECT_EQ(reader.ask(get("/document")).body.size(), document->size());
}

TEST_F(Overload, a74_answers_that_one_address_does_not_read_take_only_its_share) {
    Running running(
        [](Request, Answer answer) {
            Response response;
            response.body.assign(10'000'000, 'x');
            response.caller_is_known = true;
            answer(std::move(response));
        },
        brief({.answers_of_network_bytes = 50'000'000}));
    come(running, 5, get("/"), attacker, 4096);
    for (auto& client : crowd) ASSERT_TRUE(client.read_until("\r\n\r\n")) << "it has its share before the sixth asks";
    RawClient sixth(running.port(), 0, attacker);
    EXPECT_EQ(sixth.ask(get("/")).status, 503);
    EXPECT_EQ(ask(running, other), 200);
    crowd.clear();
    EXPECT_TRUE(eventually([&] { return sixth.ask(get("/")).status == 200; })) << "twin: when they have gone";
}

TEST_F(Overload, a74_unfinished_bodies_shut_out_no_other) {
    Running running(tell_who, brief()); // all other limits are the defaults
    come(running, 60, post(30'000'000) + std::string(200'000, 'x'));
    std::this_thread::sleep_for(200ms); // so that the server reads them
    EXPECT_EQ(ask(running, other, post(1'000'000) + std::string(1'000'000, 'x')), 200);
    EXPECT_EQ(ask(running, attacker, post(1'000'000) + std::string(1'000'000, 'x')), 200);
}

TEST_F(Overload, a74_bodies_of_one_address_take_only_their_share) {
    Running running(tell_who, brief({.bodies_of_network_bytes = 1'000'000}));
    auto const large = post(600'000) + std::string(600'000, 'x');
    EXPECT_TRUE(eventually([&] { // the order in which the bodies are read is unknown
        crowd.clear();
        come(running, 1, post(900'000) + std::string(800'000, 'x'));
        std::this_thread::sleep_for(100ms);
        RawClient second(running.port(), 0, attacker);
        auto const answered = second.ask(large);
        return answered.status == 503 && answered.has("Retry-After: ");
    }));
    EXPECT_EQ(ask(running, other, large), 200);
}

TEST_F(Overload, a74_a_large_body_of_a_stranger_is_not_read) {
    std::atomic<int> asked = 0;
    auto check = [](Request const& head) -> std::optional<Response> {
        if (head.headers["Key"] == "right") return {};
        return error_response(401, "Sign in.");
    };
    Running running(
        [&](Request request, Answer answer) {
            ++asked;
            tell_back(std::move(request), std::move(answer));
        },
        {}, 2, check);
    auto with_key = [](std::string const& framing) {
        return "POST / HTTP/1.1\r\nHost: a\r\nKey: right\r\n" + framing + "\r\n\r\n";
    };
    auto const chunk = "c000\r\n" + std::string(0xc000, 'x') + "\r\n0\r\n\r\n";
    EXPECT_EQ(ask(running, other, post(50'000)), 401) << "not a byte of the body was waited for";
    EXPECT_EQ(ask(running, other, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk), 401);
    EXPECT_EQ(ask(running, other,
                  "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 50000\r\n\r\n"),
              401);
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(ask(running, other, post(30'000) + std::string(30'000, 'x')), 200) << "twin: a small one";
    EXPECT_EQ(ask(running, other, with_key("Content-Length: 50000") + std::string(50'000, 'x')), 200) << "twin";
    EXPECT_EQ(ask(running, other, with_key("Transfer-Encoding: chunked") + chunk), 200) << "twin";
}

TEST_F(Overload, a74_known_callers_that_come_in_a_burst_are_all_served) {
    base::Sync<std::vector<Answer>> held;
    Running running([&](Request, Answer answer) { held.with([&](auto& all) { all.push_back(std::move(answer)); }); },
                    brief({.connections = 400, .anonymous_connections = 20}), 2,
                    [](Request const& head) -> std::optional<Response> {
                        if (head.path == "/known") return {};
                        return error_response(401, "Sign in.");
                    });
    come(running, 300, get("/known"));
    EXPECT_TRUE(eventually([&] { return held.with([](auto& all) { return all.size(); }) == 300; }));
    held.with([](auto& all) {
        for (auto& answer : all) answer({});
    });
    for (auto& client : crowd) EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(Overload, a74_heads_in_part_take_only_so_much_memory) {
    Running running(tell_who, brief({.anonymous_bytes = 1'000'000}));
    auto const head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(28'000, 'x');
    for (int i = 0; i < 10; ++i) {
        come(running, 20, head);
        ASSERT_EQ(ask(running, other, head + "\r\n\r\n"), 200);
    }
    EXPECT_TRUE(eventually([&] { return open_ones() < 60; })) << open_ones();
}

TEST_F(Overload, a74_live_views_of_known_callers_have_places_that_last_or_none) {
    Running running(
        [&](Request request, Answer answer) {
            Response response;
            if (request.path == "/live") response = streaming(std::make_shared<ScriptedSource>(), "text/event-stream");
            response.caller_is_known = request.path != "/";
            answer(std::move(response));
        },
        brief({.connections = 12, .anonymous_connections = 10}));
    std::list<RawClient> viewers;
    for (int i = 0; i < 2; ++i) {
        viewers.emplace_back(running.port()).send(get("/live"));
        EXPECT_TRUE(viewers.back().read_until("\r\n\r\n"));
    }
    RawClient third(running.port());
    auto const answered = third.ask(get("/live"));
    EXPECT_EQ(answered.status, 503);
    EXPECT_TRUE(answered.has("Retry-After: "));
    EXPECT_EQ(third.ask(get("/known")).status, 200) << "twin: what ends soon is served";
    come(running, 50, "");
    for (auto& viewer : viewers) EXPECT_FALSE(viewer.is_closed());
}

TEST_F(Overload, a71_descriptors_stay_free_for_others) {
    base::Fd lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    auto const first = std::size_t(lowest.get());
    lowest.reset();
    Running running(tell_who, brief({.descriptors = first + 80}));
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const tight{first + 80 + 32, before.rlim_max};
    for (int i = 0; i < 20; ++i) {
        come(running, 20, "");
        while (crowd.size() > 40) crowd.pop_front(); // half of the connections belong to this process
        ::setrlimit(RLIMIT_NOFILE, &tight);
        EXPECT_TRUE(eventually([&] { return ask(running, other) == 200; }));
        base::Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        EXPECT_TRUE(bool(file)) << std::strerror(errno);
        ::setrlimit(RLIMIT_NOFILE, &before);
    }
}

TEST(RetryAfter, is_in_each_429_and_503_and_in_no_other_answer) {
    for (int status = 200; status < 600; ++status) {
        auto const response = error_response(status, "x");
        auto const head = write_head(response, {.length = response.body.size()}, "now");
        EXPECT_EQ(head.find("Retry-After: 2\r\n") != head.npos, status == 429 || status == 503) << status;
    }
    auto own = error_response(429, "x");
    own.headers.add("retry-after", "37");
    auto const head = write_head(own, {}, "now");
    EXPECT_NE(head.find("retry-after: 37\r\n"), head.npos);
    EXPECT_EQ(head.find("Retry-After"), head.npos) << "once";
}

} // namespace
} // namespace stepwell::net
