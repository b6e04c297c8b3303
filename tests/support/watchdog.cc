// Ends a test program if a test takes too long, and prints the test and its stack. A hang that is killed from outside
// gives no such information.
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <unistd.h>
#ifdef STEPWELL_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

namespace stepwell {

namespace {

constexpr unsigned max_seconds = 300;
std::array<char, 200> running{};

void say(char const* text) { [[maybe_unused]] auto written = ::write(STDERR_FILENO, text, std::strlen(text)); }

// Runs on the thread of the tests. The functions it calls are not safe in signal handlers, but the program ends anyway.
void give_up(int) {
    say("\nTook too long: ");
    say(running.data());
    say("\n");
    std::array<void*, 60> frames{};
    int const count = ::backtrace(frames.data(), int(frames.size()));
#ifdef STEPWELL_SANITIZED
    for (int i = 0; i < count; ++i) {
        std::array<char, 1000> line{};
        __sanitizer_symbolize_pc(frames[std::size_t(i)], "  %f %S\n", line.data(), line.size());
        say(line.data());
    }
#else
    ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
#endif
    [[maybe_unused]] int status = std::system("ps -eo pid,ppid,user,stat,etimes,wchan:20,args | cut -c1-200 >&2");
    ::_exit(124);
}

class Watchdog : public ::testing::EmptyTestEventListener {
    void OnTestStart(::testing::TestInfo const& test) override {
        auto name = std::string(test.test_suite_name()) + "." + test.name();
        std::strncpy(running.data(), name.c_str(), running.size() - 1);
        ::signal(SIGALRM, give_up);
        ::alarm(max_seconds);
    }
    void OnTestEnd(::testing::TestInfo const&) override { ::alarm(0); }
};

[[maybe_unused]] bool const installed = [] {
    ::testing::UnitTest::GetInstance()->listeners().Append(new Watchdog);
    return true;
}();

} // namespace
} // namespace stepwell
