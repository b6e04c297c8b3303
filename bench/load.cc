// load PORT API-KEY BODY COUNT: requests COUNT runs, at most 8 at a time, and prints the seconds until all have ended.
// It uses little CPU time, so that the result is that of the server. BODY is the body of POST /api/Spaces-1/runbook-
// runs/create/v1.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int max_under_way = 8;

[[noreturn]] void give_up(std::string const& why) {
    std::fprintf(stderr, "load: %s\n", why.c_str());
    std::_Exit(1);
}

// One kept-alive connection with one request at a time.
class Connection {
public:
    Connection(int port, std::string key) : socket_(::socket(AF_INET, SOCK_STREAM, 0)), key_(std::move(key)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(std::uint16_t(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) give_up("no connection");
    }
    ~Connection() { ::close(socket_); }
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    std::string ask(std::string const& method, std::string const& path, std::string const& body) {
        auto text = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nX-Octopus-ApiKey: " + key_ +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        if (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size())) give_up("cannot send");
        std::string answer;
        for (std::size_t whole = 0; whole == 0 || answer.size() < whole;) {
            char part[16384];
            auto count = ::recv(socket_, part, sizeof part, 0);
            if (count <= 0) give_up("the server hung up");
            answer.append(part, std::size_t(count));
            whole = size_of(answer);
        }
        if (answer.compare(9, 1, "2") != 0) give_up(answer);
        return answer;
    }

private:
    // Size of the whole response; 0 while its head is incomplete.
    static std::size_t size_of(std::string const& answer) {
        auto head = answer.find("\r\n\r\n");
        auto length = answer.find("Content-Length: ");
        if (head == std::string::npos || length > head) return 0;
        return head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }

    int socket_;
    std::string key_;
};

// Number of tasks that have not ended.
int under_way(Connection& connection) {
    auto answer = connection.ask("GET", "/api/tasks?states=Queued,Executing,Cancelling&take=0", "");
    auto total = answer.find("\"TotalResults\":");
    if (total == std::string::npos) give_up(answer);
    return std::atoi(answer.c_str() + total + 15);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) give_up("load PORT API-KEY BODY COUNT");
    int port = std::atoi(argv[1]), count = std::atoi(argv[4]);
    std::counting_semaphore<max_under_way> window(max_under_way);
    std::atomic<int> asked = 0, answered = 0;
    auto before = std::chrono::steady_clock::now();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            Connection connection(port, argv[2]);
            for (;;) {
                window.acquire();
                if (asked++ >= count) return window.release();
                connection.ask("POST", "/api/Spaces-1/runbook-runs/create/v1", argv[3]);
                ++answered;
            }
        });
    Connection connection(port, argv[2]);
    for (int over = 0; over < count;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        // A task that was requested before this poll and is no longer active has ended.
        int known = answered, ended = known - under_way(connection);
        if (ended <= over) continue;
        window.release(ended - over);
        over = ended;
    }
    std::printf("%.4f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
    return 0;
}
