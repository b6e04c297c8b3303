#include "run/process_tree.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

// The contents of a small file in /proc or a cgroup; empty if it cannot be read.
template <std::size_t size> struct Text {
    char bytes[size];
    std::size_t length = 0;

    Text(int folder, char const* path) {
        int file = ::openat(folder, path, O_RDONLY | O_CLOEXEC);
        if (file < 0) return;
        while (length < size - 1) {
            auto count = ::read(file, bytes + length, size - 1 - length);
            if (count <= 0) break;
            length += std::size_t(count);
        }
        ::close(file);
    }
    std::string_view view() const { return {bytes, length}; }
};

struct Path {
    char text[64];
    Path(pid_t pid, char const* name) { std::snprintf(text, sizeof text, "/proc/%d/%s", pid, name); }
};

struct Stat {
    pid_t parent = 0;
    unsigned long long start_time = 0;
};

// proc_pid_stat(5): the name in parentheses may contain anything, so fields are counted from the last parenthesis.
Stat stat_of(pid_t pid) {
    Stat answer;
    Text<1024> text(AT_FDCWD, Path(pid, "stat").text);
    auto close = text.view().rfind(')');
    if (close == std::string_view::npos) return answer;
    text.bytes[text.length] = '\0';
    char state = 0;
    if (std::sscanf(text.bytes + close + 1,
                    " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &state,
                    &answer.parent, &answer.start_time) != 3)
        return {};
    if (state == 'Z' || state == 'X') answer.start_time = 0; // ended; only its parent can reap it
    return answer;
}

// A snapshot of all processes of the machine.
class ProcessTable {
public:
    struct Entry {
        pid_t pid, parent;
        unsigned long long start_time;
        bool chosen;
    };

    ProcessTable() {
        auto* memory =
            ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) return;
        entries_ = static_cast<Entry*>(memory);
        fill();
    }
    ~ProcessTable() {
        if (entries_) ::munmap(entries_, bytes);
    }
    ProcessTable(ProcessTable const&) = delete;

    Entry* begin() { return entries_; }
    Entry* end() { return entries_ + count_; }
    Entry* find(pid_t pid) {
        auto* entry = std::lower_bound(begin(), end(), pid, [](Entry const& e, pid_t p) { return e.pid < p; });
        return entry != end() && entry->pid == pid ? entry : nullptr;
    }

private:
    static constexpr std::size_t most = 1u << 18;
    static constexpr std::size_t bytes = most * sizeof(Entry);

    void fill() {
        auto* listing = ::opendir("/proc");
        if (!listing) return;
        while (auto* item = ::readdir(listing)) {
            auto pid = pid_t(std::strtol(item->d_name, nullptr, 10));
            if (pid <= 0 || count_ == most) continue;
            auto stat = stat_of(pid);
            entries_[count_++] = {pid, stat.parent, stat.start_time, false};
        }
        ::closedir(listing);
        std::sort(begin(), end(), [](Entry const& a, Entry const& b) { return a.pid < b.pid; });
    }

    Entry* entries_ = nullptr;
    std::size_t count_ = 0;
};

void choose_descendants(ProcessTable& table, pid_t ancestor) {
    for (bool more = true; more;) {
        more = false;
        for (auto& entry : table) {
            if (entry.chosen) continue;
            auto* parent = table.find(entry.parent);
            entry.chosen = entry.parent == ancestor || (parent && parent->chosen);
            more = more || entry.chosen;
        }
    }
}

void signal_exactly(ProcessIdentity process, int signal) {
    int handle = int(::syscall(SYS_pidfd_open, process.pid, 0));
    if (handle < 0) return;
    if (identify(process.pid) == process) ::syscall(SYS_pidfd_send_signal, handle, signal, nullptr, 0);
    ::close(handle);
}

// Signals the selected processes that are alive, except this process.
int signal_chosen(ProcessTable& table, int signal) {
    int found = 0;
    for (auto& entry : table) {
        if (!entry.chosen || entry.start_time == 0 || entry.pid == ::getpid()) continue;
        ++found;
        if (signal != 0) signal_exactly({entry.pid, entry.start_time}, signal);
    }
    return found;
}

// Uses the uids that kill(2) compares, not the effective uid.
bool runs_as_one_of(pid_t pid, std::span<uid_t const> uids) {
    Text<2048> text(AT_FDCWD, Path(pid, "status").text);
    text.bytes[text.length] = '\0';
    auto at = text.view().find("\nUid:\t");
    unsigned real = 0, effective = 0, saved = 0;
    if (at == std::string_view::npos ||
        std::sscanf(text.bytes + at + 6, "%u %u %u", &real, &effective, &saved) != 3)
        return false;
    return std::any_of(uids.begin(), uids.end(), [&](uid_t uid) { return real == uid || saved == uid; });
}

// Returns true if the working directory is the ticket's script folder, …/stepwell…/<ticket>. The supervisor's is
// …/tickets/<ticket>.
bool stands_in_folder_of(pid_t pid, std::string_view ticket) {
    char target[512];
    auto length = ::readlink(Path(pid, "cwd").text, target, sizeof target);
    std::string_view path(target, length > 0 ? std::size_t(length) : 0);
    auto at = path.find(ticket);
    if (at == std::string_view::npos || at < 2) return false;
    auto parent = path.substr(0, at - 1);
    return parent.substr(parent.rfind('/') + 1).starts_with("stepwell");
}

bool holds_ticket(pid_t pid, std::string_view ticket) {
    // The starter puts the ticket among the first variables; any number of others may follow.
    Text<16384> text(AT_FDCWD, Path(pid, "environ").text);
    auto view = text.view();
    for (std::size_t at = 0; at < view.size();) {
        auto entry = view.substr(at, view.find('\0', at) - at);
        if (entry.size() == ticket_variable.size() + 1 + ticket.size() && entry.starts_with(ticket_variable) &&
            entry.ends_with(ticket))
            return true;
        at += entry.size() + 1;
    }
    return false;
}

} // namespace

ProcessIdentity identify(pid_t pid) { return {pid, stat_of(pid).start_time}; }

int signal_descendants(pid_t ancestor, int signal) {
    ProcessTable table;
    choose_descendants(table, ancestor);
    return signal_chosen(table, signal);
}

int signal_ticket_holders(std::string_view ticket, int signal) {
    ProcessTable table;
    for (auto& entry : table) {
        entry.chosen =
            entry.start_time != 0 && (holds_ticket(entry.pid, ticket) || stands_in_folder_of(entry.pid, ticket));
    }
    // Their descendants may have cleared their environment.
    for (bool more = true; more;) {
        more = false;
        for (auto& entry : table) {
            auto* parent = table.find(entry.parent);
            if (entry.chosen || !parent || !parent->chosen) continue;
            entry.chosen = more = true;
        }
    }
    return signal_chosen(table, signal);
}

int count_accounts(std::span<uid_t const> uids) {
    ProcessTable table;
    for (auto& entry : table) entry.chosen = entry.start_time != 0 && runs_as_one_of(entry.pid, uids);
    return signal_chosen(table, 0);
}

int signal_cgroup(int cgroup, int signal) {
    if (signal == SIGKILL) {
        int kill = ::openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
        bool done = kill >= 0 && ::write(kill, "1", 1) == 1;
        if (kill >= 0) ::close(kill);
        if (done) return cgroup_populated(cgroup) ? 1 : 0;
    }
    int found = 0;
    Text<65536> members(cgroup, "cgroup.procs");
    members.bytes[members.length] = '\0';
    for (char* at = members.bytes; *at;) {
        auto pid = pid_t(std::strtol(at, &at, 10));
        if (pid > 0 && pid != ::getpid()) {
            ++found;
            if (signal != 0) signal_exactly(identify(pid), signal);
        }
        while (*at == '\n') ++at;
    }
    return found;
}

bool cgroup_populated(int cgroup) {
    Text<512> events(cgroup, "cgroup.events");
    return events.view().find("populated 1") != std::string_view::npos;
}

} // namespace stepwell::run
