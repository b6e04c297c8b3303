#include "apps/privileges.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "run/launcher.h"
#include "run/launcher_client.h"

#include <chrono>
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

extern char** environ;

namespace stepwell::apps {

using base::Error;
using base::Kind;

namespace {

constexpr char const* server_account = "stepwell";
constexpr uid_t server_uid_without_account = 60989;

struct Account {
    uid_t uid;
    gid_t gid;
};

Account server_identity() {
    if (auto entry = ::getpwnam(server_account)) return {entry->pw_uid, entry->pw_gid};
    return {server_uid_without_account, server_uid_without_account};
}

std::string launcher_socket(std::string const& data) { return data + "/launcher.sock"; }

// The id that the linker made from the program's content, elf(5): reading it costs nothing, whatever the program's
// size.
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
    return 1; // the program is the first; libraries follow
}

std::string own_build() {
    std::string build;
    ::dl_iterate_phdr(find_build_id, &build);
    if (build.empty()) throw Error(Kind::internal, "the program was linked without a build id");
    return build;
}

// The folder is the server's: what lies there may be a link that it laid to have a file of somebody else's given to it.
void hand_over_file(std::string const& path, Account const& account) {
    base::Fd file(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts{};
    if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid == account.uid) return;
    if (facts.st_nlink != 1)
        throw Error(Kind::invalid, path + " is the name of a file that has other names too; remove it.");
    if (::fchownat(file.get(), "", account.uid, account.gid, AT_EMPTY_PATH) != 0)
        base::fail_with_errno("cannot hand over " + path);
}

void hand_over(std::string const& data, Account const& account) {
    if (::mkdir(data.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot create " + data);
    auto give = [&](std::string const& path) {
        if (::lchown(path.c_str(), account.uid, account.gid) != 0) base::fail_with_errno("cannot hand over " + path);
    };
    give(data);
    if (std::filesystem::is_directory(data + "/tickets")) give(data + "/tickets");
    // Files of the server alone: folders of tickets belong to shims.
    for (auto const& entry : std::filesystem::directory_iterator(data)) hand_over_file(entry.path(), account);
}

// A session of its own, so that nothing that ends the server ends it.
void start_launcher(std::string const& data, Account const& account, std::string const& run_uids) {
    auto program = base::own_path();
    std::string const words[] = {program,        "launcher",
                                 "--data",       data,
                                 "--server-uid", std::to_string(account.uid),
                                 "--server-gid", std::to_string(account.gid),
                                 "--run-uids",   run_uids};
    std::vector<char*> arguments;
    for (auto const& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    // Whoever reads what the server writes waits for the end of it, which is not that of the launcher.
    auto log = data + "/launcher.log";
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    pid_t child = 0;
    int failure = ::posix_spawn(&child, program.c_str(), &files, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0) {
        errno = failure;
        base::fail_with_errno("cannot start the launcher");
    }
}

// First and last of a range such as 61000-61063.
std::pair<std::int64_t, std::int64_t> parse_uids(std::string_view range) {
    auto dash = range.find('-');
    auto first = base::to_number(range.substr(0, dash));
    auto last = dash == std::string::npos ? first : base::to_number(range.substr(dash + 1));
    if (!first || !last || *first < 1 || *last < *first)
        base::reject("--run-uids", "should be a range such as 61000-61063");
    return {*first, *last};
}

bool answers(std::string const& data, std::string const& build) {
    auto found = run::LauncherClient(launcher_socket(data)).build();
    return found && (build.empty() || *found == build);
}

void wait_for_launcher(std::string const& data) {
    for (int tries = 0; tries < 500; ++tries) {
        if (answers(data, own_build())) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(tries < 50 ? 1 : 10));
    }
    throw Error(Kind::unavailable, "the launcher does not answer on " + launcher_socket(data));
}

void become(Account const& account, std::string const& data) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(account.gid, account.gid, account.gid) != 0 ||
        ::setresuid(account.uid, account.uid, account.uid) != 0)
        base::fail_with_errno("cannot give up root");
    if (::setuid(0) == 0) throw Error(Kind::internal, "root could not be given up");
    if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0)
        throw Error(Kind::invalid, fmt::format("The account {} cannot reach {}. Choose a folder outside of other "
                                               "people's homes, such as /var/lib/stepwell.",
                                               account.uid, data));
}

} // namespace

RunAs settle_privileges(std::string const& data, std::string const& run_uids, bool allow_same_user) {
    RunAs run_as;
    if (::geteuid() == 0) {
        auto [first, last] = parse_uids(run_uids);
        run_as.slots = std::min(run_as.slots, std::size_t(last - first + 1));
        auto account = server_identity();
        hand_over(data, account);
        if (!answers(data, own_build())) start_launcher(data, account, run_uids);
        wait_for_launcher(data);
        become(account, data);
        run_as.launcher = launcher_socket(data);
    } else if (answers(data, "")) {
        run_as.launcher = launcher_socket(data);
    } else if (allow_same_user) {
        run_as.same_user = true;
    } else {
        run_as.off = "The built-in worker is off: the server does not run as root, no launcher answers, and "
                     "--allow-same-user was not given.";
    }
    return run_as;
}

int serve_launcher(std::string const& data, unsigned server_uid, unsigned server_gid, std::string const& run_uids) {
    auto [first, last] = parse_uids(run_uids);
    run::LauncherOptions options;
    options.socket = launcher_socket(data);
    options.tickets = data + "/tickets";
    options.build = own_build();
    options.server_uid = server_uid;
    options.server_gid = server_gid;
    options.first_uid = uid_t(first);
    options.slots = unsigned(last - first + 1);
    return run::run_launcher(options);
}

} // namespace stepwell::apps
