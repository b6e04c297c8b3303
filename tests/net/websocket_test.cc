#include "running.h"
#include "scripted_source.h"

#include <cstdio>

namespace stepwell::net {
namespace {

constexpr std::string_view upgrade =
    "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
enum Code { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct Frame {
    int code = -1;
    std::string payload;
    int close_code() const {
        return payload.size() < 2
                   ? 0
                   : (static_cast<unsigned char>(payload[0]) << 8) + static_cast<unsigned char>(payload[1]);
    }
};

// A minimal client of RFC 6455.
class Talker : public RawClient {
public:
    explicit Talker(std::uint16_t port, int receive_buffer = 0) : RawClient(port, receive_buffer) {
        RawClient::send(upgrade);
        EXPECT_TRUE(read_until("\r\n\r\n"));
        auto const head = take(buffer().find("\r\n\r\n") + 4);
        EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
        EXPECT_NE(head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos); // RFC 6455, 1.3
    }
    void say(int code, std::string payload, bool last = true) {
        std::string frame(1, char((last ? 0x80 : 0) | code));
        if (payload.size() < 126) {
            frame += char(0x80 | payload.size());
        } else {
            frame += char(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) frame += char(payload.size() >> shift);
        }
        char const mask[] = {1, 2, 3, 4};
        frame.append(mask, 4);
        for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = char(payload[i] ^ mask[i % 4]);
        RawClient::send(frame + payload);
    }
    Frame hear() {
        auto const head = take(2);
        if (head.size() < 2) return {};
        auto length = std::size_t(head[1]) & 0x7f;
        if (length == 126) {
            auto const bytes = take(2);
            length = (std::size_t(static_cast<unsigned char>(bytes[0])) << 8) + static_cast<unsigned char>(bytes[1]);
        } else if (length == 127) {
            length = 0;
            for (char c : take(8)) length = (length << 8) + static_cast<unsigned char>(c);
        }
        return {head[0] & 0xf, take(length)};
    }
};

struct Live {
    std::shared_ptr<ScriptedSource> talk = std::make_shared<ScriptedSource>();
    Running running;
    explicit Live(Limits limits = {})
        : running(
              [this](Request, Answer answer) {
                  Response response;
                  response.conversation = talk;
                  answer(response);
              },
              limits) {}
};

TEST(WebSocket, tells_what_comes_in_and_sends_what_goes_out) {
    Live live;
    Talker client(live.running.port());
    client.say(text, "hello");
    EXPECT_EQ(client.hear().payload, "echo hello");
    client.say(text, "in two ", false);
    client.say(0, "parts");
    EXPECT_EQ(client.hear().payload, "echo in two parts");
    client.say(ping, "are you there");
    auto const frame = client.hear();
    EXPECT_EQ(frame.code, pong);
    EXPECT_EQ(frame.payload, "are you there");
    live.talk->push("unasked");
    live.talk->push("");
    live.talk->push(std::string(200'000, 'x'));
    EXPECT_EQ(client.hear().payload, "unasked");
    EXPECT_TRUE(client.hear().payload == std::string(200'000, 'x'));
    client.say(text, std::string(65536, 'y'));
    EXPECT_EQ(client.hear().payload.size(), 5 + 65536u);
}

TEST(WebSocket, closes_when_the_conversation_ends) {
    Live live;
    Talker client(live.running.port());
    live.talk->push("last words");
    live.talk->end();
    EXPECT_EQ(client.hear().payload, "last words");
    auto const frame = client.hear();
    EXPECT_EQ(frame.code, close);
    EXPECT_EQ(frame.close_code(), 1000);
    client.say(close, frame.payload);
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(live.talk->abandoned, 0);
}

TEST(WebSocket, abandons_when_the_peer_closes_or_vanishes) {
    Live closing;
    Talker client(closing.running.port());
    client.say(close, std::string("\x03\xe8", 2));
    EXPECT_EQ(client.hear().close_code(), 1000);
    EXPECT_TRUE(client.closes());
    EXPECT_TRUE(eventually([&] { return closing.talk->abandoned == 1; }));

    Live vanishing;
    {
        Talker gone(vanishing.running.port());
    }
    EXPECT_TRUE(eventually([&] { return vanishing.talk->abandoned == 1; }));
    vanishing.talk->push("too late");
}

TEST(WebSocket, ends_a_conversation_that_breaks_the_rules) {
    struct Case {
        int code;
        std::string payload;
        int closes_with;
    };
    for (auto const& [code, payload, closes_with] :
         {Case{binary, "bytes", 1003}, Case{text, std::string(65537, 'x'), 1009}, Case{text, "\xff\xfe", 1007},
          Case{3, "", 1002}}) {
        Live live;
        Talker client(live.running.port());
        client.say(code, payload);
        auto const frame = client.hear();
        EXPECT_EQ(frame.code, close);
        EXPECT_EQ(frame.close_code(), closes_with);
        client.say(close, frame.payload);
        EXPECT_TRUE(client.closes());
        EXPECT_TRUE(eventually([&] { return live.talk->abandoned == 1; }));
    }
}

TEST(WebSocket, holds_the_conversation_when_the_reader_takes_no_more) {
    Live live({.write_time = 2s});
    Talker client(live.running.port(), 4096);
    for (int i = 0; i < 2000; ++i) live.talk->push(std::string(64 * 1024, 'x'));
    int last = -1;
    EXPECT_TRUE(eventually([&] {
        std::this_thread::sleep_for(200ms);
        return std::exchange(last, live.talk->asked.load()) == live.talk->asked;
    }));
    EXPECT_LT(live.talk->asked, 500);
    EXPECT_TRUE(eventually([&] { return live.talk->abandoned == 1; })); // drops it in the end
}

TEST(WebSocket, pings_a_silent_peer_and_drops_one_that_does_not_answer) {
    Live live({.ping_time = 300ms});
    Talker client(live.running.port());
    for (int i = 0; i < 4; ++i) {
        auto const frame = client.hear();
        EXPECT_EQ(frame.code, ping);
        client.say(pong, frame.payload);
    }
    while (client.hear().code == ping) {
    }
    EXPECT_TRUE(client.closes());
    EXPECT_TRUE(eventually([&] { return live.talk->abandoned == 1; }));
}

TEST(WebSocket, is_refused_where_it_was_not_asked_for_properly) {
    Live live;
    auto const ask = [&](std::string from, std::string to) {
        auto request = std::string(upgrade);
        request.replace(request.find(from), from.size(), to);
        RawClient client(live.running.port());
        return client.ask(request);
    };
    RawClient plain(live.running.port());
    auto answered = plain.ask(get("/live"));
    EXPECT_EQ(answered.status, 426);
    EXPECT_TRUE(answered.has("Upgrade: websocket\r\n"));
    EXPECT_EQ(plain.ask(get("/live")).status, 426); // the connection remains usable
    answered = ask("Version: 13", "Version: 8");
    EXPECT_EQ(answered.status, 426);
    EXPECT_TRUE(answered.has("Sec-WebSocket-Version: 13\r\n"));
    EXPECT_EQ(ask("Connection: keep-alive, Upgrade", "Connection: close").status, 426);
    EXPECT_EQ(ask("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=").status, 400);
    EXPECT_EQ(ask("GET", "PUT").status, 400);
    EXPECT_EQ(ask("GET /live HTTP/1.1", "GET /live HTTP/1.0").status, 426);
    RawClient hasty(live.running.port());
    EXPECT_EQ(hasty.ask(std::string(upgrade) + "\x81").status, 400);
    EXPECT_TRUE(eventually([&] { return live.talk->abandoned == 8; }));
    EXPECT_EQ(live.talk->asked, 0);
}

TEST(WebSocket, says_that_the_server_goes_away) {
    Live live({.shutdown_time = 60s});
    Talker client(live.running.port());
    ASSERT_TRUE(eventually([&] { return live.talk->asked == 1; }));
    live.running.server().stop();
    auto const frame = client.hear();
    EXPECT_EQ(frame.close_code(), 1001);
    client.say(close, frame.payload);
    EXPECT_TRUE(client.closes());
    client.RawClient::close();
    live.running.stop();
    EXPECT_EQ(live.talk->abandoned, 1);
}

TEST(WebSocket, does_not_wait_for_a_peer_that_does_not_close) {
    Live live({.shutdown_time = 300ms});
    Talker client(live.running.port());
    auto const start = std::chrono::steady_clock::now();
    live.running.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 8s);
}

TEST(WebSocket, talks_to_a_client_of_others) {
    if (std::system(
            "node --experimental-websocket -e 'process.exit(typeof WebSocket === \"function\" ? 0 : 1)' 2>/dev/null") !=
        0)
        GTEST_SKIP() << "this node has no WebSocket";
    Live live;
    auto const script =
        "node --experimental-websocket -e 'const s = new WebSocket(\"ws://127.0.0.1:" +
        std::to_string(live.running.port()) +
        "\"); s.onopen = () => s.send(\"\\u00e4\"); s.onmessage = m => { console.log(m.data); s.close() }; "
        "s.onclose = c => console.log(c.code)' 2>/dev/null";
    auto* const pipe = ::popen(script.c_str(), "r");
    std::string said;
    for (int c; (c = std::fgetc(pipe)) != EOF;) said += char(c);
    EXPECT_EQ(::pclose(pipe), 0);
    EXPECT_EQ(said.substr(0, 8), "echo \xc3\xa4\n");
    EXPECT_TRUE(eventually([&] { return live.talk->abandoned == 1; }));
}

} // namespace
} // namespace stepwell::net
