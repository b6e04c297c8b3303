#include "running.h"

#include "base/error.h"

#include <arpa/inet.h>

namespace stepwell::net {
namespace {

TEST(Server, keeps_a_connection_for_many_requests) {
    Running running(tell_back);
    RawClient client(running.port());
    for (int i = 0; i < 50; ++i) {
        auto const answered = client.ask(get("/n?" + std::to_string(i)));
        EXPECT_EQ(answered.status, 200);
        EXPECT_EQ(answered.body, "GET /n?" + std::to_string(i) + " []");
        EXPECT_TRUE(answered.has("Content-Type: text/plain\r\n"));
        EXPECT_TRUE(answered.has("\r\nDate: "));
        EXPECT_FALSE(answered.has("Connection:"));
    }
}

TEST(Server, answers_pipelined_requests_in_order) {
    Running running(tell_back);
    RawClient client(running.port());
    std::string all;
    for (int i = 0; i < 300; ++i)
        all += i % 2 ? get("/" + std::to_string(i))
                     : "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    client.send(all);
    for (int i = 0; i < 300; ++i)
        EXPECT_EQ(client.read_answer().body,
                  (i % 2 ? "GET /" : "POST /") + std::to_string(i) + "? [" + (i % 2 ? "]" : "hi]"));
}

TEST(Server, honours_close_and_http_1_0) {
    Running running(tell_back);
    RawClient closing(running.port());
    auto answered = closing.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answered.has("Connection: close\r\n"));
    EXPECT_TRUE(closing.closes());

    RawClient old(running.port());
    answered = old.ask("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(answered.body, "GET /old? []");
    EXPECT_TRUE(answered.has("Connection: close\r\n"));
    EXPECT_TRUE(old.closes());

    RawClient kept(running.port());
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").has("Connection: keep-alive\r\n"));

    RawClient half(running.port()); // sends no more, still reads
    half.send(get("/half"));
    half.stop_sending();
    EXPECT_EQ(half.read_answer().body, "GET /half? []");
    EXPECT_TRUE(half.closes());
}

TEST(Server, lets_the_answer_close_but_not_break_the_framing) {
    Running running([](Request request, Answer answer) {
        Response response;
        response.body = "four";
        response.headers.add("Content-Length", "999");
        response.headers.add("Transfer-Encoding", "chunked");
        response.headers.add("X-Kept", "yes");
        if (request.path == "/close") response.headers.add("Connection", "close");
        answer(response);
    });
    RawClient client(running.port());
    auto answered = client.ask(get("/"));
    EXPECT_EQ(answered.body, "four");
    EXPECT_TRUE(answered.has("X-Kept: yes\r\n"));
    EXPECT_FALSE(answered.has("Transfer-Encoding"));
    EXPECT_FALSE(answered.has("999"));
    EXPECT_EQ(client.ask(get("/close")).body, "four");
    EXPECT_TRUE(client.closes());
}

TEST(Server, takes_chunked_bodies_and_those_with_a_length) {
    Running running(tell_back);
    RawClient client(running.port());
    client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "POST /c? [abcde]");
    EXPECT_EQ(client.ask("PUT /l HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz").body, "PUT /l? [xyz]");
    EXPECT_EQ(client.ask("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").body, "POST /e? []");
    EXPECT_EQ(client.ask("POST /n HTTP/1.1\r\nHost: a\r\n\r\n").body, "POST /n? []");
    std::string const large(3'000'000, 'x');
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + large).body,
              "POST /? [" + large + "]");
}

TEST(Server, asks_for_the_body_that_waits_to_be_asked_for) {
    Running running(tell_back);
    RawClient client(running.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_TRUE(client.read_until("\r\n\r\n"));
    EXPECT_EQ(client.take(client.buffer().size()), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(client.ask("body").body, "POST /? [body]");
    // A client that does not wait receives no interim response.
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody").status,
              200);
}

TEST(Server, refuses_a_promised_body_that_is_too_large_unread) {
    Running running(tell_back, {.body_bytes = 1000});
    RawClient client(running.port());
    auto const answered =
        client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(answered.status, 413);
    EXPECT_EQ(answered.body, error_response(413, "The body of the request is too large.").body);
    EXPECT_TRUE(answered.has("Content-Type: application/json"));
    EXPECT_TRUE(answered.has("Connection: close\r\n"));
    client.close();
    // A response is not lost if the body is already being sent.
    RawClient eager(running.port());
    EXPECT_EQ(
        eager.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + std::string(900'000, 'x')).status,
        413);
}

TEST(Server, answers_head_without_a_body) {
    Running running(tell_back);
    RawClient client(running.port());
    client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(client.read_answer(true).has("Content-Length: 11\r\n"));
    EXPECT_EQ(client.ask(get("/after")).body, "GET /after? []");
}

TEST(Server, writes_no_body_where_none_may_be) {
    Running running([](Request request, Answer answer) {
        Response response;
        response.status = request.path == "/304" ? 304 : 204;
        response.body = "must not appear";
        answer(response);
    });
    RawClient client(running.port());
    for (auto const* path : {"/204", "/304", "/204"}) {
        auto const answered = client.ask(get(path));
        EXPECT_EQ(std::to_string(answered.status), path + 1);
        EXPECT_FALSE(answered.has("Content-Length"));
    }
    EXPECT_EQ(client.buffer(), "");
}

TEST(Server, answers_500_for_what_is_thrown_dropped_or_cannot_be_written) {
    Running running([](Request request, Answer answer) {
        Response response;
        if (request.path == "/throw") throw base::Error(base::Kind::internal, "on purpose");
        if (request.path == "/drop") return;
        if (request.path == "/split") response.headers.add("Location", "/\r\nSet-Cookie: stolen=1");
        if (request.path == "/name") response.headers.add("X:\n", "1");
        if (request.path == "/type") response.content_type = "text/html\r\nX: y";
        response.body = "fine";
        answer(response);
        answer(response); // one response is enough
    });
    RawClient client(running.port());
    for (auto const* path : {"/throw", "/drop", "/split", "/name", "/type"}) {
        auto const answered = client.ask(get(path));
        EXPECT_EQ(answered.status, 500) << path;
        EXPECT_FALSE(answered.has("Set-Cookie"));
        EXPECT_EQ(answered.body, error_response(500, "The request was not answered.").body);
    }
    EXPECT_EQ(client.ask(get("/fine")).body, "fine");
}

// Bytes after a rejected request on the same connection must never be treated as a request.
TEST(Server, lets_nobody_smuggle_a_request) {
    std::atomic<int> reached = 0;
    Running running([&](Request request, Answer answer) {
        if (request.path == "/smuggled") ++reached;
        tell_back(std::move(request), std::move(answer));
    });
    auto const smuggled = get("/smuggled");
    std::string const heads[] = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\x0b"
        "chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "X: y\nContent-Length: 40\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\n\n",
        "Transfer-Encoding: chunked\r\n\r\n1;x\nX\r\n0\r\n\r\n",
        "Host: b\r\n\r\n",
    };
    for (auto const& head : heads) {
        RawClient client(running.port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + head + smuggled);
        auto const answered = client.read_answer();
        EXPECT_TRUE(answered.status == 400 || answered.status == 501) << head << answered.head;
        EXPECT_TRUE(answered.has("Connection: close\r\n"));
        EXPECT_EQ(client.read_all(), "") << head;
    }
    EXPECT_EQ(reached, 0);
    RawClient client(running.port());
    EXPECT_EQ(client.ask(smuggled).status, 200);
    EXPECT_EQ(reached, 1);
}

TEST(Server, tells_the_peer_and_serves_ipv6) {
    Handler const tell_peer = [](Request request, Answer answer) {
        Response response;
        response.body = request.peer;
        answer(response);
    };
    Running running(tell_peer);
    RawClient client(running.port());
    EXPECT_EQ(client.ask(get("/")).body, "127.0.0.1");

    for (auto const* listen : {"[::1]:0", "[::]:0"}) {
        Server server(listen, 1, {}, tell_peer);
        std::jthread thread([&] { server.serve(0); });
        base::Fd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(server.port());
        address.sin6_addr = in6addr_loopback;
        ASSERT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        auto const request = get("/");
        ASSERT_EQ(::send(fd.get(), request.data(), request.size(), 0), ssize_t(request.size()));
        char bytes[1000];
        auto const count = ::recv(fd.get(), bytes, sizeof bytes, 0);
        ASSERT_GT(count, 0);
        EXPECT_TRUE(std::string_view(bytes, std::size_t(count)).ends_with("\r\n\r\n::1"));
        if (listen == std::string_view("[::]:0")) {
            RawClient v4(server.port());
            EXPECT_EQ(v4.ask(get("/")).body, "127.0.0.1");
        }
        server.stop();
    }
}

TEST(Server, does_not_share_its_port) {
    Running running(tell_back);
    auto const address = "localhost:" + std::to_string(running.port());
    try {
        Server second(address, 2, {}, tell_back);
        FAIL() << "two servers on one port";
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::unavailable);
    }
    running.stop();
    Server second(address, 2, {}, tell_back); // the port is free immediately
}

TEST(Server, rejects_addresses_it_cannot_listen_on) {
    for (auto const* address : {"", "8065", "localhost", "localhost:", "localhost:x", "localhost:70000",
                                "example.org:80", "[::1:80", "[::g]:80", ":80", "1.2.3:80"})
        EXPECT_THROW(Server(address, 1, {}, tell_back), base::Error) << address;
    EXPECT_THROW(Server("127.0.0.1:0", 0, {}, tell_back), base::Error);
    EXPECT_THROW(Server("127.0.0.1:0", 17, {}, tell_back), base::Error);
}

TEST(Server, serves_two_hundred_kept_connections_at_once) {
    Running running(tell_back);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(running.port()));
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 200; ++i) clients[std::size_t(i)]->send(get("/" + std::to_string(i * round)));
        for (int i = 0; i < 200; ++i)
            EXPECT_EQ(clients[std::size_t(i)]->read_answer().body, "GET /" + std::to_string(i * round) + "? []");
    }
}

TEST(Server, survives_clients_that_go_at_any_moment) {
    Running running(tell_back);
    auto const request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n" + std::string(50, 'x');
    for (std::size_t length = 0; length <= request.size(); ++length) {
        RawClient client(running.port());
        client.send(request.substr(0, length));
    }
    RawClient client(running.port());
    EXPECT_EQ(client.ask(get("/")).status, 200);
}

} // namespace
} // namespace stepwell::net
