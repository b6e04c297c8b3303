// An input is a list of secrets, each with its length, then a length of 0, then output. For any split of the output,
// the result is the same and contains no secret that is known from the start, even if the other stream interrupts it.
// The output of the other stream stays in its place.
#include "run/output_filter.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace stepwell::run;

namespace {

struct Collected final : OutputFilter::Sink {
    std::vector<std::string> runs; // of text without a message or change of level
    std::string all;
    Level level = Level::standard;
    bool broken = true;

    std::size_t interruptions = 0;

    void output(Stream stream, Level now, std::string_view masked) override {
        if (stream == Stream::err) {
            interruptions += masked.size();
            return;
        }
        if (broken || now != level) runs.emplace_back();
        broken = false;
        level = now;
        runs.back() += masked;
        all += masked;
    }
    void message(Stream, std::string_view encoded, bool secret) override {
        broken = true;
        all.append(encoded).append(secret ? "sealed" : "plain");
    }
    void marker(std::string_view sentence) override {
        broken = true;
        all += sentence;
    }
};

struct Input {
    std::vector<std::string> secrets;
    std::string_view output;
};

Input read(std::string_view bytes) {
    Input input;
    while (!bytes.empty()) {
        std::size_t const size = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        if (size == 0) break;
        input.secrets.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
    input.output = bytes;
    return input;
}

Collected filter(Input const& input, std::string_view nonce, std::size_t piece, bool interrupted = false) {
    static std::vector<std::uint64_t> arena(OutputFilter::arena_bytes / 8);
    Collected collected;
    OutputFilter filter({reinterpret_cast<char*>(arena.data()), OutputFilter::arena_bytes}, nonce, collected);
    for (auto const& secret : input.secrets) filter.add_secret(secret);
    for (std::size_t at = 0; at < input.output.size(); at += piece) {
        filter.feed(Stream::out, input.output.substr(at, piece));
        if (interrupted) filter.feed(Stream::err, "\x7F");
    }
    filter.end(Stream::out);
    return collected;
}

void require(bool holds) {
    if (!holds) std::abort();
}

void check_secrets(Input const& input, Collected const& collected) {
    for (auto const& secret : input.secrets) {
        bool const is_masked = secret.size() >= 4 && secret.find_first_not_of(" \t\r\n\v\f") != secret.npos;
        if (!is_masked || secret.find_first_of("\r\n*") != secret.npos) continue;
        for (auto const& run : collected.runs) require(run.find(secret) == run.npos);
    }
}

void check(Input const& input, std::string_view nonce) {
    Collected const whole = filter(input, nonce, 1 << 20);
    require(whole.all == filter(input, nonce, 1).all);
    require(whole.all == filter(input, nonce, 7).all);
    check_secrets(input, whole);
    for (std::size_t const piece : {1u, 5u}) check_secrets(input, filter(input, nonce, piece, true));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Input const input = read({reinterpret_cast<char const*>(data), size});
    check(input, "");
    check(input, "n");
    return 0;
}
