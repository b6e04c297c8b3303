#include "run/launcher_accounts.h"

#include "base/files.h"
#include "base/text.h"
#include "run/process_tree.h"
#include "run/shim_folder.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stepwell::run {

namespace {

// Sets the effective capabilities to all permitted ones, or none.
bool set_effective(bool all) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (::syscall(SYS_capget, &header, data) != 0) return false;
    for (auto& part : data) part.effective = all ? part.permitted : 0;
    return ::syscall(SYS_capset, &header, data) == 0;
}

// kill(-1) reaches every process whose real or saved uid equals the sender's real or effective uid, and with CAP_KILL
// every process. So that capability must be off, and neither of the two uids may be root.
void kill_as(uid_t uid, uid_t cleaner_uid) {
    ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (::syscall(SYS_setresuid, cleaner_uid, uid, cleaner_uid) != 0 || !set_effective(false)) ::_exit(1);
    ::kill(-1, SIGKILL);
}

// The scheduling parameters of a process.
struct Scheduling {
    int policy = 0, priority = 0;
    cpu_set_t processors{};

    explicit Scheduling(pid_t pid)
        : policy(::sched_getscheduler(pid)), priority(::getpriority(PRIO_PROCESS, id_t(pid))) {
        ::sched_getaffinity(pid, sizeof processors, &processors);
    }
    bool operator==(Scheduling const& other) const {
        return policy == other.policy && priority == other.priority && CPU_EQUAL(&processors, &other.processors);
    }
};

// A process may change the scheduling of another with the same real or effective uid. So while it kills, the sender can
// be slowed down by the account. Therefore a child process sends the signal. If its scheduling was changed, it is
// abandoned and the caller starts another one. This process stays root, which the account cannot affect. Returns the
// abandoned child for the caller to reap, or 0.
pid_t kill_all_of(uid_t uid, uid_t cleaner_uid) {
    int gate[2] = {-1, -1}; // open until this process has read the child's scheduling
    pid_t child = ::pipe2(gate, O_CLOEXEC) == 0 ? ::fork() : -1;
    base::Fd reading(gate[0]), writing(gate[1]);
    if (child == 0) {
        char none;
        writing.reset();
        [[maybe_unused]] auto count = ::read(reading.get(), &none, 1);
        kill_as(uid, cleaner_uid);
        ::_exit(0);
    }
    if (child < 0) { // the account has reached the process limit
        kill_as(uid, cleaner_uid);
        if (!set_effective(true) || ::syscall(SYS_setresuid, 0, 0, 0) != 0 || !set_effective(true)) ::_exit(1);
        return 0;
    }
    Scheduling const before(child);
    writing.reset();
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (!(Scheduling(child) == before)) {
            ::kill(child, SIGKILL);
            return child; // it ends when it gets the processor
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) ::_exit(1);
    return 0;
}

class Leftovers {
public:
    explicit Leftovers(std::span<uid_t const> uids) : uids_(uids) {}

    void remove_ipc() const {
        for_each_id("/proc/sysvipc/shm", "shmid", [](int id) { ::shmctl(id, IPC_RMID, nullptr); });
        for_each_id("/proc/sysvipc/msg", "msqid", [](int id) { ::msgctl(id, IPC_RMID, nullptr); });
        for_each_id("/proc/sysvipc/sem", "semid", [](int id) { ::semctl(id, 0, IPC_RMID); });
    }
    // Returns false if entries are created as fast as they are examined.
    bool remove_files(char const* path) {
        base::Fd folder(::open(path, folder_flags));
        struct stat facts{};
        steps_ = max_removal_steps;
        if (folder && ::fstat(folder.get(), &facts) == 0) remove_files(folder.get(), facts.st_dev, deepest);
        return steps_ > 0;
    }

private:
    static constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    static constexpr int deepest = 64;

    bool has(uid_t uid) const { return std::ranges::find(uids_, uid) != uids_.end(); }

    // Compares owner and creator, because a script may have given an object away.
    template <class Remove> void for_each_id(char const* path, std::string_view id_name, Remove remove) const {
        auto table = base::read_file(path).value_or("");
        auto lines = base::split(table, '\n');
        auto fields = [](std::string_view line) {
            std::vector<std::string_view> found;
            for (auto field : base::split(line, ' '))
                if (!field.empty()) found.push_back(field);
            return found;
        };
        if (lines.empty()) return;
        auto names = fields(lines[0]);
        auto column = [&](std::string_view name) {
            return std::size_t(std::ranges::find(names, name) - names.begin());
        };
        auto id = column(id_name), owner = column("uid"), creator = column("cuid");
        for (auto line : std::span(lines).subspan(1)) {
            auto values = fields(line);
            if (values.size() <= std::max({id, owner, creator})) continue;
            auto is_of = [&](std::size_t at) { return has(uid_t(base::to_number(values[at]).value_or(0))); };
            if (is_of(owner) || is_of(creator)) remove(int(base::to_number(values[id]).value_or(-1)));
        }
    }

    // Enters only folders that others may traverse: the account cannot have created files elsewhere.
    void remove_files(int folder, dev_t device, int depth) {
        std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(::openat(folder, ".", folder_flags)), ::closedir);
        while (auto* entry = listing && steps_ > 0 ? ::readdir(listing.get()) : nullptr) {
            std::string_view name = entry->d_name;
            struct stat facts{};
            if (name == "." || name == ".." || ::fstatat(folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            // entries of others cost no steps: there may be many, and scripts do not create them
            if (has(facts.st_uid)) {
                --steps_;
                if (!S_ISDIR(facts.st_mode))
                    ::unlinkat(folder, entry->d_name, 0);
                else if (remove_some(folder, entry->d_name, steps_) == Removal::unfinished)
                    steps_ = 0;
            } else if (S_ISDIR(facts.st_mode) && (facts.st_mode & S_IXOTH) && facts.st_dev == device && depth > 0) {
                base::Fd below(::openat(folder, entry->d_name, folder_flags | O_NOFOLLOW));
                if (below) remove_files(below.get(), device, depth - 1);
            }
        }
    }

    std::span<uid_t const> uids_;
    unsigned steps_ = 0; // left
};

} // namespace

void end_accounts(std::span<uid_t const> uids, uid_t cleaner_uid) {
    std::vector<pid_t> given_up;
    for (int tries = 0;; ++tries) {
        for (auto uid : uids)
            if (auto child = kill_all_of(uid, cleaner_uid)) given_up.push_back(child);
        std::erase_if(given_up, [](pid_t child) { return ::waitpid(child, nullptr, WNOHANG) != 0; });
        if (count_accounts(uids) == 0) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 + tries, 50))); // killed, but not yet ended
    }
}

bool remove_leftovers(std::span<uid_t const> uids) {
    constexpr long mqueue_magic = 0x19800202;
    Leftovers leftovers(uids);
    leftovers.remove_ipc();
    struct statfs facts{};
    bool all = true;
    if (::statfs("/dev/mqueue", &facts) == 0 && facts.f_type == mqueue_magic) leftovers.remove_files("/dev/mqueue");
    for (auto folder : {"/dev/shm", "/tmp", "/var/tmp"}) all = leftovers.remove_files(folder) && all;
    return all;
}

} // namespace stepwell::run
