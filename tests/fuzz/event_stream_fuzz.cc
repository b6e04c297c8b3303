// Server-sent events and terminal sequences: the result is the same for any split of the bytes, and no control
// character remains.
#include "base/error.h"
#include "cli/escapes.h"
#include "client/event_stream.h"

#include <cstdint>
#include <cstdlib>

namespace {

std::string events_in(std::string_view text, std::size_t cut) {
    std::string told;
    stepwell::client::EventStream stream([&](stepwell::client::StreamEvent const& event) {
        told.append(event.name).append("|").append(event.id).append("|").append(event.data).append("\n");
    });
    stream.feed(text.substr(0, cut));
    stream.feed(text.substr(cut));
    return told;
}

std::string plain(std::string_view text, std::size_t cut) {
    stepwell::cli::EscapeFilter filter;
    auto out = filter.feed(text.substr(0, cut));
    return out += filter.feed(text.substr(cut));
}

bool is_plain(std::string_view text) {
    for (char c : text)
        if (static_cast<unsigned char>(c) < 0x20 ? c != '\n' && c != '\t' && c != '\r' : c == 0x7F) return false;
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const cut = text.size() * data[0] / 255;
    if (events_in(text, cut) != events_in(text, 0)) std::abort();
    auto const printed = plain(text, 0);
    if (printed != plain(text, cut) || !is_plain(printed)) std::abort();
    return 0;
}
