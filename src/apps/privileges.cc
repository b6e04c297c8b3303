#include "apps/privileges.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/files.h"
#include "base/regular_file.h"
#include "base/text.h"
#include "run/launcher.h"
#include "run/launcher_cleaner.h"
#include "run/launcher_client.h"
#include "run/own_folder.h"
#include "store/folder.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <link.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace stepwell::apps {

using base::Error;
using base::Kind;

namespace {

constexpr char const* server_account = "stepwell";
constexpr uid_t server_uid_without_account = 60989;
constexpr uid_t nobody = 65534;
constexpr std::int64_t max_run_uids = 4096;

struct Account {
    uid_t uid;
    gid_t gid;
};

Account server_identity() {
    if (auto entry = ::getpwnam(server_account)) return {entry->pw_uid, entry->pw_gid};
    return {server_uid_without_account, server_uid_without_account};
}

// The accounts that may own DATA and its content if root starts the server. The fixed number is that of an installation
// from before the account was created.
std::vector<uid_t> owners_of_data(Account const& account) { return {account.uid, 0, server_uid_without_account}; }

std::string launcher_socket(std::string const& data) { return data + "/launcher.sock"; }

// The build id of the program (elf(5)), which the linker computes from its content. Reading it takes the same time for
// a program of any size.
int find_build_id(dl_phdr_info* program, std::size_t, void* found) {
    for (int i = 0; i < program->dlpi_phnum; ++i) {
        auto const& segment = program->dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) continue;
        auto at = reinterpret_cast<char const*>(program->dlpi_addr + segment.p_vaddr), end = at + segment.p_memsz;
        while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) head;
            std::memcpy(&head, at, sizeof head);
            auto name = at + sizeof head, value = name + (head.n_namesz + 3) / 4 * 4;
            if (head.n_type == NT_GNU_BUILD_ID && std::string_view(name, head.n_namesz) == std::string_view("GNU", 4))
                *static_cast<std::string*>(found) = base::to_hex({value, head.n_descsz}).substr(0, 32);
            at = value + (head.n_descsz + 3) / 4 * 4;
        }
    }
    return 1; // stop: the program is the first entry, libraries follow
}

std::string own_build() {
    std::string build;
    ::dl_iterate_phdr(find_build_id, &build);
    if (build.empty()) throw Error(Kind::internal, "the program was linked without a build id");
    return build;
}

// The server's account can write to the folder, so it could place a link there to get ownership of another account's
// file.
void hand_over_file(std::string const& path, Account const& account) {
    base::Fd file(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid == account.uid) return;
    if (facts.st_nlink != 1)
        throw Error(Kind::invalid, path + " has more than one hard link. Remove it, or replace it with a copy.");
    if (::fchownat(file.get(), "", account.uid, account.gid, AT_EMPTY_PATH) != 0)
        base::fail_with_errno("cannot change the owner of " + path);
}

// Folders of tickets belong to shims, which continue to run if the server's account changes. Their files get the new
// group, and files of the former account get the new owner.
void hand_over_ticket(int tickets, char const* name, Account const& account) {
    base::Fd folder(::openat(tickets, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat above{}, of_folder{};
    if (!folder || ::fstat(folder.get(), &of_folder) != 0 || ::fstat(tickets, &above) != 0) return;
    if (of_folder.st_gid == account.gid && of_folder.st_uid != above.st_uid) return;
    auto owner_of = [&](struct stat const& facts) { return facts.st_uid == above.st_uid ? account.uid : uid_t(-1); };
    for (auto const& file : run::names_with_prefix(folder.get(), "")) {
        struct stat facts{};
        base::Fd entry(::openat(folder.get(), file.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        bool is_own = entry && ::fstat(entry.get(), &facts) == 0 && facts.st_nlink == 1 &&
                      (S_ISREG(facts.st_mode) || S_ISSOCK(facts.st_mode));
        if (is_own && ::fchownat(entry.get(), "", owner_of(facts), account.gid, AT_EMPTY_PATH) != 0)
            base::fail_with_errno("cannot change the owner of a ticket");
    }
    if (::fchown(folder.get(), owner_of(of_folder), account.gid) != 0)
        base::fail_with_errno("cannot change the owner of a ticket");
    // chown clears the setgid bit, without which new files of shims would not get the server's group.
    if (::fchmod(folder.get(), of_folder.st_mode & 07777) != 0)
        base::fail_with_errno("cannot change the owner of a ticket");
}

// Hands over the tickets before the folder itself, whose owner is the former account of the tickets.
void hand_over_tickets(std::string const& path, Account const& account) {
    base::Fd tickets(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!tickets) return;
    for (auto const& name : run::names_with_prefix(tickets.get(), ""))
        if (run::is_ticket(name)) hand_over_ticket(tickets.get(), name.c_str(), account);
    if (::fchown(tickets.get(), account.uid, account.gid) != 0)
        base::fail_with_errno("cannot change the owner of " + path);
}

// For subfolders such as former-keys.
void hand_over_folder(std::string const& path, Account const& account) {
    base::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    if (!folder || ::fstat(folder.get(), &facts) != 0 || facts.st_uid == account.uid) return;
    auto opened = fmt::format("/proc/self/fd/{}", folder.get());
    for (auto const& name : run::names_with_prefix(folder.get(), "")) hand_over_file(opened + "/" + name, account);
    if (::fchown(folder.get(), account.uid, account.gid) != 0)
        base::fail_with_errno("cannot change the owner of " + path);
}

void hand_over(std::string const& data, Account const& account) {
    store::close_folder(data, owners_of_data(account));
    if (::lchown(data.c_str(), account.uid, account.gid) != 0)
        base::fail_with_errno("cannot change the owner of " + data);
    hand_over_tickets(data + "/tickets", account);
    for (auto const& entry : std::filesystem::directory_iterator(data)) {
        if (!store::is_own_name(entry.path().filename().string())) continue;
        hand_over_file(entry.path(), account);
        if (entry.path().filename() != "tickets") hand_over_folder(entry.path(), account);
    }
}

// Starts a launcher in a session of its own, so that signals to the server's session do not end it.
pid_t start_launcher(std::string const& data, Account const& account, std::string const& run_uids) {
    auto program = base::own_path();
    std::string const words[] = {program,        "launcher",
                                 "--data",       data,
                                 "--server-uid", std::to_string(account.uid),
                                 "--server-gid", std::to_string(account.gid),
                                 "--run-uids",   run_uids};
    std::vector<char*> arguments;
    for (auto const& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    auto log = base::open_regular_file(data + "/launcher.log", O_WRONLY | O_CREAT | O_APPEND);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    // The launcher must not keep the server's output open: a reader of that output waits until all writers have closed
    // it.
    posix_spawn_file_actions_adddup2(&files, log.get(), 2); // first, because `log` may have descriptor 0 or 1
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    pid_t child = 0;
    int failure = ::posix_spawn(&child, program.c_str(), &files, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0) {
        errno = failure;
        base::fail_with_errno("cannot start the launcher");
    }
    return child;
}

// Parses a range such as 61000-61063.
std::pair<std::int64_t, std::int64_t> parse_uids(std::string_view range) {
    auto dash = range.find('-');
    auto first = base::to_number(range.substr(0, dash));
    auto last = dash == std::string::npos ? first : base::to_number(range.substr(dash + 1));
    if (!first || !last || *first < 1 || *last < *first)
        base::reject("--run-uids", "must be a range such as 61000-61063");
    return {*first, *last};
}

// The uids of scripts must not belong to any other account: a script can signal the processes of its uid and write its
// files.
void check_uids(std::int64_t first, std::int64_t last, Account const& server) {
    if (last - first >= max_run_uids)
        base::reject("--run-uids", fmt::format("must have at most {} uids", max_run_uids));
    run::LauncherOptions const options;
    auto shim = ::getpwnam(options.shim_account.c_str());
    std::pair<uid_t, char const*> const taken[] = {{0, "root"},
                                                   {server.uid, "the server"},
                                                   {shim ? shim->pw_uid : options.shim_uid, "the supervisors"},
                                                   {options.cleaner_uid, "the launcher's cleaners"},
                                                   {nobody, "nobody"}};
    for (auto [uid, owner] : taken)
        if (first <= uid && uid <= last)
            base::reject("--run-uids", fmt::format("must not contain {}, the uid of {}", uid, owner));
    if (last > 0xFFFFFFFE) base::reject("--run-uids", "must not exceed 4294967294, the highest uid");
}

// Includes account and range, so that a launcher with other ones is replaced like one of another program.
std::string launcher_build(Account const& account, std::string const& run_uids) {
    return fmt::format("{} {} {} {}", own_build(), account.uid, account.gid, run_uids);
}

std::optional<std::string> build_of_launcher(std::string const& data) {
    return run::LauncherClient(launcher_socket(data)).build();
}

// Waits for a launcher of this build. `child` was just started; it exits if a launcher of its build already runs, or if
// it cannot start.
void wait_for_launcher(std::string const& data, std::string const& build, pid_t child) {
    // Longer than a launcher needs to stop the previous one.
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    bool refused = false;
    for (int tries = 0; !refused && std::chrono::steady_clock::now() < end; ++tries) {
        if (build_of_launcher(data) == build) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(tries < 50 ? 1 : 10));
        int status = 0;
        bool ended = child > 0 && ::waitpid(child, &status, WNOHANG) == child;
        if (ended) child = 0;
        refused = ended && status != 0;
    }
    if (child > 0) ::kill(child, SIGKILL);
    throw Error(Kind::unavailable, fmt::format("The launcher does not answer on {}; {}/launcher.log has the reason.",
                                               launcher_socket(data), data));
}

void become(Account const& account) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(account.gid, account.gid, account.gid) != 0 ||
        ::setresuid(account.uid, account.uid, account.uid) != 0)
        base::fail_with_errno("cannot drop root privileges");
    if (::setuid(0) == 0) throw Error(Kind::internal, "root privileges could not be dropped");
}

// Checks that the account can use DATA, before the launcher is started.
void check_reach(Account const& account, std::string const& data) {
    if (::setgroups(0, nullptr) != 0 || ::setegid(account.gid) != 0 || ::seteuid(account.uid) != 0)
        base::fail_with_errno("cannot switch to the server's account");
    bool reached = ::faccessat(AT_FDCWD, data.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) == 0;
    if (::seteuid(0) != 0 || ::setegid(0) != 0) base::fail_with_errno("cannot switch back to root");
    if (!reached)
        throw Error(Kind::invalid, fmt::format("The account {} cannot access {}. Choose a folder outside of other "
                                               "users' home folders, such as /var/lib/stepwell.",
                                               account.uid, data));
}

} // namespace

std::string find_folder(std::string const& data) {
    auto const owners = ::geteuid() == 0 ? owners_of_data(server_identity()) : std::vector<uid_t>{::geteuid(), 0};
    return std::filesystem::absolute(store::resolve_link(data, owners)).string();
}

base::Fd take_folder(std::string const& data) {
    store::make_folder(data);
    if (::geteuid() == 0) store::check_owner(data, owners_of_data(server_identity()));
    store::check_purpose(data);
    return store::lock_folder(data);
}

void check_run_uids(std::string const& range) {
    auto [first, last] = parse_uids(range);
    if (::geteuid() == 0) check_uids(first, last, server_identity());
}

RunAs settle_privileges(std::string const& data, std::string const& run_uids, bool allow_same_user) {
    RunAs run_as;
    if (::geteuid() == 0) {
        check_run_uids(run_uids);
        auto [first, last] = parse_uids(run_uids);
        run_as.slots = std::min(run_as.slots, std::size_t(last - first + 1));
        auto account = server_identity();
        hand_over(data, account);
        check_reach(account, data);
        auto build = launcher_build(account, run_uids);
        auto found = build_of_launcher(data);
        if (found != build) {
            auto child = start_launcher(data, account, run_uids);
            wait_for_launcher(data, build, child);
            // If another start created a launcher at the same time, `child` has exited.
            run_as.new_launcher = !found && run::LauncherClient(launcher_socket(data)).process() == child;
        }
        run_as.launcher = launcher_socket(data);
        try {
            become(account);
        } catch (...) {
            end_new_launcher(run_as);
            throw;
        }
    } else if (build_of_launcher(data)) {
        run_as.launcher = launcher_socket(data);
    } else if (allow_same_user) {
        run_as.same_user = true;
    } else {
        run_as.off = "The built-in worker is off: the server does not run as root, no launcher answers, and "
                     "--allow-same-user was not given.";
    }
    return run_as;
}

void end_new_launcher(RunAs const& run_as) {
    if (run_as.new_launcher) run::LauncherClient(run_as.launcher).quit();
}

int serve_launcher(std::string const& data, unsigned server_uid, unsigned server_gid, std::string const& run_uids) {
    auto [first, last] = parse_uids(run_uids);
    check_uids(first, last, {server_uid, server_gid});
    run::LauncherOptions options;
    options.socket = launcher_socket(data);
    options.tickets = data + "/tickets";
    options.build = launcher_build({server_uid, server_gid}, run_uids);
    options.server_uid = server_uid;
    options.server_gid = server_gid;
    options.first_uid = uid_t(first);
    options.slots = unsigned(last - first + 1);
    return run::run_launcher(options);
}

} // namespace stepwell::apps
