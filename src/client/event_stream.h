// A parser of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. Does no I/O.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace stepwell::client {

struct StreamEvent {
    std::string name = "message";
    std::string data;
    std::string id; // the last id received, in this event or an earlier one
};

class EventStream {
public:
    using Use = std::function<void(StreamEvent const&)>;
    static constexpr std::size_t longest_event = 16u << 20; // bytes in the lines of one event

    explicit EventStream(Use use) : use_(std::move(use)) {}

    // Parses a chunk, split anywhere, and calls `use` for each complete event. An event that is incomplete at the end
    // of the stream is dropped. Throws Error{too_large} for an event longer than longest_event.
    void feed(std::string_view bytes);

private:
    void take_line();
    void take_field(std::string_view name, std::string_view value);
    void tell();

    Use use_;
    std::string line_;
    StreamEvent event_;
    bool has_data_ = false;
    bool first_line_ = true;
    bool after_return_ = false; // the last byte was a carriage return; a newline that follows belongs to it
};

} // namespace stepwell::client
