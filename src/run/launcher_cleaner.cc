#include "run/launcher_cleaner.h"

#include "base/error.h"
#include "base/log.h"
#include "run/launcher_accounts.h"
#include "run/process_tree.h"
#include "run/shim_files.h"
#include "run/shim_folder.h"
#include "run/shim_private.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stepwell::run {

namespace {

using namespace std::chrono_literals;

constexpr unsigned brief_steps = 200; // entries that the launcher itself removes

bool exists(int folder, Ticket const& name) {
    struct stat facts{};
    return ::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

// Kernels before 5.9 lack close_range.
void close_between(unsigned first, unsigned last) {
    if (first > last || ::close_range(first, last, 0) == 0) return;
    auto limit = unsigned(::sysconf(_SC_OPEN_MAX));
    for (auto number = first; number <= last && number < limit; ++number) ::close(int(number));
}

// Keeps standard input, output and error too.
void close_all_but(std::vector<int> kept) {
    std::ranges::sort(kept);
    unsigned next = 3;
    for (int number : kept) {
        if (number < int(next)) continue;
        close_between(next, unsigned(number) - 1);
        next = unsigned(number) + 1;
    }
    close_between(next, ~0u);
}

} // namespace

bool is_ticket(std::string_view name) {
    return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

LauncherCleaner::LauncherCleaner(Setting setting, LauncherSlots const& slots, LauncherCgroups const& cgroups)
    : setting_(std::move(setting)), slots_(slots), cgroups_(cgroups),
      runtime_(::open(setting_.runtime.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!runtime_) base::fail_with_errno("cannot open " + setting_.runtime);
    ::flock(runtime_.get(), LOCK_SH | LOCK_NB);
    for (auto path : {"/tmp", "/var/tmp", "/dev/shm"})
        if (auto above = own_folder(path, setting_.name, 0700)) {
            ::flock(above->folder.get(), LOCK_SH | LOCK_NB); // shows launchers with other mounts that it is in use
            shared_.push_back({path, std::move(*above)});
        }
    isolated_ = setting_.use_namespaces && try_private();
    if (setting_.use_namespaces && !isolated_)
        base::log_warning("the kernel permits no namespaces for scripts: files of scripts in /tmp, /var/tmp and "
                          "/dev/shm are deleted by owner");
}

bool LauncherCleaner::try_private() const {
    if (shared_.empty()) return false;
    auto child = in_child([this] { return make_private(private_of_all(), 0, setting_.runtime.c_str()) == nullptr; });
    int status = -1;
    ::waitpid(child, &status, 0); // a few system calls
    for (auto const& shared : shared_) remove_folder(shared.above.folder.get(), "0");
    return status == 0;
}

std::vector<PrivateFolder> LauncherCleaner::private_of_all() const {
    std::vector<PrivateFolder> folders;
    for (auto const& shared : shared_) folders.push_back({shared.path, shared.above.path.c_str()});
    return folders;
}

// Programs that clean /tmp may have removed a folder that was not used for days, and another account may have taken the
// name.
std::vector<PrivateFolder> LauncherCleaner::private_folders(uid_t uid) {
    if (!isolated_) return {};
    for (auto& shared : shared_) {
        struct stat ours{}, named{};
        bool there = ::fstat(shared.above.folder.get(), &ours) == 0 &&
                     ::lstat(shared.above.path.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
                     ours.st_dev == named.st_dev;
        if (!there) {
            auto made = own_folder(shared.path, setting_.name, 0700);
            if (!made) base::fail_with_errno(std::string("cannot create a folder in ") + shared.path);
            ::flock(made->folder.get(), LOCK_SH | LOCK_NB);
            shared.above = std::move(*made);
        }
        auto name = std::to_string(uid);
        bool made = ::mkdirat(shared.above.folder.get(), name.c_str(), 01777) == 0;
        if (!made && errno != EEXIST) base::fail_with_errno("cannot create a folder in " + shared.above.path);
        if (made && ::fchmodat(shared.above.folder.get(), name.c_str(), 01777, 0) != 0) // independent of the umask
            base::fail_with_errno("cannot open a folder in " + shared.above.path);
    }
    return private_of_all();
}

std::vector<Ticket> LauncherCleaner::find_left_behind() const {
    auto found = names_with_prefix(runtime_.get(), "");
    std::erase_if(found, [](auto const& name) { return !is_ticket(name); });
    return found;
}

bool LauncherCleaner::has_left(Ticket const& ticket) const {
    return exists(runtime_.get(), ticket) || cgroups_.find(ticket);
}

uid_t LauncherCleaner::slot_of(Ticket const& ticket) const {
    struct stat facts{};
    bool there = ::fstatat(runtime_.get(), ticket.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
    return there && slots_.has(facts.st_uid) ? facts.st_uid : 0;
}

// Removes the script's folder last: a later launcher uses it to find what is left.
bool LauncherCleaner::clean_briefly(Ticket const& ticket) {
    auto uid = slot_of(ticket);
    LauncherSlots::Slot slot;
    if (uid != 0) {
        auto cgroup = cgroups_.find(ticket);
        if (!isolated_ || !cgroup || cgroup_populated(cgroup.get())) return false;
        slot = slots_.take_unclean(uid, 0ms);
        if (slot.uid == 0) return false;
        if (!empty_private_briefly(uid)) return false;
    }
    cgroups_.remove(ticket);
    if (remove_some(runtime_.get(), ticket.c_str(), brief_steps) != Removal::done) return false;
    if (slot.uid != 0) slots_.set_clean(slot, true);
    return true;
}

pid_t LauncherCleaner::clean(Ticket const& ticket, base::Fd ticket_folder, bool orderly) {
    return in_child([&] { return clean_ticket(ticket, ticket_folder, orderly); }, {ticket_folder.get()});
}

pid_t LauncherCleaner::clean(std::vector<LauncherSlots::Slot> slots) {
    std::vector<uid_t> uids;
    std::vector<int> locks;
    for (auto const& slot : slots) {
        uids.push_back(slot.uid);
        locks.push_back(slot.lock.get());
    }
    auto act = [&] {
        end_accounts(uids, setting_.cleaner_uid);
        if (!remove_leftovers(uids)) return false; // possibly left by a launcher without namespaces
        bool good = true;
        for (auto const& slot : slots) {
            bool emptied = empty_private(slot.uid);
            if (emptied) slots_.set_clean(slot, true);
            good = good && emptied;
        }
        return good;
    };
    return in_child(act, std::move(locks));
}

bool LauncherCleaner::clean_ticket(Ticket const& ticket, base::Fd const& ticket_folder, bool orderly) const {
    if (ticket_folder) ::flock(ticket_folder.get(), LOCK_EX);
    ResultFacts result;
    orderly = orderly || (ticket_folder && read_result(ticket_folder.get(), result));
    LauncherSlots::Slot slot;
    // If it stays taken, another script has it: the previous holder has ended everything in it.
    if (auto uid = slot_of(ticket)) slot = slots_.take_unclean(uid, 5s);
    if (slot.uid != 0) end_accounts({&slot.uid, 1}, setting_.cleaner_uid);
    while (!orderly && !end_tree(ticket)) std::this_thread::sleep_for(10ms);
    bool good = slot.uid == 0 || isolated_ || remove_leftovers({&slot.uid, 1});
    good = good && (slot.uid == 0 || empty_private(slot.uid));
    cgroups_.remove(ticket);
    good = good && remove_folder(runtime_.get(), ticket.c_str());
    if (good && slot.uid != 0) slots_.set_clean(slot, true);
    return good;
}

// Ends processes by cgroup and by ticket, because each may find some that the other does not.
bool LauncherCleaner::end_tree(Ticket const& ticket) const {
    auto cgroup = cgroups_.find(ticket);
    if (cgroup) signal_cgroup(cgroup.get(), SIGKILL);
    return signal_ticket_holders(ticket, SIGKILL) == 0 && (!cgroup || !cgroup_populated(cgroup.get()));
}

bool LauncherCleaner::empty_private_briefly(uid_t uid) const {
    auto name = std::to_string(uid);
    return std::ranges::all_of(shared_, [&](auto const& shared) {
        return empty_some(shared.above.folder.get(), name.c_str(), brief_steps) == Removal::done;
    });
}

bool LauncherCleaner::empty_private(uid_t uid) const {
    auto name = std::to_string(uid);
    return std::ranges::all_of(
        shared_, [&](auto const& shared) { return empty_folder(shared.above.folder.get(), name.c_str()); });
}

// Folders of slots that are not empty stay.
void LauncherCleaner::remove_own_folders() {
    for (auto const& shared : shared_) {
        for (auto const& name : names_with_prefix(shared.above.folder.get(), ""))
            ::unlinkat(shared.above.folder.get(), name.c_str(), AT_REMOVEDIR);
        ::rmdir(shared.above.path.c_str());
    }
    ::rmdir(setting_.runtime.c_str());
}

pid_t LauncherCleaner::in_child(std::function<bool()> const& act, std::vector<int> kept) const {
    kept.insert(kept.end(), {runtime_.get(), slots_.folder(), cgroups_.folder()});
    for (auto const& shared : shared_) kept.push_back(shared.above.folder.get());
    pid_t child = ::fork();
    if (child < 0) base::fail_with_errno("cannot start a process");
    if (child > 0) return child;
    ::prctl(PR_SET_NAME, "stepwell-clean");
    close_all_but(std::move(kept));
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    bool good = false;
    try {
        good = act();
    } catch (std::exception const& error) {
        base::log_error("cleaning: {}", error.what());
    }
    ::_exit(good ? 0 : 1);
}

} // namespace stepwell::run
