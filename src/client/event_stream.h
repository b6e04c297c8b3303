// Server-sent events out of bytes, as https://html.spec.whatwg.org/multipage/server-sent-events.html says. Pure.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace stepwell::client {

struct StreamEvent {
    std::string name = "message";
    std::string data;
    std::string id; // the last one given so far, by this event or an earlier one
};

class EventStream {
public:
    using Use = std::function<void(StreamEvent const&)>;
    static constexpr std::size_t longest_event = 16u << 20; // bytes of its lines

    explicit EventStream(Use use) : use_(std::move(use)) {}

    // Any piece, however cut. Tells the events that are complete; what the end of the stream cuts off is never told.
    // Throws Error{too_large} for an event longer than longest_event.
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
    bool after_return_ = false; // the last byte was a carriage return: a newline belongs to it
};

} // namespace stepwell::client
