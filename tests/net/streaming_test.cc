#include "running.h"
#include "scripted_source.h"

namespace stepwell::net {
namespace {

Handler answering_with(std::shared_ptr<Source> source, std::string content_type = "text/plain") {
    return [source, content_type](Request request, Answer answer) {
        if (request.path == "/plain") return tell_back(std::move(request), std::move(answer));
        answer(streaming(source, content_type));
    };
}

// Returns the same chunk immediately, as often as requested.
class Endless : public Source {
public:
    explicit Endless(std::size_t size) : piece_(size, 'x') {}
    void next(Give give) override {
        ++asked;
        give(piece_);
    }
    void abandon() override { ++abandoned; }
    std::atomic<int> asked = 0;
    std::atomic<int> abandoned = 0;

private:
    std::string piece_;
};

TEST(Streaming, writes_each_piece_as_a_chunk_and_keeps_the_connection) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running(answering_with(source));
    RawClient client(running.port());
    client.send(get("/"));
    ASSERT_TRUE(client.read_until("\r\n\r\n")); // before there is a chunk
    EXPECT_NE(client.buffer().find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(client.buffer().find("Content-Length"), std::string::npos);
    client.buffer().clear();
    source->push("hello");
    EXPECT_EQ(client.take(10), "5\r\nhello\r\n");
    source->push("");
    source->push(std::string(300, 'y'));
    EXPECT_EQ(client.take(307), "12c\r\n" + std::string(300, 'y') + "\r\n");
    source->end();
    EXPECT_EQ(client.take(5), "0\r\n\r\n");
    EXPECT_EQ(client.ask(get("/plain")).body, "GET /plain? []");
    EXPECT_EQ(source->abandoned, 0);
}

TEST(Streaming, writes_until_the_end_for_http_1_0) {
    auto const source = std::make_shared<ScriptedSource>();
    source->push("one ");
    source->push("two");
    source->end();
    Running running(answering_with(source));
    RawClient client(running.port());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    auto const all = client.read_all();
    EXPECT_TRUE(all.ends_with("\r\n\r\none two")) << all;
    EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
    EXPECT_NE(all.find("Connection: close"), std::string::npos);
    EXPECT_FALSE(client.broken());
}

TEST(Streaming, asks_no_more_when_the_reader_takes_no_more) {
    auto const source = std::make_shared<Endless>(64 * 1024);
    Running running(answering_with(source));
    RawClient client(running.port(), 4096);
    client.send(get("/"));
    int last = -1;
    EXPECT_TRUE(eventually([&] {
        std::this_thread::sleep_for(200ms);
        return std::exchange(last, source->asked.load()) == source->asked;
    }));
    EXPECT_LT(last, 200); // the kernel's buffers on both sides
    auto const held = source->asked.load();
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(client.fill());
    EXPECT_TRUE(eventually([&] { return source->asked > held; }));
    client.close();
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
}

TEST(Streaming, a_source_that_is_always_ready_starves_nobody) {
    auto const source = std::make_shared<Endless>(0);
    Running running(answering_with(source), {}, 1);
    RawClient client(running.port());
    client.send(get("/"));
    EXPECT_TRUE(eventually([&] { return source->asked > 1000; }));
    RawClient other(running.port());
    EXPECT_EQ(other.ask(get("/plain")).status, 200);
    client.close();
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
}

TEST(Streaming, notices_a_reader_that_goes_while_nothing_is_said) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running(answering_with(source, "text/event-stream"));
    {
        RawClient client(running.port());
        client.send(get("/"));
        ASSERT_TRUE(client.read_until("\r\n\r\n"));
    }
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
    source->push("too late"); // has no effect
}

TEST(Streaming, drops_a_reader_that_takes_nothing) {
    auto const source = std::make_shared<Endless>(64 * 1024);
    Running running(answering_with(source), {.anonymous_write_time = 300ms});
    RawClient client(running.port(), 4096);
    client.send(get("/"));
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
}

TEST(Streaming, a_source_that_fails_breaks_the_connection_off) {
    struct Throwing : Source {
        void next(Give) override { throw std::runtime_error("on purpose"); }
    };
    auto const source = std::make_shared<ScriptedSource>();
    Running running([&](Request request, Answer answer) {
        if (request.path == "/throws")
            answer(streaming(std::make_shared<Throwing>()));
        else
            answer(streaming(source));
    });
    RawClient throws(running.port());
    throws.send(get("/throws"));
    EXPECT_EQ(throws.read_all().find("0\r\n\r\n"), std::string::npos);
    RawClient drops(running.port());
    drops.send(get("/"));
    ASSERT_TRUE(drops.read_until("\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return source->asked == 1; }));
    source->drop();
    EXPECT_TRUE(drops.closes());
    EXPECT_TRUE(drops.broken());
}

TEST(Streaming, abandons_a_source_nobody_asked_to_read) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running(answering_with(source));
    RawClient client(running.port());
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(client.read_answer(true).has("Transfer-Encoding: chunked"));
    EXPECT_TRUE(eventually([&] { return source->abandoned == 1; }));
    EXPECT_EQ(source->asked, 0);
    EXPECT_EQ(client.ask(get("/plain")).status, 200);
}

TEST(Streaming, a_request_sent_during_a_stream_is_answered_after_it) {
    auto const source = std::make_shared<ScriptedSource>();
    Running running(answering_with(source));
    RawClient client(running.port());
    client.send(get("/") + get("/plain"));
    ASSERT_TRUE(client.read_until("\r\n\r\n"));
    client.buffer().clear();
    client.send(get("/plain"));
    std::this_thread::sleep_for(50ms);
    source->push("abc");
    source->end();
    EXPECT_EQ(client.take(13), "3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "GET /plain? []");
    EXPECT_EQ(client.read_answer().body, "GET /plain? []");
}

} // namespace
} // namespace stepwell::net
