#include "run/launcher_socket.h"

#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace stepwell::run {

base::Fd listen_at(std::string const& path, uid_t uid, gid_t gid) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto slash = path.rfind('/');
    base::Fd folder(::open(path.substr(0, slash + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.substr(slash + 1));
    if (!folder) base::fail_with_errno("cannot open the folder of " + path);
    if (name.size() >= sizeof address.sun_path) throw base::Error(base::Kind::invalid, "the socket's name is too long");
    std::memcpy(address.sun_path, name.data(), name.size());
    ::unlink(name.c_str());
    base::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto before = ::umask(0177);
    bool good = socket && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::umask(before);
    if (!good || ::fchownat(folder.get(), path.substr(slash + 1).c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        ::listen(socket.get(), 64) != 0)
        base::fail_with_errno("cannot listen on " + path);
    return socket;
}

base::Fd accept_from(base::Fd const& listener, uid_t uid) {
    base::Fd peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ucred who{};
    socklen_t size = sizeof who;
    bool known = peer && ::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
                 (who.uid == uid || who.uid == 0);
    return known ? std::move(peer) : base::Fd();
}

Reception receive(base::Fd const& socket, Received& received) {
    iovec part{&received.request, sizeof received.request};
    alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))]{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto count = ::recvmsg(socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
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

LauncherAnswer answer_of(LauncherAnswer::Kind kind, std::string_view text, int number) {
    LauncherAnswer answer;
    answer.kind = kind;
    answer.number = number;
    text.substr(0, sizeof answer.text - 1).copy(answer.text, sizeof answer.text - 1);
    return answer;
}

bool send_answer(base::Fd const& socket, LauncherAnswer const& answer) {
    return ::send(socket.get(), &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT) == ssize_t(sizeof answer);
}

} // namespace stepwell::run
