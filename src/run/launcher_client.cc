#include "run/launcher_client.h"

#include "base/error.h"
#include "base/log.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

using Request = LauncherRequest::Kind;

constexpr std::chrono::milliseconds patience{5000}; // limit for a launcher, which normally answers immediately
constexpr std::chrono::milliseconds pause{5000};    // before the next request to a launcher that timed out

// Connects through the folder's descriptor, because a full path may not fit into a socket address.
base::Fd connect_to(std::string const& path, std::chrono::milliseconds limit) {
    auto slash = path.rfind('/');
    auto above = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
    base::Fd folder(::open(above.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    auto name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.substr(slash + 1));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!folder || name.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, name.data(), name.size());
    base::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    timeval const time{limit.count() / 1000, limit.count() % 1000 * 1000};
    for (int option : {SO_SNDTIMEO, SO_RCVTIMEO}) // the first one also applies to connect()
        if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, option, &time, sizeof time) != 0) return {};
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
    return socket;
}

bool send_with(int socket, LauncherRequest const& request, std::vector<int> const& descriptors) {
    iovec part{const_cast<LauncherRequest*>(&request), sizeof request};
    alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))]{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
        auto* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
    }
    return ::sendmsg(socket, &message, MSG_NOSIGNAL) == ssize_t(sizeof request);
}

LauncherRequest request_for(Request kind, std::string const& ticket, std::string const& account = {}) {
    LauncherRequest request;
    request.kind = kind;
    ticket.copy(request.ticket, sizeof request.ticket - 1);
    account.copy(request.account, sizeof request.account - 1);
    return request;
}

std::string trouble(std::string const& path, std::chrono::milliseconds limit) {
    return fmt::format(
        "Scripts wait: no launcher answers on {} within {} ms. If this continues, start the server again as root.",
        path, limit.count());
}

} // namespace

LauncherClient::Sent LauncherClient::ask(LauncherRequest const& request, std::vector<int> const& descriptors,
                                         LauncherAnswer& answer) {
    using Clock = std::chrono::steady_clock;
    return connection_.with([&](Connection& connection) {
        auto& socket = connection.socket;
        auto begin = Clock::now();
        if (begin < connection.not_before) return Sent::not_sent;
        auto hangs = [&] { return Clock::now() - begin >= patience / 2; }; // nothing else takes this long
        auto fail = [&](Sent how) {
            socket.reset();
            if (hangs()) connection.not_before = Clock::now() + pause;
            return how;
        };
        auto sent = [&] { return socket && send_with(socket.get(), request, descriptors); };
        if (!sent()) {
            if (hangs()) return fail(Sent::not_sent);
            socket = connect_to(path_, patience); // the first connection, or the launcher was replaced
            if (!sent()) return fail(Sent::not_sent);
        }
        if (::recv(socket.get(), &answer, sizeof answer, 0) == ssize_t(sizeof answer)) return Sent::answered;
        return fail(Sent::unknown);
    });
}

std::string LauncherClient::probe(std::chrono::milliseconds limit) const {
    if (build(limit)) return {};
    return trouble(path_, limit);
}

ShimStarter::Answer LauncherClient::start(Start const& start, pid_t&) {
    LauncherAnswer answer;
    auto request = request_for(Request::start, start.ticket, start.account);
    if (start.account.size() >= sizeof request.account)
        throw base::Error(base::Kind::invalid, "the account's name is too long");
    switch (ask(request, {start.order, start.values, start.server}, answer)) {
    case Sent::not_sent:
        if (!away_.exchange(true)) base::log_error("{}", trouble(path_, patience));
        return Answer::busy;
    case Sent::unknown: return Answer::started; // if not, the other end of the socket is closed, which is detected
    case Sent::answered: break;
    }
    if (away_.exchange(false)) base::log_info("The launcher answers again; waiting scripts start.");
    if (answer.kind == LauncherAnswer::Kind::busy) return Answer::busy;
    if (answer.kind == LauncherAnswer::Kind::refused && answer.number != 0)
        throw base::SystemError(answer.text, answer.number);
    if (answer.kind == LauncherAnswer::Kind::refused) throw base::Error(base::Kind::unavailable, answer.text);
    return Answer::started;
}

bool LauncherClient::end_lost(Ticket const& ticket) {
    LauncherAnswer answer;
    return ask(request_for(Request::end_lost, ticket), {}, answer) == Sent::answered &&
           answer.kind == LauncherAnswer::Kind::done;
}

// If the request is lost, the launcher cleans at its next start.
void LauncherClient::clear(Ticket const& ticket) {
    LauncherAnswer answer;
    ask(request_for(Request::clear, ticket), {}, answer);
}

// Uses a separate connection, because another thread may be waiting on the usual one.
std::optional<std::string> LauncherClient::build(std::chrono::milliseconds limit) const {
    auto end = std::chrono::steady_clock::now() + limit;
    auto socket = connect_to(path_, limit);
    LauncherAnswer answer;
    if (!socket || !send_with(socket.get(), request_for(Request::hello, ""), {})) return std::nullopt;
    pollfd item{socket.get(), POLLIN, 0};
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (::poll(&item, 1, int(std::max<std::int64_t>(left, 0))) != 1) return std::nullopt;
    if (::recv(socket.get(), &answer, sizeof answer, MSG_DONTWAIT) != ssize_t(sizeof answer)) return std::nullopt;
    return answer.text;
}

// Returns the process that called listen: unix(7), SO_PEERCRED.
pid_t LauncherClient::process() const {
    auto socket = connect_to(path_, std::chrono::seconds(1));
    ucred who{};
    socklen_t size = sizeof who;
    bool known = socket && ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0;
    return known ? who.pid : 0;
}

void LauncherClient::quit(std::chrono::milliseconds limit) const {
    auto socket = connect_to(path_, limit);
    LauncherAnswer answer;
    if (!socket || !send_with(socket.get(), request_for(Request::quit, ""), {})) return;
    // Waits for the answer and then the end of the connection.
    while (::recv(socket.get(), &answer, sizeof answer, 0) > 0) {
    }
}

} // namespace stepwell::run
