// Any bytes as a server's response, whole and in parts: the client returns the same result, or reports that it is not
// HTTP.
#include "base/error.h"
#include "net/response_parser.h"

#include <cstdlib>

using namespace stepwell::net;

namespace {

struct Outcome {
    bool refused = false, done = false;
    int status = 0;
    std::string body;

    bool operator==(Outcome const&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t step) {
    ResponseParser parser(false, {});
    std::string rest;
    try {
        for (std::size_t at = 0; at < bytes.size() && !parser.done(); at += step) {
            rest += bytes.substr(at, step);
            rest.erase(0, parser.feed(rest));
        }
        auto const done = parser.done() || parser.end();
        return {false, done, done ? parser.response().status : 0, done ? parser.response().body : std::string()};
    } catch (stepwell::base::Error const& error) {
        if (error.kind() != stepwell::base::Kind::unavailable) std::abort();
        return {true, false, 0, {}};
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const whole = parse(bytes, bytes.size() + 1), pieces = parse(bytes, 1u + data[0] % 64);
    if (whole.done && pieces.done && whole != pieces) std::abort();
    return 0;
}
