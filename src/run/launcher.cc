#include "run/launcher.h"

#include "base/error.h"
#include "base/log.h"
#include "run/launcher_cgroups.h"
#include "run/launcher_client.h"
#include "run/launcher_slots.h"
#include "run/process_tree.h"
#include "run/shim_files.h"
#include "run/shim_folder.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <pwd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stepwell::run {

namespace {

constexpr std::size_t start_descriptors = 3; // order, values, server

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

bool is_ticket(std::string_view name) {
    return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

base::Fd open_folder(std::string const& path) {
    base::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) base::fail_with_errno("cannot open " + path);
    return folder;
}

// Named after the folder of tickets, so that a launcher sweeps what its server left and nothing of another's.
std::string runtime_name(LauncherOptions const& options) {
    if (::mkdir(options.tickets.c_str(), 0700) == 0 &&
        ::chown(options.tickets.c_str(), options.server_uid, options.server_gid) != 0)
        base::fail_with_errno("cannot hand over " + options.tickets);
    struct stat facts{};
    if (::stat(options.tickets.c_str(), &facts) != 0) base::fail_with_errno("cannot find " + options.tickets);
    return fmt::format("stepwell-{:x}-{:x}", facts.st_dev, facts.st_ino);
}

std::string runtime_or_fail(std::string const& name) {
    auto runtime = runtime_folder(name, true);
    if (runtime == "-")
        throw base::Error(base::Kind::unavailable, "scripts need a folder in memory: neither /run nor /dev/shm is one");
    return runtime;
}

base::Fd listen_for(LauncherOptions const& options) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto slash = options.socket.rfind('/');
    auto folder = open_folder(options.socket.substr(0, slash + 1));
    auto name = fmt::format("/proc/self/fd/{}/{}", folder.get(), options.socket.substr(slash + 1));
    if (name.size() >= sizeof address.sun_path) throw base::Error(base::Kind::invalid, "the socket's name is too long");
    std::memcpy(address.sun_path, name.data(), name.size());
    ::unlink(name.c_str());
    base::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto before = ::umask(0177);
    bool good = socket && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::umask(before);
    if (!good ||
        ::fchownat(folder.get(), options.socket.substr(slash + 1).c_str(), options.server_uid, options.server_gid,
                   AT_SYMLINK_NOFOLLOW) != 0 ||
        ::listen(socket.get(), 64) != 0)
        base::fail_with_errno("cannot listen on " + options.socket);
    return socket;
}

// A request with what came along.
struct Received {
    LauncherRequest request;
    std::vector<base::Fd> descriptors;
};

enum class Reception { request, nothing, end };

Reception receive(int socket, Received& received) {
    iovec part{&received.request, sizeof received.request};
    alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))]{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto count = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return Reception::nothing;
    for (auto* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int descriptors[8];
        auto bytes = header->cmsg_len - CMSG_LEN(0);
        std::memcpy(descriptors, CMSG_DATA(header), bytes);
        for (std::size_t i = 0; i < bytes / sizeof(int); ++i) received.descriptors.emplace_back(descriptors[i]);
    }
    received.request.ticket[sizeof received.request.ticket - 1] = '\0';
    received.request.account[sizeof received.request.account - 1] = '\0';
    return count == ssize_t(sizeof received.request) ? Reception::request : Reception::end;
}

LauncherAnswer answer_of(LauncherAnswer::Kind kind, std::string_view text = {}) {
    LauncherAnswer answer;
    answer.kind = kind;
    text.substr(0, sizeof answer.text - 1).copy(answer.text, sizeof answer.text - 1);
    return answer;
}

class Launcher {
public:
    explicit Launcher(LauncherOptions const& options);
    int serve();

private:
    using Answer = LauncherAnswer::Kind;
    struct Shim { // one that this process did not start, and so cannot reap
        base::Fd handle;
        Ticket ticket;
    };

    void find_left_behind();
    void reap();
    void accept();
    bool hear(base::Fd const& server);
    LauncherAnswer carry_out(Received const& received);
    LauncherAnswer start(Received const& received);
    std::optional<Account> account_for(std::string const& wanted, LauncherSlots::Slot& slot);
    base::Fd open_ticket(Ticket const& ticket);
    void sweep(Ticket const& ticket, bool orderly);
    bool end_tree(Ticket const& ticket);
    bool is_running(Ticket const& ticket);
    bool is_child(Ticket const& ticket) const;
    bool follow(Ticket const& ticket, base::Fd const& folder);

    LauncherOptions const options_;
    std::string const runtime_path_;
    base::Fd runtime_, program_;
    Account shim_;
    LauncherSlots slots_;
    LauncherCgroups cgroups_;
    base::Fd signals_, listener_;
    std::vector<base::Fd> servers_;
    std::vector<Shim> inherited_;
    std::map<pid_t, Ticket> children_;
    std::map<Ticket, bool> unswept_; // of shims that ended; true: known to have left a result
    bool quit_ = false;
};

Launcher::Launcher(LauncherOptions const& options)
    : options_(options), runtime_path_(runtime_or_fail(runtime_name(options))), runtime_(open_folder(runtime_path_)),
      program_(shim_program(options.shim)),
      shim_(find_account(options.shim_account).value_or(Account{options.shim_uid, options.shim_uid, {}, {}})),
      slots_(runtime_or_fail("stepwell") + "/slots", options.first_uid, options.slots), cgroups_(options.use_cgroups) {
    sigset_t mask;
    sigemptyset(&mask);
    for (int signal : {SIGCHLD, SIGTERM}) sigaddset(&mask, signal);
    ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
    for (int signal : {SIGHUP, SIGINT, SIGPIPE}) ::signal(signal, SIG_IGN);
    signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
    listener_ = listen_for(options_);
    find_left_behind();
}

// Of launchers before this one.
void Launcher::find_left_behind() {
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(open_folder(runtime_path_).release()), ::closedir);
    while (auto* entry = listing ? ::readdir(listing.get()) : nullptr) {
        Ticket ticket = entry->d_name;
        if (!is_ticket(ticket)) continue;
        // Without a ticket's folder it was completed while no launcher was there to clear up.
        if (!follow(ticket, open_ticket(ticket))) unswept_[ticket] = false;
    }
}

int Launcher::serve() {
    while (!quit_) {
        std::vector<pollfd> items{{signals_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (auto const& server : servers_) items.push_back({server.get(), POLLIN, 0});
        auto first_inherited = items.size();
        for (auto const& shim : inherited_) items.push_back({shim.handle.get(), POLLIN, 0});
        ::poll(items.data(), items.size(), unswept_.empty() ? -1 : 10);

        reap();
        std::size_t index = 2;
        std::erase_if(servers_, [&](auto const& server) { return items[index++].revents != 0 && !hear(server); });
        index = first_inherited;
        std::erase_if(inherited_, [&](Shim const& shim) {
            bool over = index < items.size() && items[index++].revents != 0; // those behind came just now
            if (over) unswept_[shim.ticket] = false;
            return over;
        });
        if (items[1].revents) accept();
        for (auto const& [ticket, orderly] : std::map(unswept_)) sweep(ticket, orderly);
    }
    return 0;
}

void Launcher::reap() {
    signalfd_siginfo told;
    while (::read(signals_.get(), &told, sizeof told) == ssize_t(sizeof told))
        quit_ = quit_ || told.ssi_signo == SIGTERM;
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        auto found = children_.find(pid);
        if (found == children_.end()) continue;
        unswept_[found->second] = status == 0;
        children_.erase(found);
    }
}

void Launcher::accept() {
    base::Fd peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ucred who{};
    socklen_t size = sizeof who;
    if (!peer || ::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return;
    if (who.uid == options_.server_uid || who.uid == 0) servers_.push_back(std::move(peer));
}

bool Launcher::hear(base::Fd const& server) {
    Received received;
    auto reception = receive(server.get(), received);
    if (reception != Reception::request) return reception == Reception::nothing;
    LauncherAnswer answer;
    try {
        answer = carry_out(received);
    } catch (base::Error const& error) {
        answer = answer_of(Answer::refused, error.message());
    }
    return ::send(server.get(), &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT) == ssize_t(sizeof answer);
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
    if (!is_ticket(ticket)) return answer_of(Answer::refused, "that is no ticket");
    if (kind == Kind::start) return start(received);
    if (is_running(ticket)) {
        follow(ticket, open_ticket(ticket));
        return answer_of(Answer::busy);
    }
    if (kind == Kind::end_lost) return answer_of(end_tree(ticket) ? Answer::done : Answer::busy);
    auto known = unswept_.find(ticket);
    sweep(ticket, known != unswept_.end() && known->second);
    return answer_of(Answer::done);
}

base::Fd Launcher::open_ticket(Ticket const& ticket) {
    base::Fd tickets(::open(options_.tickets.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!tickets) return {}; // the server has not made it yet
    base::Fd folder(::openat(tickets.get(), ticket.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    // Only what is the server's, or was handed to the shim by us, is ours to change.
    bool good = folder && ::fstat(folder.get(), &facts) == 0 &&
                (facts.st_uid == options_.server_uid || facts.st_uid == shim_.uid);
    return good ? std::move(folder) : base::Fd();
}

std::optional<Account> Launcher::account_for(std::string const& wanted, LauncherSlots::Slot& slot) {
    if (wanted.empty()) {
        slot = slots_.take();
        if (slot.uid == 0) return std::nullopt;
        return Account{slot.uid, slot.uid, "stepwell-run-" + std::to_string(slot.uid), {}};
    }
    auto account = std::ranges::count(options_.accounts, wanted) > 0 ? find_account(wanted) : std::nullopt;
    if (!account)
        throw base::Error(base::Kind::forbidden, "scripts may not run as account \"" + wanted + "\" on this machine");
    if (account->uid == 0 || account->uid == options_.server_uid || account->uid == shim_.uid)
        throw base::Error(base::Kind::forbidden, "scripts never run as root, the server or a supervisor");
    return account;
}

LauncherAnswer Launcher::start(Received const& received) {
    if (received.descriptors.size() != start_descriptors)
        return answer_of(Answer::refused, "an order has three descriptors");
    Ticket ticket = received.request.ticket;
    auto folder = open_ticket(ticket);
    if (!folder) return answer_of(Answer::refused, "the ticket has no folder of the server");
    // One at a time: what an earlier supervisor of the ticket laid goes first.
    reap();
    if (unswept_.contains(ticket)) sweep(ticket, false);
    if (is_child(ticket) || unswept_.contains(ticket)) return answer_of(Answer::busy);
    LauncherSlots::Slot slot;
    auto account = account_for(received.request.account, slot);
    if (!account) return answer_of(Answer::busy);
    // The shim writes here; what it makes belongs to the server's group. The owner changes last: killed in between, we
    // leave a folder that the server can still open.
    if (::fchmod(folder.get(), 02770) != 0 || ::fchown(folder.get(), shim_.uid, options_.server_gid) != 0)
        base::fail_with_errno("cannot hand over a ticket's folder");
    auto cgroup = cgroups_.make(ticket, shim_.uid);
    ShimLaunch launch{program_.get(), ticket, runtime_path_, basic_environment(account->name, account->home), {}};
    launch.account = {true, account->uid, account->gid, shim_.uid, shim_.gid, options_.server_uid, bool(slot.lock)};
    launch.folder = folder.get();
    launch.order = received.descriptors[0].get();
    launch.values = received.descriptors[1].get();
    launch.server = received.descriptors[2].get();
    launch.cgroup = cgroup.get();
    launch.slot = slot.lock.get();
    children_[launch_shim(launch)] = ticket;
    return answer_of(Answer::done);
}

bool Launcher::is_running(Ticket const& ticket) {
    reap();
    auto folder = open_ticket(ticket);
    return is_child(ticket) || (folder && latch_is_held(folder.get()));
}

bool Launcher::is_child(Ticket const& ticket) const {
    return std::ranges::any_of(children_, [&](auto const& child) { return child.second == ticket; });
}

// False when no shim runs. One that another launcher started is swept when it ends, as our own are.
bool Launcher::follow(Ticket const& ticket, base::Fd const& folder) {
    if (is_child(ticket) || std::ranges::any_of(inherited_, [&](auto const& shim) { return shim.ticket == ticket; }))
        return true;
    Mark started;
    if (!folder || !latch_is_held(folder.get()) || !read_mark(folder.get(), "started", started)) return false;
    base::Fd handle(int(::syscall(SYS_pidfd_open, started.pid, 0)));
    if (!handle) return false;
    inherited_.push_back({std::move(handle), ticket});
    return true;
}

// After the shim: by the account of a slot, the cgroup, and the ticket; each knows some that the others do not.
bool Launcher::end_tree(Ticket const& ticket) {
    struct stat facts{};
    bool in_slot =
        ::fstatat(runtime_.get(), ticket.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && slots_.has(facts.st_uid);
    bool ours = in_slot && slots_.clear(facts.st_uid);
    auto cgroup = cgroups_.find(ticket);
    if (cgroup) signal_cgroup(cgroup.get(), SIGKILL);
    return signal_ticket_holders(ticket, SIGKILL) == 0 && (!cgroup || !cgroup_populated(cgroup.get())) &&
           (!ours || count_account(facts.st_uid) == 0);
}

// What is left of a ticket whose shim has ended. After a result, what lives in a named account may live on.
void Launcher::sweep(Ticket const& ticket, bool orderly) {
    auto folder = open_ticket(ticket);
    if (follow(ticket, folder)) { // what ended was a second shim of the ticket, which found the latch taken
        unswept_.erase(ticket);
        return;
    }
    struct stat facts{};
    bool there = ::fstatat(runtime_.get(), ticket.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
    ResultFacts result;
    orderly = orderly || (folder && read_result(folder.get(), result));
    auto cgroup = cgroups_.find(ticket);
    // A supervisor that waits for the word has no latch yet; it ends by itself when its server does.
    if (!orderly && there && (is_in_use(runtime_.get(), ticket.c_str()) || !end_tree(ticket))) {
        unswept_[ticket] = false;
        return;
    }
    bool quiet = cgroup && !cgroup_populated(cgroup.get());
    if (there && slots_.has(facts.st_uid)) {
        if (quiet)
            slots_.trust(facts.st_uid);
        else
            slots_.clear(facts.st_uid);
    }
    cgroups_.remove(ticket);
    if (there) remove_folder(runtime_.get(), ticket.c_str()); // last: by it a later launcher finds what is left
    unswept_.erase(ticket);
}

// True when one of this build is there already; one of another is gone then.
bool is_served(LauncherOptions const& options) {
    LauncherClient other(options.socket);
    auto build = other.build();
    if (!build) return false;
    if (*build == options.build) return true;
    other.quit();
    for (int i = 0; i < 200 && LauncherClient(options.socket).build(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return false;
}

} // namespace

int run_launcher(LauncherOptions const& options) {
    if (is_served(options)) return 0;
    ::setsid(); // fails for who has a session of his own already
    return Launcher(options).serve();
}

} // namespace stepwell::run
