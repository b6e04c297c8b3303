#include "cli/interrupts.h"

#include "base/error.h"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace stepwell::cli {

namespace {

// A signal handler has no arguments, so its data is global.
std::atomic<int> wake_fd = -1;
std::atomic<bool> pending = false;
std::atomic<char const*> last_words = nullptr;
std::atomic<std::size_t> last_words_size = 0;

void take_signal(int) {
    int const kept = errno;
    if (pending.exchange(true)) {
        [[maybe_unused]] auto const written = ::write(STDERR_FILENO, last_words.load(), last_words_size.load());
        ::_exit(exit_interrupted);
    }
    [[maybe_unused]] auto const written = ::write(wake_fd.load(), "", 1);
    errno = kept;
}

} // namespace

Interrupts::Interrupts(std::string farewell) : farewell_("\n" + std::move(farewell) + "\n") {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) base::fail_with_errno("pipe");
    read_.reset(ends[0]);
    write_.reset(ends[1]);
    wake_fd = write_.get();
    last_words = farewell_.data();
    last_words_size = farewell_.size();
    pending = false;
    struct sigaction action{};
    action.sa_handler = take_signal;
    ::sigaction(SIGINT, &action, &before_);
}

Interrupts::~Interrupts() { ::sigaction(SIGINT, &before_, nullptr); }

void Interrupts::forget() {
    char bytes[16];
    while (::read(read_.get(), bytes, sizeof bytes) > 0) {
    }
    pending = false;
}

} // namespace stepwell::cli
