#include "program.h"

#include "base/error.h"

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::cli {

namespace {

constexpr auto patience = std::chrono::seconds(60); // under a sanitizer on a busy machine

std::pair<base::Fd, base::Fd> pipe_ends() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) base::fail_with_errno("pipe");
    return {base::Fd(ends[0]), base::Fd(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string> const& texts) {
    std::vector<char*> all;
    for (auto const& text : texts) all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

} // namespace

Program::Program(std::vector<std::string> words, Setting const& setting) {
    std::vector<std::string> before{"stepwell"};
    if (setting.descriptors != 0)
        before = {"sh", "-c",
                  "ulimit -Sn 256; ulimit -Hn " + std::to_string(setting.descriptors) + "; exec \"$0\" \"$@\"",
                  STEPWELL_UNDER_TEST};
    words.insert(words.begin(), before.begin(), before.end());
    spawn(words, setting);
}

Program::~Program() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

void Program::spawn(std::vector<std::string> const& words, Setting const& setting) {
    std::vector<std::string> environment{"PATH=/usr/bin:/bin", "TERM=xterm"};
    for (auto const& [name, value] : setting.environment) environment.push_back(name + "=" + value);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // As in a login shell: the test program itself may have been started with ignored signals.
    sigset_t defaults, none;
    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    base::Fd input, out, err;
    if (setting.terminal) {
        out_.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
        ::grantpt(out_.get());
        ::unlockpt(out_.get());
        winsize size{24, 80, 0, 0};
        ::ioctl(out_.get(), TIOCSWINSZ, &size);
        flags |= POSIX_SPAWN_SETSID; // makes the first terminal that it opens its controlling terminal
        posix_spawn_file_actions_addopen(&files, 0, ::ptsname(out_.get()), O_RDWR, 0);
        posix_spawn_file_actions_adddup2(&files, 0, 1);
        posix_spawn_file_actions_adddup2(&files, 0, 2);
    } else {
        std::tie(out_, out) = pipe_ends();
        std::tie(err_, err) = pipe_ends();
        input = base::sealed_memfd("input", setting.input);
        posix_spawn_file_actions_adddup2(&files, input.get(), 0);
        posix_spawn_file_actions_adddup2(&files, out.get(), 1);
        posix_spawn_file_actions_adddup2(&files, err.get(), 2);
    }
    posix_spawnattr_setflags(&attributes, flags);
    auto const* program = setting.descriptors != 0 ? "/bin/sh" : STEPWELL_UNDER_TEST;
    auto const failure = ::posix_spawn(&id_, program, &files, &attributes, pointers(words).data(),
                                       pointers(environment).data());
    EXPECT_EQ(failure, 0);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
}

// Returns false at the end of the output or when the limit has passed.
bool Program::read_some(std::chrono::steady_clock::time_point limit) {
    auto const left =
        std::chrono::duration_cast<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now()).count();
    pollfd polls[] = {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}};
    if ((!out_ && !err_) || left <= 0 || ::poll(polls, 2, int(left)) <= 0) return false;
    auto take = [](base::Fd& fd, pollfd const& poll, std::string& into) {
        if (poll.revents == 0) return;
        char bytes[65536];
        auto const count = ::read(fd.get(), bytes, sizeof bytes);
        if (count <= 0)
            fd.reset(); // EIO: no process has the terminal open
        else
            into.append(bytes, std::size_t(count));
    };
    take(out_, polls[0], ended_.out);
    take(err_, polls[1], ended_.err);
    return true;
}

bool Program::hears(std::string const& text) {
    auto const limit = std::chrono::steady_clock::now() + patience;
    auto found = [&] {
        return ended_.out.find(text) != std::string::npos || ended_.err.find(text) != std::string::npos;
    };
    while (!found() && read_some(limit)) {
    }
    EXPECT_TRUE(found()) << "never heard '" << text << "' in\n" << ended_.out << "\n" << ended_.err;
    return found();
}

void Program::type(std::string const& text) { base::write_all(out_.get(), text); }

Ended const& Program::end() {
    auto const limit = std::chrono::steady_clock::now() + patience;
    while (read_some(limit)) {
    }
    if (out_ || err_) {
        ADD_FAILURE() << "does not end\n" << ended_.out << "\n" << ended_.err;
        ::kill(id_, SIGKILL);
    }
    int status = 0;
    ::waitpid(std::exchange(id_, 0), &status, 0);
    ended_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended_;
}

std::vector<std::string> words_of(std::string const& line) {
    std::vector<std::string> words;
    bool quoted = false, in_word = false;
    for (char c : line) {
        if (c == '"') {
            quoted = !quoted;
            if (!in_word) words.emplace_back();
            in_word = true;
        } else if (c == ' ' && !quoted) {
            in_word = false;
        } else {
            if (!in_word) words.emplace_back();
            in_word = true;
            words.back() += c;
        }
    }
    return words;
}

} // namespace stepwell::cli
