// Any bytes, whole and in parts: the parser must return the same result, keep its limits, and report only its own
// errors.
#include "net/request_parser.h"

#include <cstdlib>

using namespace stepwell::net;

namespace {

struct Outcome {
    RequestParser::Stage stage;
    Request request;
    std::size_t taken = 0;
};

Outcome parse(std::string_view bytes, std::size_t step, Limits const& limits) {
    RequestParser parser(limits);
    std::string rest;
    std::size_t taken = 0;
    for (std::size_t at = 0; at < bytes.size() && parser.stage() < RequestParser::Stage::done; at += step) {
        rest += bytes.substr(at, step);
        auto const count = parser.feed(rest);
        rest.erase(0, count);
        taken += count;
    }
    if (parser.stage() < RequestParser::Stage::done && rest.size() > limits.header_bytes + step) std::abort();
    return {parser.stage(), std::move(parser.request()), taken};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size == 0) return 0;
    Limits const limits{.header_bytes = 512, .body_bytes = 512};
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const whole = parse(bytes, bytes.size() + 1, limits);
    auto const pieces = parse(bytes, 1u + data[0] % 64, limits);
    auto const done = RequestParser::Stage::done;
    if ((whole.stage == done) != (pieces.stage == done)) std::abort();
    if (whole.request.body.size() > limits.body_bytes) std::abort();
    if (whole.stage != done) return 0;
    if (whole.taken != pieces.taken || whole.request.path != pieces.request.path ||
        whole.request.query != pieces.request.query || whole.request.body != pieces.request.body)
        std::abort();
    if (whole.request.path.empty() || (whole.request.path != "*" && whole.request.path[0] != '/')) std::abort();
    return 0;
}
