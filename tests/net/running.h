// A server with its threads, and a client that sends and reads raw bytes.
#pragma once
#include "base/files.h"
#include "net/server.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <atomic>
#include <cstring>
#include <future>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace stepwell::net {

using namespace std::chrono_literals;
inline constexpr auto patience = 20s; // time limit of a test, with a sanitizer on a busy machine

class Running {
public:
    explicit Running(Handler handler, Limits limits = {}, unsigned threads = 2, BodyCheck body_check = {})
        : server_(
              std::make_unique<Server>("0.0.0.0:0", threads, limits, std::move(handler), std::move(body_check))) {
        for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this, i] { server_->serve(i); });
    }
    ~Running() { stop(); }

    std::uint16_t port() const { return server_->port(); }
    Server& server() { return *server_; }
    void stop() {
        if (server_) server_->stop();
        threads_.clear(); // joins the threads
        server_.reset();
    }

private:
    std::unique_ptr<Server> server_;
    std::vector<std::jthread> threads_;
};

struct Answered {
    int status = 0;
    std::string head;
    std::string body;
    bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

class RawClient {
public:
    // `from` is the client's own address.
    explicit RawClient(std::uint16_t port, int receive_buffer = 0, char const* from = "127.0.0.1")
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receive_buffer) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        int const on = 1;
        ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        ::inet_pton(AF_INET, from, &address.sin_addr);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << std::strerror(errno);
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        EXPECT_TRUE(connected_) << std::strerror(errno);
    }

    // Returns false if the server has closed the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    void stop_sending() { ::shutdown(fd_.get(), SHUT_WR); }
    void close() { fd_.reset(); }

    // Reads more into buffer(). Returns false at the end, after a reset (see broken()), or if no data arrives in time.
    bool fill(std::chrono::milliseconds limit = patience) {
        pollfd poll{fd_.get(), POLLIN, 0};
        if (::poll(&poll, 1, int(limit.count())) <= 0) return false;
        char bytes[16 * 1024];
        auto const count = ::recv(fd_.get(), bytes, sizeof bytes, 0);
        if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
        ended_ = count <= 0;
        broken_ = count < 0;
        return count > 0;
    }
    bool read_until(std::string_view text) {
        while (buffer_.find(text) == std::string::npos)
            if (!fill()) return false;
        return true;
    }
    // Reads until the server closes the connection.
    std::string read_all() {
        while (fill()) {
        }
        EXPECT_TRUE(ended_) << "still open after: " << buffer_;
        return std::exchange(buffer_, {});
    }
    std::string take(std::size_t count) {
        while (buffer_.size() < count && fill()) {
        }
        auto bytes = buffer_.substr(0, count);
        buffer_.erase(0, count);
        return bytes;
    }
    // Returns true if the server has closed the connection. Does not wait.
    bool is_closed() {
        char byte;
        auto const count = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return count == 0 || (count < 0 && errno != EAGAIN);
    }
    bool closes(std::chrono::milliseconds limit = patience) { return !fill(limit) && ended_; }
    bool broken() const { return broken_; }
    std::string& buffer() { return buffer_; }

    // Reads one answer with a Content-Length.
    Answered read_answer(bool to_head = false) {
        Answered answered;
        if (!read_until("\r\n\r\n")) return answered;
        answered.head = take(buffer_.find("\r\n\r\n") + 4);
        answered.status = std::atoi(answered.head.substr(9, 3).c_str());
        auto const at = answered.head.find("Content-Length: ");
        if (at != std::string::npos && !to_head) answered.body = take(std::stoul(answered.head.substr(at + 16)));
        return answered;
    }
    Answered ask(std::string_view bytes) {
        send(bytes);
        return read_answer();
    }

private:
    base::Fd fd_;
    bool connected_ = false;
    bool ended_ = false;
    bool broken_ = false;
    std::string buffer_;
};

inline std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

// Waits until the condition is true. Returns false after `patience`.
template <class Condition> bool eventually(Condition condition) {
    for (auto const end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return condition();
}

// Answers with the request: "METHOD path?query [body]".
inline void tell_back(Request request, Answer answer) {
    Response response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.path + "?" + request.query + " [" + request.body + "]";
    answer(std::move(response));
}

} // namespace stepwell::net
