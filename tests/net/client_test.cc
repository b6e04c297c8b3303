#include "net/client.h"

#include "running.h"
#include "scripted_source.h"

#include "base/error.h"

namespace stepwell::net {
namespace {

std::string address_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

// Accepts connections one by one and plays one scene on each: read a request, write these bytes, close.
class Stage {
public:
    explicit Stage(std::vector<std::string> scenes)
        : scenes_(std::move(scenes)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        EXPECT_EQ(::listen(fd_.get(), 10), 0);
        thread_ = std::jthread([this] { play(); });
    }
    ~Stage() { ::shutdown(fd_.get(), SHUT_RDWR); }

    std::uint16_t port = 0;
    std::atomic<int> requests = 0;

private:
    void play() {
        for (auto const& scene : scenes_) {
            base::Fd guest(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!guest) return;
            // "|" separates the responses on one connection.
            for (auto answer : base::split(scene, '|')) {
                char bytes[4096];
                if (::recv(guest.get(), bytes, sizeof bytes, 0) <= 0) return;
                ++requests;
                if (!answer.empty()) ::send(guest.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
            }
        }
    }
    std::vector<std::string> scenes_;
    base::Fd fd_;
    std::jthread thread_;
};

constexpr auto fine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

TEST(Client, sends_and_reads_over_one_connection) {
    std::atomic<int> peers = 0;
    Running running(
        [&](Request request, Answer answer) {
            peers += request.headers["X-One"] == "two";
            tell_back(std::move(request), std::move(answer));
        },
        {.connections = 1});
    Client client(address_of(running.port()) + "/");
    Headers headers;
    headers.add("X-One", "two");
    for (int i = 0; i < 20; ++i) {
        auto const response = client.send("POST", "/a?b", headers, "body");
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.content_type, "text/plain");
        EXPECT_EQ(response.body, "POST /a?b [body]");
    }
    EXPECT_EQ(client.send("HEAD", "/", {}, "").body, "");
    EXPECT_EQ(client.send("GET", "/", {}, "").body, "GET /? []");
    EXPECT_EQ(peers, 20);
}

TEST(Client, reads_every_kind_of_answer) {
    Stage stage({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n|HTTP/1.1 100 "
                 "Continue\r\n\r\n" +
                     std::string(fine) + "|HTTP/1.1 204 No Content\r\n\r\n|HTTP/1.1 404 Not Found\r\n\r\nuntil the end",
                 fine});
    Client client(address_of(stage.port));
    EXPECT_EQ(client.send("GET", "/", {}, "").body, "abcde");
    EXPECT_EQ(client.send("GET", "/", {}, "").body, "fine");
    EXPECT_EQ(client.send("GET", "/", {}, "").status, 204);
    auto const response = client.send("GET", "/", {}, "");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, "until the end");
    EXPECT_EQ(client.send("GET", "/", {}, "").body, "fine");
}

TEST(Client, opens_a_connection_anew_that_was_closed_meanwhile) {
    Running running(tell_back, {.idle_time = 100ms});
    Client client(address_of(running.port()));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.send("POST", "/", {}, "x").status, 200);
        std::this_thread::sleep_for(400ms);
    }
}

TEST(Client, repeats_once_what_may_be_repeated_and_never_what_may_not) {
    {
        Stage stage({std::string(fine) + "|", fine});
        Client client(address_of(stage.port));
        EXPECT_EQ(client.send("GET", "/", {}, "").body, "fine");
        EXPECT_EQ(client.send("GET", "/", {}, "").body, "fine");
        EXPECT_EQ(stage.requests, 3);
    }
    {
        Stage stage({std::string(fine) + "|", fine});
        Client client(address_of(stage.port));
        EXPECT_EQ(client.send("POST", "/", {}, "").body, "fine");
        EXPECT_THROW(client.send("POST", "/", {}, ""), base::Error);
        EXPECT_EQ(stage.requests, 2);
        EXPECT_EQ(client.send("POST", "/", {}, "").body, "fine"); // and recovers
    }
    {
        Stage stage({"", fine});
        Client client(address_of(stage.port));
        EXPECT_THROW(client.send("GET", "/", {}, ""), base::Error); // requests on a fresh connection are not repeated
        EXPECT_EQ(stage.requests, 1);
    }
}

base::Kind kind_of(std::function<void()> const& use) {
    try {
        use();
    } catch (base::Error const& error) {
        return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return base::Kind::internal;
}

TEST(Client, says_when_the_server_is_away_slow_or_no_server) {
    std::uint16_t closed = Running(tell_back).port();
    Client away(address_of(closed));
    EXPECT_EQ(kind_of([&] { away.send("GET", "/", {}, ""); }), base::Kind::unavailable);

    std::vector<Answer> held;
    Running never([&](Request, Answer answer) { held.push_back(std::move(answer)); }, {.shutdown_time = 10ms}, 1);
    Client slow(address_of(never.port()));
    EXPECT_EQ(kind_of([&] { slow.send("GET", "/", {}, "", 200ms); }), base::Kind::unavailable);

    Stage stage({"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"});
    Client confused(address_of(stage.port));
    EXPECT_EQ(kind_of([&] { confused.send("GET", "/", {}, ""); }), base::Kind::unavailable);
    EXPECT_EQ(kind_of([&] { confused.send("GET", "/", {}, ""); }), base::Kind::unavailable);
    never.stop();
}

TEST(Client, rejects_addresses_and_requests_it_cannot_send) {
    for (auto const* address : {"", "localhost:80", "https://a", "http://", "http://:80", "http://a:x", "http://a:0",
                                "http://a/b", "http://u@a", "http://::1", "http://a b"})
        EXPECT_EQ(kind_of([&] { Client client(address); }), base::Kind::invalid) << address;
    Client client("http://localhost:1");
    EXPECT_EQ(kind_of([&] { client.send("GET", "/\r\nX: y", {}, ""); }), base::Kind::invalid);
    Headers headers;
    headers.add("X", "y\r\nZ: w");
    EXPECT_EQ(kind_of([&] { client.send("GET", "/", headers, ""); }), base::Kind::invalid);
}

TEST(Client, tells_the_pieces_of_a_stream_as_they_come) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running([&](Request request, Answer answer) {
        if (request.path == "/live")
            answer(streaming(source, "text/event-stream"));
        else
            answer(error_response(404, "no such stream"));
    });
    Client client(address_of(running.port()));
    std::string heard;
    source->push("data: 0\n\n");
    auto response = client.stream("GET", "/live", {}, "", [&](std::string_view piece) {
        heard += piece;
        auto const next = std::to_string(heard.size() / 9);
        if (next == "5")
            source->end();
        else
            source->push("data: " + next + "\n\n"); // only after the previous one was received
        return true;
    });
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/event-stream");
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(heard, "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");

    response = client.stream("GET", "/missing", {}, "", [](std::string_view) { return true; });
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, R"({"ErrorMessage":"no such stream"})");

    source->push("stop here");
    response = client.stream("GET", "/live", {}, "", [](std::string_view) { return false; });
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
    EXPECT_EQ(client.send("GET", "/after", {}, "").status, 404);
}

TEST(Client, stops_waiting_for_a_stream_that_is_silent_or_when_it_is_woken) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running([&](Request, Answer answer) { answer(streaming(source, "text/event-stream")); });
    Client client(address_of(running.port()));
    std::string heard;
    auto hear = [&](std::string_view piece) {
        heard += piece;
        return true;
    };
    source->push("a");
    auto response = client.stream("GET", "/", {}, "", hear, {.idle = 200ms});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(heard, "a");
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));

    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    base::Fd const wake(ends[0]), waker(ends[1]);
    std::jthread later([&] {
        std::this_thread::sleep_for(200ms);
        base::write_all(waker.get(), "x");
    });
    EXPECT_EQ(client.stream("GET", "/", {}, "", hear, {.wake = wake.get()}).status, 200);
    // Woken before there is a response.
    Running never([](Request, Answer answer) { std::thread([answer] { std::this_thread::sleep_for(1s); }).detach(); });
    Client waiting(address_of(never.port()));
    EXPECT_EQ(kind_of([&] { waiting.stream("GET", "/", {}, "", hear, {.wake = wake.get()}); }),
              base::Kind::unavailable);
}

} // namespace
} // namespace stepwell::net
