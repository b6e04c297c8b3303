#include "client/event_stream.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace stepwell::client {
namespace {

using Told = std::vector<std::string>; // name|id|data

Told events_in(std::vector<std::string_view> const& pieces) {
    Told told;
    EventStream stream(
        [&](StreamEvent const& event) { told.push_back(event.name + "|" + event.id + "|" + event.data); });
    for (auto piece : pieces) stream.feed(piece);
    return told;
}

TEST(EventStream, tells_the_same_events_however_the_bytes_are_cut) {
    std::string_view const text = "\xEF\xBB\xBF: hello\n\nevent: log\nid: 0:5\ndata: {\"Text\":\"ä\"}\n\n"
                                  "data:one\r\ndata: two\r\ndata\r\n\r\nid\revent:state\rdata:  x\r\r"
                                  "retry: 10\nunknown: y\nevent: nothing\n\ndata: last\n\nevent: end\ndata: cut";
    Told const expected{"log|0:5|{\"Text\":\"ä\"}", "message|0:5|one\ntwo\n", "state|| x", "message||last"};
    EXPECT_EQ(events_in({text}), expected);
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second)
            ASSERT_EQ(events_in({text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
                      expected)
                << first << " " << second;
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(events_in(bytes), expected);
}

TEST(EventStream, tells_no_event_without_data_and_none_that_was_cut_off) {
    EXPECT_EQ(events_in({"event: x\n\nid: 7\n\n"}), Told());
    EXPECT_EQ(events_in({"data: x\n"}), Told());
    EXPECT_EQ(events_in({"data\n\n"}), Told{"message||"});
    EXPECT_EQ(events_in({std::string_view("id: a\0b\ndata: x\n\n", 17)}), Told{"message||x"});
}

TEST(EventStream, refuses_an_event_without_end) {
    EventStream stream([](StreamEvent const&) {});
    std::string const line = "data: " + std::string(1 << 20, 'x') + "\n";
    EXPECT_THROW(for (int i = 0; i < 20; ++i) stream.feed(line), base::Error);
    EventStream one([](StreamEvent const&) {});
    EXPECT_THROW(for (int i = 0; i < 20; ++i) one.feed(std::string(1 << 20, 'x')), base::Error);
}

} // namespace
} // namespace stepwell::client
