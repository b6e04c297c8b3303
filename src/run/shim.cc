#include "run/shim.h"

#include "base/shortage.h"
#include "run/process_tree.h"
#include "run/shim_account.h"
#include "run/shim_control.h"
#include "run/shim_folder.h"
#include "run/shim_order.h"
#include "run/shim_private.h"
#include "run/shim_script.h"
#include "run/shim_supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

extern char** environ;

namespace stepwell::run {

namespace {

constexpr int pipe_bytes = 1 << 20;
constexpr std::size_t max_arguments = 64, max_variables = 64, max_private_folders = 4;

struct Arguments {
    char const* ticket = "";
    char const* runtime = "-";
    ShimAccount account;
    rlim_t descriptors = 0; // soft limit; 0: unchanged
    PrivateFolder private_folders[max_private_folders];
    std::size_t private_count = 0;

    bool read(int argc, char** argv) {
        if (argc != 3 && argc != 4 && (argc < 8 || argc % 2 != 0 || argc > 8 + 2 * int(max_private_folders)))
            return false;
        ticket = argv[1];
        runtime = argv[2];
        if (argc == 4) descriptors = std::strtoul(argv[3], nullptr, 10);
        if (argc < 8) return true;
        unsigned numbers[5];
        for (int i = 0; i < 5; ++i) numbers[i] = unsigned(std::strtoul(argv[3 + i], nullptr, 10));
        account = {true, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4] != 0};
        for (int i = 8; i < argc; i += 2) private_folders[private_count++] = {argv[i], argv[i + 1]};
        return account.uid != 0 && account.shim_uid != 0;
    }
};

// The memory of the order, mapped only as long as needed because it contains plain secrets.
class OrderMemory {
public:
    explicit OrderMemory(int file) : file_(file) {
        struct stat facts{};
        int seals = ::fcntl(file, F_GET_SEALS);
        if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || ::fstat(file, &facts) != 0 || facts.st_size == 0) return;
        size_ = std::size_t(facts.st_size);
        bytes_ = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
    }
    ~OrderMemory() { release(); }
    OrderMemory(OrderMemory const&) = delete;

    std::string_view view() const {
        if (bytes_ == MAP_FAILED) return {};
        return {static_cast<char const*>(bytes_), size_};
    }
    void release() {
        if (bytes_ != MAP_FAILED) ::munmap(std::exchange(bytes_, MAP_FAILED), size_);
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }

private:
    int file_;
    std::size_t size_ = 0;
    void* bytes_ = MAP_FAILED;
};

// The reason why a script did not start; empty if it did.
struct Refusal {
    char sentence[sizeof ResultFacts::reason]{};
    int error = 0;

    explicit operator bool() const { return sentence[0] != '\0'; }
    static Refusal because(char const* what, int error = 0) {
        Refusal refusal;
        refusal.error = error;
        std::snprintf(refusal.sentence, sizeof refusal.sentence, error == 0 ? "%s" : "%s: %s", what, ::strerror(error));
        return refusal;
    }
};

// The server raised its own limit; not every program can use descriptors above 1023.
void lower_descriptor_limit(rlim_t soft) {
    rlimit limit{};
    if (soft == 0 || ::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= soft) return;
    limit.rlim_cur = soft;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// One attempt, from the latch to the result.
class Shim {
public:
    explicit Shim(Arguments const& arguments) : arguments_(arguments) {}

    int run();

private:
    bool prepare();
    bool take_ticket(ShimOrder const& order);
    Supervisor::Setting setting(ShimOrder const& order);
    Refusal make_ready(ShimOrder const& order);
    Refusal lay(ShimOrder const& order);
    Refusal open_pipes();
    Refusal make_process(ShimOrder const& order);
    Refusal begin();
    void gather_environment();

    Arguments const& arguments_;
    int lock_ = -1, signals_ = -1, cgroup_ = -1;
    int parent_ = -1, folder_ = -1; // parent of the script's folder; the folder itself
    char const* name_ = "";         // its name in parent_
    int out_[2] = {-1, -1}, err_[2] = {-1, -1};
    Refusal not_private_;
    WaitingScript waiting_;
    pid_t script_ = -1;
    char ticket_entry_[80], home_entry_[256];
    char* environment_[max_variables + 3];
};

bool Shim::prepare() {
    if (::fcntl(shim_cgroup, F_GETFD) >= 0) cgroup_ = shim_cgroup; // before the descriptor number is reused
    ::syscall(SYS_close_range, unsigned(shim_slot) + 1, ~0u, 0u);
    ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    if (arguments_.private_count > 0) {
        auto* failed = make_private({arguments_.private_folders, arguments_.private_count}, arguments_.account.uid,
                                    arguments_.runtime);
        if (failed) not_private_ = Refusal::because(failed, errno);
    }
    if (::fchdir(shim_folder) != 0) return false;
    if (arguments_.account.given && !become_shim(arguments_.account)) return false;
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return false;
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::signal(SIGCHLD, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &child, nullptr);
    signals_ = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    return signals_ >= 0;
}

void tell(Notice::Kind kind, std::uint64_t value = 0) {
    Notice notice{kind, value};
    ::send(shim_server, &notice, sizeof notice, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool Shim::take_ticket(ShimOrder const& order) {
    auto taken = take_latch(shim_folder, make_mark(order.boot_id, ::getpid()), &lock_);
    if (taken == Written::exists) tell(Notice::Kind::refused);
    if (taken == Written::failed) tell(Notice::Kind::lacking, std::uint64_t(errno));
    return taken == Written::done;
}

// Waits until the server says that the decision is durable, or that the script must not start. Returns nullopt if the
// server has ended: the next one hands the order over again if it was committed.
std::optional<Notice::Kind> wait_for_word() {
    Notice notice;
    for (;;) {
        auto count = ::recv(shim_server, &notice, sizeof notice, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count != ssize_t(sizeof notice)) return std::nullopt;
        if (notice.kind == Notice::Kind::start || notice.kind == Notice::Kind::cancel) return notice.kind;
    }
}

// The ticket's folder is the working directory, because a full path may not fit into a socket address.
int listen_here() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, "sock", 5);
    int file = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good =
        file >= 0 && ::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(file, 4) == 0;
    return good ? file : -1;
}

Supervisor::Setting Shim::setting(ShimOrder const& order) {
    Supervisor::Setting setting;
    setting.folder = shim_folder;
    setting.server = shim_server;
    setting.listener = listen_here();
    setting.cgroup = cgroup_;
    setting.signals = signals_;
    setting.exclusive = arguments_.account.exclusive;
    setting.timeout = order.timeout;
    setting.grace = order.grace;
    setting.spool_bytes = order.spool_bytes;
    std::memcpy(setting.box_public_key, order.box_public_key.data(), sizeof setting.box_public_key);
    std::memcpy(setting.nonce, order.nonce.data(), std::min(order.nonce.size(), sizeof setting.nonce - 1));
    return setting;
}

Refusal Shim::lay(ShimOrder const& order) {
    if (std::strcmp(arguments_.runtime, "-") != 0) {
        parent_ = ::open(arguments_.runtime, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        name_ = arguments_.ticket;
        if (parent_ < 0) return Refusal::because("the folder for scripts", errno);
    } else {
        parent_ = shim_folder;
        name_ = "script";
    }
    if ((order.sensitive || arguments_.account.given) && !is_in_memory(parent_))
        return Refusal::because("a script with sensitive values needs a folder in memory (tmpfs at /run or /dev/shm)");
    folder_ = create_script_folder(parent_, name_, order.files, arguments_.account.uid, arguments_.account.gid);
    return folder_ < 0 ? Refusal::because("the script's folder", errno) : Refusal();
}

Refusal Shim::open_pipes() {
    if (::pipe2(out_, O_CLOEXEC) != 0 || ::pipe2(err_, O_CLOEXEC) != 0) return Refusal::because("pipes", errno);
    if (::fcntl(out_[0], F_SETPIPE_SZ, pipe_bytes) < 0) ::fcntl(out_[0], F_SETPIPE_SZ, pipe_bytes / 4);
    for (auto* ends : {out_, err_}) {
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        // Lets the script open /dev/stdout and /dev/stderr.
        if (arguments_.account.given && ::fchown(ends[1], arguments_.account.uid, arguments_.account.gid) != 0)
            return Refusal::because("pipes", errno);
    }
    return {};
}

// Uses the starter's environment, with the ticket first, and adds HOME if it is missing.
void Shim::gather_environment() {
    std::size_t count = 0;
    std::snprintf(ticket_entry_, sizeof ticket_entry_, "%s=%s", ticket_variable.data(), arguments_.ticket);
    environment_[count++] = ticket_entry_;
    bool has_home = false;
    for (char** entry = environ; *entry && count < max_variables; ++entry) {
        environment_[count++] = *entry;
        has_home = has_home || std::strncmp(*entry, "HOME=", 5) == 0;
    }
    if (!has_home) {
        std::snprintf(home_entry_, sizeof home_entry_, "HOME=%s/%s", arguments_.runtime, name_);
        environment_[count++] = home_entry_;
    }
    environment_[count] = nullptr;
}

Refusal Shim::make_process(ShimOrder const& order) {
    char* argv[max_arguments + 1];
    std::size_t count = 0;
    OrderCursor cursor(order.argv);
    while (!cursor.done() && count < max_arguments) argv[count++] = const_cast<char*>(cursor.text().data());
    argv[count] = nullptr;
    if (!cursor.good() || !cursor.done() || count == 0) return Refusal::because("too many arguments");
    gather_environment();
    ScriptStart how;
    how.argv = argv;
    how.environment = environment_;
    how.folder = folder_;
    how.values = shim_values;
    how.out = out_[1];
    how.err = err_[1];
    how.cgroup = cgroup_;
    how.uid = arguments_.account.uid;
    how.gid = arguments_.account.gid;
    how.alone = arguments_.account.exclusive;
    waiting_ = make_script(how);
    return waiting_.pid < 0 ? Refusal::because("a process", waiting_.error) : Refusal();
}

Refusal Shim::begin() {
    auto started = begin_script(waiting_);
    script_ = started.pid;
    for (int file : {out_[1], err_[1], int(shim_values)}) ::close(file); // the folder stays in use
    return script_ < 0 ? Refusal::because(started.failed_at, started.error) : Refusal();
}

Refusal Shim::make_ready(ShimOrder const& order) {
    if (not_private_) return not_private_;
    if (auto refusal = lay(order)) return refusal;
    if (auto refusal = open_pipes()) return refusal;
    return make_process(order);
}

int Shim::run() {
    if (!prepare()) return 70;
    OrderMemory memory(shim_order);
    ShimOrder order;
    if (!read_order(memory.view(), order) || order.ticket != arguments_.ticket) return 71;
    auto refusal = make_ready(order);
    bool const lacking = base::is_shortage(refusal.error);
    if (lacking) tell(Notice::Kind::lacking, std::uint64_t(refusal.error));
    auto word = lacking ? std::nullopt : wait_for_word();
    if (!word || !take_ticket(order)) {
        drop_script(waiting_);
        if (folder_ >= 0) remove_folder(parent_, name_);
        return 72;
    }
    if (word == Notice::Kind::cancel) {
        drop_script(waiting_);
        refusal = Refusal::because("canceled before the start");
    }
    if (!refusal) refusal = begin();
    // The script is starting: nothing waits for this process from here on.
    if (arguments_.account.given && !keep_only_kill()) ::_exit(73); // the script ends with this process
    Supervisor supervisor(setting(order));
    ResultFacts facts;
    if (refusal) {
        facts.ending = Ending::never_started;
        std::memcpy(facts.reason, refusal.sentence, sizeof facts.reason);
    } else {
        for (OrderCursor cursor(order.secrets); !cursor.done();) supervisor.add_secret(cursor.text());
        for (OrderCursor cursor(order.remarks); !cursor.done();) supervisor.marker(cursor.text());
        memory.release();
        facts = supervisor.watch(script_, out_[0], err_[0]);
    }
    supervisor.write_result(facts);
    if (folder_ >= 0) remove_folder(parent_, name_); // if permitted; otherwise the launcher does it
    return 0;
}

} // namespace

int run_shim(int argc, char** argv) {
    Arguments arguments;
    if (!arguments.read(argc, argv)) return 64;
    hide_from_others();
    lower_descriptor_limit(arguments.descriptors);
    return Shim(arguments).run();
}

} // namespace stepwell::run
