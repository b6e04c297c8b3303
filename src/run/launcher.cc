#include "run/launcher.h"

#include "base/error.h"
#include "base/log.h"
#include "base/troubles.h"
#include "run/launcher_cgroups.h"
#include "run/launcher_claim.h"
#include "run/launcher_cleaner.h"
#include "run/launcher_client.h"
#include "run/launcher_slots.h"
#include "run/launcher_socket.h"
#include "run/shim_files.h"
#include "run/shim_launch.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <pwd.h>
#include <set>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t start_descriptors = 3; // order, values, server
constexpr unsigned failures_to_tell = 5;     // cleaners share a uid, so one may have ended another

// Returns the pause before a retry after so many failures: up to a minute.
Clock::duration pause_after(unsigned failures) {
    return std::min<Clock::duration>(10ms * (1u << std::min(failures, 13u)), 60s);
}

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name, home;
};

std::optional<Account> find_account(std::string const& name) {
    passwd entry{};
    passwd* found = nullptr;
    char buffer[16384];
    if (::getpwnam_r(name.c_str(), &entry, buffer, sizeof buffer, &found) != 0 || !found) return std::nullopt;
    return Account{entry.pw_uid, entry.pw_gid, name, entry.pw_dir};
}

// Returns nullopt if no account has this uid.
std::optional<std::string> find_name(uid_t uid) {
    passwd entry{};
    passwd* found = nullptr;
    char buffer[16384];
    if (::getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) != 0 || !found) return std::nullopt;
    return std::string(entry.pw_name);
}

base::Fd open_tickets(LauncherOptions const& options) {
    if (::mkdir(options.tickets.c_str(), 0700) == 0 &&
        ::chown(options.tickets.c_str(), options.server_uid, options.server_gid) != 0)
        base::fail_with_errno("cannot change the owner of " + options.tickets);
    base::Fd folder(::open(options.tickets.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) base::fail_with_errno("cannot open " + options.tickets);
    return folder;
}

// Returns a name unique to the folder of tickets, so that a launcher finds only what its own server left.
std::string name_after(base::Fd const& tickets) {
    struct stat facts{};
    if (::fstat(tickets.get(), &facts) != 0) base::fail_with_errno("cannot read the folder of tickets");
    return fmt::format("{:x}-{:x}", facts.st_dev, facts.st_ino);
}

std::string runtime_or_fail(std::string const& name) {
    auto runtime = runtime_folder(name, true);
    if (runtime == "-")
        throw base::Error(base::Kind::unavailable,
                          "scripts need a folder in memory, but neither /run nor /dev/shm is a tmpfs");
    return runtime;
}

// Returns true if the folder was deleted, not only moved: its contents cannot be reached by any name. `link` is a link
// in /proc.
bool is_deleted(std::string const& link) {
    char target[4096];
    auto length = ::readlink(link.c_str(), target, sizeof target);
    return length > 0 && std::string_view(target, std::size_t(length)).ends_with(" (deleted)");
}

base::Fd watch_folder_of(std::string const& socket) {
    base::Fd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    auto folder = socket.substr(0, socket.rfind('/') + 1);
    constexpr unsigned events = IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_ONLYDIR;
    if (watch && ::inotify_add_watch(watch.get(), folder.c_str(), events) < 0)
        base::log_warning("cannot watch {}: this launcher continues even if the folder is deleted", folder);
    return watch;
}

class Launcher {
public:
    explicit Launcher(LauncherOptions const& options);
    int serve();

private:
    using Answer = LauncherAnswer::Kind;
    struct Shim { // a shim that another process started, so it cannot be reaped here
        base::Fd handle;
        pid_t pid;
        Ticket ticket;
    };
    struct Sweep {             // for a ticket whose shim has ended
        bool orderly = false;  // known to have left a result
        bool asked = false;    // the server waits until it is quiet
        bool quiet = false;    // no process or file of it is left
        bool lengthy = false;  // needs a cleaner
        pid_t cleaner = 0;     // child process that cleans it
        unsigned failures = 0; // of earlier cleaners
        Clock::time_point not_before{};
    };
    struct Cleaning { // for a slot that could not be cleaned
        unsigned failures = 0;
        Clock::time_point not_before{};
    };

    void begin_cleaning();
    int time_left() const;
    void reap();
    void finish_sweep(Ticket const& ticket, bool good);
    bool hear(base::Fd const& server);
    LauncherAnswer carry_out(Received const& received);
    LauncherAnswer start(Received const& received);
    LauncherAnswer end_lost(Ticket const& ticket);
    LauncherAnswer clear(Ticket const& ticket);
    std::string const& name_of(uid_t slot_uid);
    std::optional<Account> account_for(std::string const& wanted, LauncherSlots::Slot& slot);
    base::Fd open_ticket(Ticket const& ticket) const;
    // A cleaner may be started only between requests, because it inherits all descriptors open at that time.
    enum class Cleaners { may_start, may_not_start };
    void sweep_due(Cleaners cleaners);
    void sweep(Ticket const& ticket, Sweep& sweep, Cleaners cleaners);
    void clean_unclean();
    void finish_cleaning(std::vector<uid_t> const& uids, bool good);
    std::optional<std::vector<PrivateFolder>> private_folders_for(LauncherSlots::Slot const& slot);
    bool is_running(Ticket const& ticket);
    bool is_child(Ticket const& ticket) const;
    bool follow(Ticket const& ticket, base::Fd const& folder);
    void leave_if_deleted();
    bool can_end() const;

    LauncherOptions const options_;
    base::Fd tickets_;
    std::string const runtime_path_;
    base::Fd program_;
    Account shim_;
    base::Fd signals_, listener_, watch_;
    std::vector<base::Fd> servers_;
    LauncherSlots slots_;
    LauncherCgroups cgroups_;
    LauncherCleaner cleaner_;
    std::map<uid_t, std::string> slot_names_;
    bool all_slots_named_ = true;              // of those looked up
    std::vector<LauncherSlots::Slot> unclean_; // found by a start; to be cleaned
    std::map<uid_t, Cleaning> cleanings_;
    std::map<pid_t, std::vector<uid_t>> slot_cleaners_;
    std::vector<Shim> inherited_;
    std::map<pid_t, Ticket> children_;
    std::set<pid_t> doomed_; // killed shims whose tickets were deleted
    std::map<Ticket, Sweep> sweeps_;
    bool quit_ = false, leaving_ = false;
    base::Troubles troubles_;
};

Launcher::Launcher(LauncherOptions const& options)
    : options_(options), tickets_(open_tickets(options)),
      runtime_path_(runtime_or_fail("stepwell-" + name_after(tickets_))), program_(shim_program(options.shim)),
      shim_(find_account(options.shim_account).value_or(Account{options.shim_uid, options.shim_uid, {}, {}})),
      slots_(launchers_folder() + "/slots", name_after(tickets_), options.first_uid, options.slots),
      cgroups_(options.use_cgroups),
      cleaner_({runtime_path_, "stepwell-private-" + name_after(tickets_), options.cleaner_uid, options.use_namespaces},
               slots_, cgroups_) {
    sigset_t mask;
    sigemptyset(&mask);
    for (int signal : {SIGCHLD, SIGTERM}) sigaddset(&mask, signal);
    ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
    for (int signal : {SIGHUP, SIGINT, SIGPIPE}) ::signal(signal, SIG_IGN);
    signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
    watch_ = watch_folder_of(options_.socket);
    listener_ = listen_at(options_.socket, options_.server_uid, options_.server_gid);
    begin_cleaning();
}

// Cleans after earlier launchers: first what their shims left, then slots with unknown users.
void Launcher::begin_cleaning() {
    remove_unclaimed_folders(launchers_folder(), name_after(tickets_));
    std::vector<uid_t> known;
    for (auto const& ticket : cleaner_.find_left_behind()) {
        known.push_back(cleaner_.slot_of(ticket));
        // A ticket without a folder was completed while no launcher was running.
        if (!follow(ticket, open_ticket(ticket))) sweeps_[ticket];
    }
    sweep_due(Cleaners::may_start);
    auto unclean = slots_.take_all_unclean();
    std::erase_if(unclean, [&](auto const& slot) { return std::ranges::count(known, slot.uid) > 0; });
    unclean_ = std::move(unclean);
    clean_unclean();
}

int Launcher::serve() {
    while (!can_end()) {
        std::vector<pollfd> items{{signals_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}, {watch_.get(), POLLIN, 0}};
        for (auto const& server : servers_) items.push_back({server.get(), POLLIN, 0});
        auto first_inherited = items.size();
        for (auto const& shim : inherited_) items.push_back({shim.handle.get(), POLLIN, 0});
        ::poll(items.data(), items.size(), time_left());

        reap();
        std::size_t index = 3;
        std::erase_if(servers_, [&](auto const& server) { return items[index++].revents != 0 && !hear(server); });
        index = first_inherited;
        std::erase_if(inherited_, [&](Shim const& shim) {
            bool over = index < items.size() && items[index++].revents != 0; // later ones were added just now
            if (over) sweeps_[shim.ticket];
            if (over) doomed_.erase(shim.pid);
            return over;
        });
        if (items[1].revents)
            if (auto server = accept_from(listener_, options_.server_uid)) servers_.push_back(std::move(server));
        if (items[2].revents) leave_if_deleted();
        sweep_due(Cleaners::may_start);
        clean_unclean();
    }
    if (children_.empty() && inherited_.empty() && sweeps_.empty()) cleaner_.remove_own_folders();
    return 0;
}

bool Launcher::can_end() const {
    constexpr unsigned max_failures = 8;
    return quit_ || (leaving_ && doomed_.empty() && std::ranges::all_of(sweeps_, [](auto const& sweep) {
                         return sweep.second.quiet || sweep.second.failures > max_failures;
                     }));
}

int Launcher::time_left() const {
    auto next = Clock::time_point::max();
    for (auto const& [ticket, sweep] : sweeps_)
        if (sweep.cleaner == 0 && !sweep.quiet) next = std::min(next, sweep.not_before);
    if (next == Clock::time_point::max()) return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    return int(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Launcher::reap() {
    signalfd_siginfo told;
    while (::read(signals_.get(), &told, sizeof told) == ssize_t(sizeof told))
        quit_ = quit_ || told.ssi_signo == SIGTERM;
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        auto cleaned = std::ranges::find_if(sweeps_, [&](auto const& one) { return one.second.cleaner == pid; });
        if (cleaned != sweeps_.end()) finish_sweep(Ticket(cleaned->first), status == 0);
        if (auto slots = slot_cleaners_.extract(pid)) finish_cleaning(slots.mapped(), status == 0);
        auto found = children_.find(pid);
        if (found == children_.end()) continue;
        sweeps_[found->second].orderly = status == 0;
        children_.erase(found);
        doomed_.erase(pid);
    }
}

// A requested sweep is kept until the server has read its result.
void Launcher::finish_sweep(Ticket const& ticket, bool good) {
    auto& sweep = sweeps_[ticket];
    sweep.cleaner = 0;
    sweep.lengthy = false;
    auto who = "ticket " + ticket;
    if (good) troubles_.over(who);
    if (good && !sweep.asked) {
        sweeps_.erase(ticket);
    } else if (good) {
        sweep.quiet = true;
    } else {
        if (++sweep.failures == failures_to_tell) troubles_.met(who, "leftovers of its script cannot be removed yet");
        sweep.not_before = Clock::now() + pause_after(sweep.failures);
    }
}

bool Launcher::hear(base::Fd const& server) {
    Received received;
    auto reception = receive(server, received);
    if (reception != Reception::request) return reception == Reception::nothing;
    LauncherAnswer answer;
    try {
        answer = carry_out(received);
    } catch (base::SystemError const& error) {
        answer = answer_of(Answer::refused, error.message(), error.number());
    } catch (base::Error const& error) {
        answer = answer_of(Answer::refused, error.message());
    }
    return send_answer(server, answer);
}

LauncherAnswer Launcher::carry_out(Received const& received) {
    using Kind = LauncherRequest::Kind;
    auto kind = received.request.kind;
    Ticket ticket = received.request.ticket;
    if (kind == Kind::hello) return answer_of(Answer::done, options_.build);
    if (kind == Kind::quit) {
        quit_ = true;
        return answer_of(Answer::done);
    }
    if (!is_ticket(ticket)) return answer_of(Answer::refused, "invalid ticket");
    if (kind == Kind::start) return start(received);
    if (is_running(ticket)) {
        follow(ticket, open_ticket(ticket));
        return answer_of(Answer::busy);
    }
    return kind == Kind::end_lost ? end_lost(ticket) : clear(ticket);
}

LauncherAnswer Launcher::end_lost(Ticket const& ticket) {
    auto& sweep = sweeps_[ticket];
    sweep.asked = true;
    return answer_of(sweep.quiet ? Answer::done : Answer::busy);
}

// Takes almost no time; the server need not wait for it.
LauncherAnswer Launcher::clear(Ticket const& ticket) {
    auto known = sweeps_.find(ticket);
    if (known != sweeps_.end() && known->second.cleaner != 0)
        known->second.asked = false;
    else if (known != sweeps_.end() && known->second.quiet)
        sweeps_.erase(known);
    else if (cleaner_.has_left(ticket))
        sweeps_[ticket];
    return answer_of(Answer::done);
}

base::Fd Launcher::open_ticket(Ticket const& ticket) const {
    base::Fd folder(::openat(tickets_.get(), ticket.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    // Change only what the server owns, or what was given to the shim earlier.
    bool good = folder && ::fstat(folder.get(), &facts) == 0 &&
                (facts.st_uid == options_.server_uid || facts.st_uid == shim_.uid);
    return good ? std::move(folder) : base::Fd();
}

// Looked up once per slot, because a lookup may query other machines. Without an account, the uid itself is a name that
// programs such as chown accept.
std::string const& Launcher::name_of(uid_t slot_uid) {
    auto [known, is_new] = slot_names_.try_emplace(slot_uid);
    auto& name = known->second;
    if (!is_new) return name;
    auto found = find_name(slot_uid);
    if (!found && std::exchange(all_slots_named_, false))
        base::log_warning("no account has the user id {} of scripts: ssh does not start in scripts without an account; "
                          "see \"Accounts for scripts\" in the manual",
                          slot_uid);
    name = found ? std::move(*found) : std::to_string(slot_uid);
    return name;
}

std::optional<Account> Launcher::account_for(std::string const& wanted, LauncherSlots::Slot& slot) {
    if (wanted.empty()) {
        slot = slots_.take(unclean_);
        if (slot.uid != 0 && slot.cleaned_by_other && !cleaner_.empty_private_briefly(slot.uid))
            unclean_.push_back(std::exchange(slot, {}));
        if (slot.uid == 0) return std::nullopt;
        return Account{slot.uid, slot.uid, name_of(slot.uid), {}};
    }
    auto account = std::ranges::count(options_.accounts, wanted) > 0 ? find_account(wanted) : std::nullopt;
    if (!account)
        throw base::Error(base::Kind::forbidden, "scripts may not run as account \"" + wanted + "\" on this machine");
    if (account->uid == 0 || account->uid == options_.server_uid || account->uid == shim_.uid ||
        account->uid == options_.cleaner_uid)
        throw base::Error(base::Kind::forbidden, "scripts never run as root, the server or a supervisor");
    return account;
}

LauncherAnswer Launcher::start(Received const& received) {
    if (received.descriptors.size() != start_descriptors)
        return answer_of(Answer::refused, "a start request needs three descriptors");
    Ticket ticket = received.request.ticket;
    auto folder = open_ticket(ticket);
    if (!folder) return answer_of(Answer::refused, "the ticket has no folder owned by the server");
    // One at a time: what an earlier supervisor of the ticket created is removed first. From here on the supervisor
    // holds the lock. Scripts cannot hold it, and whoever cleans up after a supervisor waits for it.
    reap();
    sweep_due(Cleaners::may_not_start);
    if (is_child(ticket) || sweeps_.contains(ticket) || ::flock(folder.get(), LOCK_SH | LOCK_NB) != 0)
        return answer_of(Answer::busy);
    LauncherSlots::Slot slot;
    auto account = account_for(received.request.account, slot);
    if (!account) return answer_of(Answer::busy);
    auto private_folders = private_folders_for(slot);
    if (!private_folders) return answer_of(Answer::busy);
    // The shim writes here; its files belong to the server's group. The owner changes last: if killed in between, the
    // server can still open the folder.
    if (::fchmod(folder.get(), 02770) != 0 || ::fchown(folder.get(), shim_.uid, options_.server_gid) != 0)
        base::fail_with_errno("cannot change the owner of a ticket's folder");
    auto cgroup = cgroups_.make(ticket, shim_.uid);
    ShimLaunch launch{program_.get(), ticket, runtime_path_, basic_environment(account->name, account->home), {}};
    launch.account = {true, account->uid, account->gid, shim_.uid, shim_.gid, bool(slot.lock)};
    launch.folder = folder.get();
    launch.order = received.descriptors[0].get();
    launch.values = received.descriptors[1].get();
    launch.server = received.descriptors[2].get();
    launch.cgroup = cgroup.get();
    launch.slot = slot.lock.get();
    launch.private_folders = std::move(*private_folders);
    children_[launch_shim(launch)] = ticket;
    return answer_of(Answer::done);
}

// Returns nullopt if they cannot be created now, for example without disk space; the script then waits.
std::optional<std::vector<PrivateFolder>> Launcher::private_folders_for(LauncherSlots::Slot const& slot) {
    if (!slot.lock) return std::vector<PrivateFolder>();
    try {
        auto folders = cleaner_.private_folders(slot.uid);
        troubles_.over("scripts wait");
        return folders;
    } catch (base::Error const& error) {
        troubles_.met("scripts wait", error.message());
        slots_.set_clean(slot, true); // nothing has run in it
        return std::nullopt;
    }
}

bool Launcher::is_running(Ticket const& ticket) {
    reap();
    auto folder = open_ticket(ticket);
    return is_child(ticket) || (folder && latch_is_held(folder.get()));
}

bool Launcher::is_child(Ticket const& ticket) const {
    return std::ranges::any_of(children_, [&](auto const& child) { return child.second == ticket; });
}

// Returns false if no shim runs. A shim started by another launcher is swept when it ends, like our own.
bool Launcher::follow(Ticket const& ticket, base::Fd const& folder) {
    if (is_child(ticket) || std::ranges::any_of(inherited_, [&](auto const& shim) { return shim.ticket == ticket; }))
        return true;
    Mark started;
    if (!folder || !latch_is_held(folder.get()) || !read_mark(folder.get(), "started", started)) return false;
    base::Fd handle(int(::syscall(SYS_pidfd_open, started.pid, 0)));
    if (!handle) return false;
    inherited_.push_back({std::move(handle), started.pid, ticket});
    return true;
}

void Launcher::sweep_due(Cleaners cleaners) {
    auto now = Clock::now();
    for (auto& [ticket, one] : std::map(sweeps_)) {
        if (one.cleaner != 0 || one.quiet || one.not_before > now) continue;
        try {
            sweep(ticket, sweeps_[ticket], cleaners);
        } catch (base::Error const& error) {
            troubles_.met("ticket " + ticket, error.message());
            finish_sweep(ticket, false);
        }
    }
}

void Launcher::sweep(Ticket const& ticket, Sweep& sweep, Cleaners cleaners) {
    if (sweep.lengthy && cleaners == Cleaners::may_not_start) return;
    auto folder = open_ticket(ticket);
    if (follow(ticket, folder)) { // a second shim of the ticket ended because the latch was taken
        sweeps_.erase(ticket);
        return;
    }
    ResultFacts result;
    bool orderly = sweep.orderly || (folder && read_result(folder.get(), result));
    if (!sweep.asked && !sweep.lengthy && (!cleaner_.has_left(ticket) || (orderly && cleaner_.clean_briefly(ticket))))
        return finish_sweep(ticket, true);
    sweep.lengthy = true;
    if (cleaners == Cleaners::may_start) sweep.cleaner = cleaner_.clean(ticket, std::move(folder), orderly);
}

// Slots whose cleaning failed and must wait, or that get no process, stay unclean: the next start that needs one finds
// them.
void Launcher::clean_unclean() {
    auto slots = std::exchange(unclean_, {});
    std::erase_if(slots, [&, now = Clock::now()](auto const& slot) {
        auto known = cleanings_.find(slot.uid);
        return known != cleanings_.end() && known->second.not_before > now;
    });
    if (slots.empty()) return;
    std::vector<uid_t> uids;
    for (auto const& slot : slots) uids.push_back(slot.uid);
    try {
        slot_cleaners_[cleaner_.clean(std::move(slots))] = uids;
        troubles_.over("slots");
    } catch (base::Error const& error) {
        troubles_.met("slots", error.message());
        finish_cleaning(uids, false);
    }
}

void Launcher::finish_cleaning(std::vector<uid_t> const& uids, bool good) {
    for (auto uid : uids) {
        auto who = fmt::format("slot {}", uid);
        if (good) {
            cleanings_.erase(uid);
            troubles_.over(who);
            continue;
        }
        auto& cleaning = cleanings_[uid];
        if (++cleaning.failures == failures_to_tell)
            troubles_.met(who, "leftovers of an earlier script in it cannot be removed yet");
        cleaning.not_before = Clock::now() + pause_after(cleaning.failures);
    }
}

// Ends if the folder was deleted: no server can return to it, and results of its scripts cannot be stored.
void Launcher::leave_if_deleted() {
    alignas(inotify_event) char events[4096];
    while (::read(watch_.get(), events, sizeof events) > 0) {
    }
    if (leaving_ || !is_deleted(fmt::format("/proc/self/fd/{}", tickets_.get()))) return;
    leaving_ = true;
    listener_.reset();
    servers_.clear();
    auto doom = [&](pid_t pid) {
        if (is_deleted(fmt::format("/proc/{}/cwd", pid)) && ::kill(pid, SIGKILL) == 0) doomed_.insert(pid);
    };
    for (auto const& [pid, ticket] : children_) doom(pid);
    for (auto const& shim : inherited_) doom(shim.pid); // its pidfd has not reported its end
}

// Returns true if a launcher of this build is already running. One of another build, or one that does not answer, has
// ended on return.
bool is_served(LauncherOptions const& options, LauncherClaim& claim) {
    constexpr int max_tries = 4;
    for (int tries = 0; tries < max_tries; ++tries) {
        LauncherClient other(options.socket);
        auto build = other.build(1s);
        bool free = claim.take();
        if (!free && build == options.build) return true;
        if (build) other.quit(2s);
        if (free) return false;
        if (tries > 0) claim.end_holder(); // it had time to start or to end
        claim.wait_for_holder(2s);
    }
    throw base::Error(base::Kind::unavailable, "Another launcher of this folder is running and cannot be stopped.");
}

} // namespace

int run_launcher(LauncherOptions const& options) {
    LauncherClaim claim(launchers_folder(), name_after(open_tickets(options)));
    if (is_served(options, claim)) return 0;
    ::setsid(); // fails if this process already leads a session
    return Launcher(options).serve();
}

} // namespace stepwell::run
