#include "client/event_stream.h"

#include "base/error.h"

#include <utility>

namespace stepwell::client {

void EventStream::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        if (std::exchange(after_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        auto const end = bytes.find_first_of("\r\n");
        line_ += bytes.substr(0, end);
        if (line_.size() + event_.data.size() > longest_event)
            throw base::Error(base::Kind::too_large, "The server sent an event that is too long.");
        if (end == std::string_view::npos) return;
        after_return_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        take_line();
    }
}

void EventStream::take_line() {
    auto const whole = std::exchange(line_, {});
    std::string_view line = whole;
    if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.empty()) return tell();
    auto const colon = line.find(':');
    if (colon == 0) return; // a comment
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
}

void EventStream::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (std::exchange(has_data_, true)) event_.data += '\n';
        event_.data += value;
    } else if (name == "event") {
        event_.name = value;
    } else if (name == "id" && value.find('\0') == std::string_view::npos) {
        event_.id = value;
    }
}

void EventStream::tell() {
    if (std::exchange(has_data_, false)) {
        if (event_.name.empty()) event_.name = "message";
        use_(event_);
    }
    event_.name = "message";
    event_.data.clear();
}

} // namespace stepwell::client
