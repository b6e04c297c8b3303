// Masks 1,000,000 lines of 100 bytes and prints the seconds this takes: without secrets, with 20 secrets, and with 20
// secrets of which every tenth line contains one. Prints the best of five rounds each.
#include "run/output_filter.h"

#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace stepwell::run;

namespace {

struct Counting final : OutputFilter::Sink {
    std::size_t bytes = 0;
    void output(Stream, Level, std::string_view masked) override { bytes += masked.size(); }
    void message(Stream, std::string_view, bool) override {}
    void marker(std::string_view) override {}
};

constexpr std::size_t line_count = 1'000'000, line_bytes = 100, read_bytes = 65536;

std::vector<std::string> make_secrets(std::mt19937& random) {
    std::string_view const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$&/+%'\"! ";
    std::vector<std::string> secrets(20);
    for (auto& secret : secrets)
        for (auto size = 12 + random() % 40; size > 0; --size) secret += letters[random() % letters.size()];
    return secrets;
}

// Words that are typical of logs.
std::string make_lines(std::mt19937& random) {
    std::string text;
    text.reserve(line_count * line_bytes);
    for (std::size_t line = 0; line < line_count; ++line) {
        std::string one = "2026-01-02T03:04:05.678Z INFO  [worker-7] ";
        while (one.size() < line_bytes - 1) {
            for (auto size = 2 + random() % 8; size > 0; --size) one += static_cast<char>('a' + random() % 26);
            one += " /=.:"[random() % 5];
        }
        text.append(one, 0, line_bytes - 1).push_back('\n');
    }
    return text;
}

double seconds(std::vector<std::string> const& secrets, std::string_view text) {
    std::vector<std::uint64_t> arena(OutputFilter::arena_bytes / 8);
    Counting sink;
    OutputFilter filter({reinterpret_cast<char*>(arena.data()), OutputFilter::arena_bytes}, "", sink);
    for (auto const& secret : secrets) filter.add_secret(secret);
    auto const before = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < text.size(); at += read_bytes) filter.feed(Stream::out, text.substr(at, read_bytes));
    filter.end(Stream::out);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

void measure(char const* what, std::vector<std::string> const& secrets, std::string_view text) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) best = std::min(best, seconds(secrets, text));
    std::printf("%-32s %.3f s\n", what, best);
}

} // namespace

int main() {
    std::mt19937 random(1);
    auto const secrets = make_secrets(random);
    auto text = make_lines(random);
    measure("no secret", {}, text);
    measure("20 secrets", secrets, text);
    for (std::size_t line = 0; line < line_count; line += 10) {
        auto const& secret = secrets[line / 10 % secrets.size()];
        text.replace(line * line_bytes + 42, secret.size(), secret);
    }
    measure("20 secrets, in every tenth line", secrets, text);
}
