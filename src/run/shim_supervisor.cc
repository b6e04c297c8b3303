#include "run/shim_supervisor.h"

#include "run/process_tree.h"
#include "run/shim_control.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

constexpr std::int64_t hearing_ms = 2000; // how long pipes are read after the script has ended
constexpr std::int64_t kill_again_ms = 10;
constexpr char const* output_dropped = "The disk was full: the last output was dropped.";
constexpr std::size_t max_left = 4u << 20; // maximum bytes read from a pipe after the end; more than a pipe holds

std::int64_t monotonic_ms() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

std::uint64_t number(Notice::Kind kind) { return std::uint64_t(kind); }

} // namespace

Supervisor::Supervisor(Setting const& setting)
    : setting_(setting), server_(setting.server), spool_(setting.folder, setting.spool_bytes, *this),
      filter_(arena_, setting_.nonce, *this) {}

ResultFacts Supervisor::watch(pid_t script, int out, int err) {
    script_ = script;
    out_.file = out;
    err_.file = err;
    started_ = milliseconds_now();
    reserve_result(setting_.folder);
    if (setting_.timeout > 0) deadline_ = monotonic_ms() + std::int64_t(setting_.timeout);
    tell(number(Notice::Kind::started), std::uint64_t(started_));

    while (!over()) turn(true, 3'600'000);
    while (setting_.exclusive && !tree_is_empty()) {
        kill_tree();
        turn(false, kill_again_ms);
    }
    kill_at_ = 0;
    drain(out_);
    drain(err_);

    ResultFacts facts;
    facts.started = started_;
    facts.ended = ended_;
    facts.error_output = filter_.saw_error_output();
    if (ordered_ != Ending::exited)
        facts.ending = ordered_;
    else
        facts.ending = WIFSIGNALED(status_) ? Ending::signaled : Ending::exited;
    facts.code = WIFSIGNALED(status_) ? WTERMSIG(status_) : WEXITSTATUS(status_);
    return facts;
}

void Supervisor::write_result(ResultFacts facts) {
    facts.next_sequence = spool_.next_sequence();
    if (spool_.has_dropped()) std::snprintf(facts.reason, sizeof facts.reason, "%s", output_dropped);
    while (!run::write_result(setting_.folder, facts)) wait_for_room();
    tell(number(Notice::Kind::ended), 0);
}

// If the ticket was removed, no server will ask for it again: there is no place for the output, and no use for the
// script.
bool Supervisor::wait_for_room() {
    struct stat folder{};
    if (::fstat(setting_.folder, &folder) == 0 && folder.st_nlink == 0) {
        kill_tree();
        ::_exit(74);
    }
    turn(false, 100);
    if (!script_ended_ || !tree_is_empty()) return true;
    spool_.take_all_room();
    return !is_canceled_ || monotonic_ms() < stop_reading_at_;
}

bool Supervisor::over() const {
    if (!script_ended_) return false;
    if (kill_at_ != 0) return tree_is_empty();
    return (out_.file < 0 && err_.file < 0) || childless_ || monotonic_ms() >= stop_reading_at_;
}

bool Supervisor::tree_is_empty() const {
    return childless_ && (setting_.cgroup < 0 || !cgroup_populated(setting_.cgroup));
}

bool Supervisor::reading(Pipe const& pipe) const { return pipe.file >= 0 && !spool_.full(); }

int Supervisor::time_left(bool with_pipes) const {
    std::int64_t next = 0;
    for (auto time : {script_ended_ ? 0 : deadline_, kill_at_, with_pipes ? stop_reading_at_ : 0}) {
        if (time != 0 && (next == 0 || time < next)) next = time;
    }
    if (next == 0) return 3'600'000;
    return int(std::clamp<std::int64_t>(next - monotonic_ms(), 0, 3'600'000));
}

// Waits for the next event, or `longest` ms, and handles it.
void Supervisor::turn(bool with_pipes, int longest) {
    pollfd items[] = {{setting_.signals, POLLIN, 0},
                      {setting_.listener, POLLIN, 0},
                      {server_, POLLIN, 0},
                      {with_pipes && reading(out_) ? out_.file : -1, POLLIN, 0},
                      {with_pipes && reading(err_) ? err_.file : -1, POLLIN, 0}};
    ::poll(items, std::size(items), std::min(longest, time_left(with_pipes)));
    if (items[0].revents) reap();
    if (items[1].revents) accept_server();
    if (items[2].revents) hear_server();
    if (items[3].revents) pump(out_);
    if (items[4].revents) pump(err_);
    keep_time();
}

void Supervisor::reap() {
    signalfd_siginfo told;
    while (::read(setting_.signals, &told, sizeof told) > 0) {
    }
    for (;;) {
        int status = 0;
        pid_t pid = ::waitpid(-1, &status, WNOHANG);
        childless_ = pid < 0 && errno == ECHILD;
        if (pid <= 0) return;
        if (pid != script_) continue;
        script_ended_ = true;
        status_ = status;
        ended_ = milliseconds_now();
        stop_reading_at_ = monotonic_ms() + hearing_ms;
    }
}

void Supervisor::keep_time() {
    auto now = monotonic_ms();
    if (deadline_ != 0 && now >= deadline_ && !script_ended_) end_tree(Ending::timed_out);
    if (kill_at_ != 0 && now >= kill_at_ && script_ >= 0) kill_tree();
}

// Sends SIGTERM now and SIGKILL repeatedly after the grace time, until nothing is left.
void Supervisor::end_tree(Ending why) {
    is_canceled_ = is_canceled_ || why == Ending::canceled;
    if (kill_at_ != 0) return;
    if (!script_ended_) ordered_ = why;
    deadline_ = 0;
    kill_at_ = monotonic_ms() + std::int64_t(setting_.grace);
    if (script_ < 0) return;
    signal_descendants(::getpid(), SIGTERM);
    signal_descendants(::getpid(), SIGCONT); // a stopped process does not handle SIGTERM
}

void Supervisor::kill_tree() {
    kill_at_ = monotonic_ms() + kill_again_ms;
    if (setting_.cgroup >= 0) signal_cgroup(setting_.cgroup, SIGKILL);
    signal_descendants(::getpid(), SIGKILL);
}

void Supervisor::pump(Pipe& pipe) {
    auto count = ::read(pipe.file, input_, sizeof input_);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close_pipe(pipe);
    filter_.feed(pipe.stream, {input_, std::size_t(count)});
    spool_.flush();
    tell(number(Notice::Kind::advanced), spool_.next_sequence());
}

void Supervisor::close_pipe(Pipe& pipe) {
    ::close(pipe.file);
    pipe.file = -1;
    filter_.end(pipe.stream);
    spool_.flush();
    tell(number(Notice::Kind::advanced), spool_.next_sequence());
}

// Reads what was written before the end, regardless of the spool's limit.
void Supervisor::drain(Pipe& pipe) {
    std::size_t left = max_left;
    while (pipe.file >= 0 && left > 0) {
        auto count = ::read(pipe.file, input_, std::min(left, sizeof input_));
        if (count <= 0) break;
        filter_.feed(pipe.stream, {input_, std::size_t(count)});
        spool_.flush();
        left -= std::size_t(count);
    }
    if (pipe.file >= 0) close_pipe(pipe);
}

void Supervisor::message(Stream stream, std::string_view encoded, bool secret) {
    if (!secret) return spool_.entry(RecordKind::message, stream, encoded);
    auto size = encoded.size() + crypto_box_SEALBYTES;
    auto* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    auto* sealed = static_cast<unsigned char*>(memory);
    bool good = memory != MAP_FAILED && sodium_init() >= 0 &&
                crypto_box_seal(sealed, reinterpret_cast<unsigned char const*>(encoded.data()), encoded.size(),
                                setting_.box_public_key) == 0;
    if (good)
        spool_.entry(RecordKind::sealed, stream, {reinterpret_cast<char const*>(sealed), size});
    else
        marker("output withheld: a message with a secret could not be sealed");
    if (memory != MAP_FAILED) ::munmap(memory, size);
}

void Supervisor::marker(std::string_view sentence) { spool_.entry(RecordKind::marker, Stream::err, sentence); }

// Accepts root and the owner of the folder of tickets: the server's account may change while this process runs.
bool Supervisor::is_server(uid_t uid) const {
    struct stat tickets{};
    return uid == 0 || (::fstatat(setting_.folder, "..", &tickets, 0) == 0 && tickets.st_uid == uid);
}

void Supervisor::accept_server() {
    int peer = ::accept4(setting_.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer < 0) return;
    ucred who{};
    socklen_t size = sizeof who;
    if (::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || !is_server(who.uid)) {
        ::close(peer);
        return;
    }
    drop_server(); // a new server connects because the old one has ended
    server_ = peer;
    tell(number(Notice::Kind::started), std::uint64_t(started_));
    tell(number(Notice::Kind::advanced), spool_.next_sequence());
}

void Supervisor::hear_server() {
    while (server_ >= 0) {
        Notice notice;
        auto count = ::recv(server_, &notice, sizeof notice, MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count != sizeof notice) return drop_server();
        if (notice.kind == Notice::Kind::acknowledge) spool_.acknowledge(notice.value);
        if (notice.kind == Notice::Kind::cancel) end_tree(Ending::canceled);
    }
}

void Supervisor::drop_server() {
    if (server_ >= 0) ::close(server_);
    server_ = -1;
}

// A notice that does not fit can be dropped: unread ones precede it.
void Supervisor::tell(std::uint64_t kind, std::uint64_t value) {
    if (server_ < 0) return;
    Notice notice{Notice::Kind(kind), value};
    ::send(server_, &notice, sizeof notice, MSG_DONTWAIT | MSG_NOSIGNAL);
}

} // namespace stepwell::run
