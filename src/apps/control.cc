#include "apps/control.h"

#include "base/error.h"
#include "base/log.h"
#include "base/utf8.h"
#include "store/check_folder.h"
#include "store/migrate_folder.h"
#include "store/sqlite/copy_database.h"
#include "store/sqlite/damage.h"

#include <array>
#include <cstring>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace stepwell::apps {

using base::Error;
using base::Kind;

namespace {

constexpr int between_tries_ms = 10'000;
constexpr std::size_t longest_request = 200, longest_answer = 2000;

std::string socket_path(std::string const& data) { return data + "/control.sock"; }

std::optional<sockaddr_un> address_of(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

base::Fd listen_on(std::string const& path) {
    auto address = address_of(path);
    base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::unlink(path.c_str()); // left by a server that was killed; this one holds the lock
    bool open = address && fd && ::bind(fd.get(), reinterpret_cast<sockaddr*>(&*address), sizeof *address) == 0 &&
                ::chmod(path.c_str(), 0600) == 0 && ::listen(fd.get(), 8) == 0;
    if (open) return fd;
    base::log_warning("commands cannot connect to this server: cannot open {}", path);
    return {};
}

void limit_waiting(int connection) {
    timeval limit{2, 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

std::string read_line(int connection, std::size_t longest) {
    std::string line;
    char c = 0;
    while (line.size() < longest && ::recv(connection, &c, 1, 0) == 1 && c != '\n') line += c;
    return line;
}

// Ignores errors: if the client has disconnected, the command continues.
void send_line(int connection, std::string const& line) {
    auto text = line + '\n';
    [[maybe_unused]] auto sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
}

domain::Caller caller_for(unsigned account) {
    auto caller = domain::system_caller();
    caller.actor.established_with = fmt::format("stepwell rotate-key, by account {} of the machine", account);
    return caller;
}

// Switches to the owner of DATA, so that files which root creates there belong to the server's account.
void become_owner(std::string const& data) {
    struct stat folder{};
    if (::stat(data.c_str(), &folder) != 0) base::fail_with_errno("cannot read " + data);
    if (::geteuid() != 0 || folder.st_uid == 0) return;
    if (::setgroups(0, nullptr) != 0 || ::setgid(folder.st_gid) != 0 || ::setuid(folder.st_uid) != 0)
        base::fail_with_errno("cannot become the owner of " + data);
}

void fail_unless_in_order(std::string const& data, store::CheckResult const& result) {
    if (!result.faults.empty())
        throw Error(Kind::internal, fmt::format("{} is damaged. {}", data, store::how_to_restore));
    if (!result.is_complete)
        throw Error(Kind::unavailable, "The check is incomplete because the server is too busy. Try again later.");
}

void rotate_here(std::string const& data, Told const& told) {
    if (::access((data + "/stepwell.db").c_str(), F_OK) != 0)
        throw Error(Kind::not_found, "There is no installation in " + data + ".");
    auto account = ::getuid();
    become_owner(data);
    ::umask(077);
    base::SystemClock clock;
    store::Store store(data, clock);
    operations::KeyRotation rotation(store);
    if (!rotation.is_unfinished()) rotation.begin(caller_for(account));
    rotation.go_on(told, {});
}

void check_here(std::string const& data, Told const& told) {
    if (::access(data.c_str(), F_OK) != 0) throw Error(Kind::not_found, "There is no installation in " + data + ".");
    become_owner(data);
    fail_unless_in_order(data, store::check_folder(data, told));
}

// Reports the version of the schema, and each pending migration and rewrite.
void tell_schema(store::SchemaState const& state, Told const& told) {
    told(fmt::format("schema {} of {}", state.number, store::schema_version()));
    for (auto const& name : state.pending) told("pending: " + name);
    if (!state.outdated.empty()) told(fmt::format("document tables to rewrite: {}", state.outdated.size()));
}

// Reports the schema of a running server, which migrated its database at startup.
void tell_schema_of_server(Told const& told) {
    told(fmt::format("schema {0} of {0}, in use by a server", store::schema_version()));
}

void migrate_here(std::string const& data, Migrate what, Told const& told) {
    if (::access(data.c_str(), F_OK) != 0) throw Error(Kind::not_found, "There is no installation in " + data + ".");
    become_owner(data);
    ::umask(077);
    auto const trial = what == Migrate::try_up ? store::Trial::yes : store::Trial::no;
    auto const state = what == Migrate::status ? store::inspect_folder(data) : store::migrate_folder(data, trial);
    tell_schema(state, told);
    if (state.is_current()) return told("The schema is up to date.");
    if (what == Migrate::status) return;
    if (what == Migrate::try_up) return told("The migration succeeded on trial. All changes were undone.");
    told(fmt::format("Migrated to schema {}. A copy of the previous database is in {}.", store::schema_version(),
                     store::copy_path(data, state.number)));
}

std::string shutdown_message(std::string const& request) {
    return request == "check" ? "The server is shutting down. Run the command again."
                              : "The server is shutting down. The rotation resumes at the next start.";
}

// Sends the lines that `act` reports, then the result.
void answer_with(int connection, std::string const& asked, std::stop_token const& stop,
                 std::function<void(Told const&)> const& act) {
    try {
        act([&](std::string const& line) { send_line(connection, "+" + line); });
        if (stop.stop_requested()) throw Error(Kind::unavailable, shutdown_message(asked));
        send_line(connection, "+");
    } catch (std::exception const& error) {
        send_line(connection, std::string("-") + error.what());
    }
}

// Returns false if no server runs in DATA. Throws the error that the server reports.
bool ask_server(std::string const& data, std::string const& request, Told const& told) {
    auto address = address_of(socket_path(data));
    if (!address) throw Error(Kind::invalid, "The path of " + data + " is too long for a socket.");
    base::Fd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(server.get(), reinterpret_cast<sockaddr*>(&*address), sizeof *address) != 0) {
        if (errno != ENOENT && errno != ECONNREFUSED) base::fail_with_errno("cannot reach the server of " + data);
        return false;
    }
    send_line(server.get(), request);
    for (;;) {
        auto line = read_line(server.get(), longest_answer);
        if (line == "+") return true;
        if (line.starts_with('-')) throw Error(Kind::unavailable, line.substr(1));
        if (line.empty()) throw Error(Kind::unavailable, shutdown_message(request));
        told(line.substr(1));
    }
}

} // namespace

Control::Control(store::Store& store)
    : store_(store), rotation_(store), listening_(listen_on(socket_path(store.folder()))) {}

Control::~Control() {
    if (listening_) ::unlink(socket_path(store_.folder()).c_str());
}

void Control::rotate(int connection, Told const& told, std::stop_token const& stop) {
    ucred peer{};
    socklen_t size = sizeof peer;
    ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    if (!rotation_.is_unfinished()) rotation_.begin(caller_for(peer.uid));
    rotation_.go_on(told, stop);
}

void Control::check(Told const& told, std::stop_token const& stop) {
    auto result = store_.check(told, stop);
    if (!stop.stop_requested()) fail_unless_in_order(store_.folder(), result);
}

// A full check may take minutes. It has a thread of its own, so that other commands are answered meanwhile.
void Control::start_check(base::Fd connection) {
    // shared, to send an answer if the thread cannot be created
    auto shared = std::make_shared<base::Fd>(std::move(connection));
    try {
        checking_ = std::jthread([this, shared](std::stop_token stop) {
            answer_with(shared->get(), "check", stop, [&](Told const& told) {
                // Reset before the answer ends, because the client may then request the next check.
                struct End {
                    std::atomic<bool>& is_checking;
                    ~End() { is_checking = false; }
                } const end{is_checking_};
                check(told, stop);
            });
        });
    } catch (std::system_error const& error) {
        is_checking_ = false;
        base::log_warning("cannot start a thread for the check: {}", error.what());
        send_line(shared->get(), "-The server cannot start a thread for the check. Run the command again later, or "
                                 "stop the server and run it then.");
    }
}

void Control::answer(base::Fd connection, std::stop_token const& stop) {
    limit_waiting(connection.get());
    auto asked = read_line(connection.get(), longest_request);
    int const number = connection.get();
    if (asked == "check" && !is_checking_.exchange(true)) return start_check(std::move(connection));
    answer_with(number, asked, stop, [&](Told const& told) {
        if (asked == "check")
            throw Error(Kind::conflict, "Another check is running. Run the command again when it has ended.");
        if (asked == "schema") return tell_schema_of_server(told);
        if (asked != "rotate-key")
            throw Error(Kind::invalid, "This server does not support the command '" + base::to_utf8(asked) + "'.");
        rotate(number, told, stop);
    });
}

// Waits for a connection, a stop request, or the time to retry an unfinished rotation.
void Control::serve(std::stop_token stop) {
    base::Fd end(::eventfd(0, EFD_CLOEXEC));
    std::stop_callback wake(stop, [&end] { ::eventfd_write(end.get(), 1); });
    struct CheckEnd { // ends a running check
        std::jthread& thread;
        ~CheckEnd() { thread = {}; }
    } const check_end{checking_};
    while (!stop.stop_requested()) {
        std::array<pollfd, 2> ready{pollfd{end.get(), POLLIN, 0}, pollfd{listening_.get(), POLLIN, 0}};
        auto count = ::poll(ready.data(), ready.size(), rotation_.is_unfinished() ? between_tries_ms : -1);
        if (stop.stop_requested()) return;
        if (count == 0) {
            go_on(stop);
        } else if (base::Fd connection(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)); connection) {
            answer(std::move(connection), stop);
        } else {
            ::poll(ready.data(), 1, 1000); // out of descriptors: try again later
        }
    }
}

void Control::go_on(std::stop_token const& stop) {
    try {
        rotation_.go_on([](std::string const&) {}, stop);
        troubles_.over("key rotation");
    } catch (std::exception const& error) {
        troubles_.met("key rotation", error.what());
    }
}

void rotate_key(std::string const& data, Told const& told) {
    if (!ask_server(data, "rotate-key", told)) rotate_here(data, told);
}

void migrate_data(std::string const& data, Migrate what, Told const& told) {
    if (!ask_server(data, "schema", told)) return migrate_here(data, what, told);
    if (what != Migrate::status) told("The server migrated the database when it started. Nothing was changed.");
}

void check_data(std::string const& data, Told const& told) {
    if (!ask_server(data, "check", told)) check_here(data, told);
}

} // namespace stepwell::apps
