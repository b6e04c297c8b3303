#include "run/local_worker_attempt.h"

#include <cerrno>
#include <sys/socket.h>

namespace stepwell::run {

void LocalAttempt::set_folder(base::Fd folder) {
    folder_ = std::move(folder);
    if (!folder_) return;
    readers_.with([&](auto& readers) {
        readers.clear();
        for (int i = 0; i < 2; ++i) readers.emplace_back(folder_.get());
    });
}

Page LocalAttempt::read(std::uint64_t sequence, std::size_t limit) {
    return readers_.with([&](auto& readers) {
        if (readers.empty()) return Page{{}, sequence};
        if (!readers[0].is_at(sequence)) std::swap(readers[0], readers[1]);
        return readers[0].read(sequence, limit);
    });
}

void LocalAttempt::send(Link& link, Notice::Kind kind, std::uint64_t value) {
    Notice notice{kind, value};
    // A supervisor that has ended does not need it.
    if (link.socket) ::send(link.socket.get(), &notice, sizeof notice, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void LocalAttempt::acknowledge(std::uint64_t next_sequence) {
    link_.with([&](Link& link) {
        link.acknowledged = std::max(link.acknowledged, next_sequence);
        send(link, Notice::Kind::acknowledge, link.acknowledged);
    });
}

bool LocalAttempt::approve() {
    approved_ = true;
    return link_.with([&](Link& link) {
        send(link, Notice::Kind::start, 0);
        return bool(link.socket);
    });
}

void LocalAttempt::cancel() {
    canceled_ = true;
    link_.with([&](Link& link) { send(link, Notice::Kind::cancel, 0); });
}

void LocalAttempt::connect(base::Fd socket) {
    link_.with([&](Link& link) {
        link.socket = std::move(socket);
        if (link.acknowledged > 0) send(link, Notice::Kind::acknowledge, link.acknowledged);
        if (canceled_) send(link, Notice::Kind::cancel, 0);
        if (approved_) send(link, Notice::Kind::start, 0);
    });
}

bool LocalAttempt::is_connected() {
    return link_.with([](Link& link) { return bool(link.socket); });
}

bool LocalAttempt::receive(std::vector<Notice>& notices) {
    return link_.with([&](Link& link) {
        while (link.socket) {
            Notice notice;
            auto count = ::recv(link.socket.get(), &notice, sizeof notice, MSG_DONTWAIT);
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
            if (count != sizeof notice) return false;
            notices.push_back(notice);
        }
        return false;
    });
}

void LocalAttempt::disconnect() {
    link_.with([](Link& link) { link.socket.reset(); });
}

} // namespace stepwell::run
