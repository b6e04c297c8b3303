#include "cli/terminal.h"

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/config.h"
#include "cli/text_width.h"
#include "cli/usage.h"

#include <cerrno>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace stepwell::cli {

namespace {

// Turns echo off during its lifetime.
class Silence {
public:
    Silence() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) base::fail_with_errno("cannot turn off echo");
        auto silent = before_;
        silent.c_lflag &= ~tcflag_t(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    Silence(Silence const&) = delete;

private:
    termios before_{};
};

} // namespace

std::string read_line() {
    std::string line;
    for (char byte;;) {
        auto const count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0 || byte == '\n') break;
        line += byte;
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

Terminal::Terminal(bool plain) {
    bool const restricted = plain || !process_environment("NO_COLOR").empty() || process_environment("TERM") == "dumb";
    colours_ = !restricted && ::isatty(STDOUT_FILENO) == 1;
    can_ask_ = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::size_t Terminal::width() const {
    if (::isatty(STDOUT_FILENO) != 1) return 0;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

void Terminal::print(std::string_view bytes) const { base::write_all(STDOUT_FILENO, bytes); }

void Terminal::print_json(std::string_view json) const {
    print((::isatty(STDOUT_FILENO) == 1 ? harmless_json(json) : std::string(json)) + "\n");
}

void Terminal::say(std::string_view line) const { base::write_all(STDERR_FILENO, printable(line) + "\n"); }

bool Terminal::confirm(std::string const& question) const {
    if (!can_ask_) return false;
    base::write_all(STDERR_FILENO, printable(question) + " [y/N] ");
    auto const answer = base::to_lower(base::trim(read_line()));
    return answer == "y" || answer == "yes";
}

std::string Terminal::ask_secret(std::string const& what) const {
    if (!can_ask_)
        throw UsageError(base::Kind::invalid,
                         "Cannot prompt for the " + what + ": standard input or standard error is not a terminal.");
    Silence const silence; // before the prompt, so that a fast answer is not echoed
    base::write_all(STDERR_FILENO, what + ": ");
    auto answer = read_line();
    base::write_all(STDERR_FILENO, "\n");
    return answer;
}

} // namespace stepwell::cli
