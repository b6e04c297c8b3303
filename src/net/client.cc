#include "net/client.h"

#include "base/error.h"
#include "net/client_socket.h"
#include "net/response_parser.h"

#include <array>
#include <fmt/format.h>

namespace stepwell::net {

namespace {

using base::Error;
using base::Kind;

constexpr auto head_time = std::chrono::seconds(60); // to the end of the head of a stream

bool may_be_sent_twice(std::string_view method) {
    for (std::string_view safe : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
        if (method == safe) return true;
    return false;
}

bool breaks_the_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

void check(std::string_view text) {
    if (breaks_the_line(text)) base::reject("request", "must not contain line breaks or NUL");
}

} // namespace

struct Client::State {
    std::string host;
    std::uint16_t port = 80;
    std::string authority; // as in the Host header
    std::optional<ClientSocket> socket;
    std::string rest; // received but not yet parsed

    struct Exchange {
        std::string request;
        bool is_head = false;
        bool twice = false; // may be sent twice
        ResponseParser::Piece piece;
        Deadline deadline; // for the head, and without `piece` for the body
        Waiting waiting = {};
    };

    std::string write(std::string const& method, std::string const& target, Headers const& headers,
                      std::string const& body) const;
    Response exchange(Exchange const& exchange);
    std::optional<Response> attempt(Exchange const& exchange, bool reused);
    bool read_answer(Exchange const& exchange, std::optional<ResponseParser>& parser);
    bool has_more(Exchange const& exchange, bool told);
    [[noreturn]] void break_off();
};

std::string Client::State::write(std::string const& method, std::string const& target, Headers const& headers,
                                 std::string const& body) const {
    check(method);
    check(target);
    auto text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", method, target, authority);
    for (auto const& [name, value] : headers) {
        check(name);
        check(value);
        text.append(name).append(": ").append(value).append("\r\n");
    }
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
        fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", body.size());
    return text.append("\r\n").append(body);
}

void Client::State::break_off() {
    throw Error(Kind::unavailable, fmt::format("{} closed the connection unexpectedly", authority));
}

Response Client::State::exchange(Exchange const& exchange) {
    try {
        if (socket && socket->is_stale()) socket.reset();
        bool const reused = socket.has_value();
        if (auto response = attempt(exchange, reused)) return std::move(*response);
        socket.reset();
        auto response = attempt(exchange, false);
        return std::move(*response);
    } catch (...) {
        socket.reset();
        throw;
    }
}

// Returns nullopt if a reused connection was closed and the request may be sent again.
std::optional<Response> Client::State::attempt(Exchange const& exchange, bool reused) {
    rest.clear();
    if (!socket) socket.emplace(host, port, exchange.deadline);
    std::optional<ResponseParser> parser;
    // The server may have answered even if not everything was sent: it closes early on a request that it refuses.
    socket->write(exchange.request, exchange.deadline);
    if (!read_answer(exchange, parser)) {
        if (reused && exchange.twice) return {};
        break_off();
    }
    if (parser->stopped() || !parser->wants_keep_alive() || !rest.empty()) socket.reset();
    return std::move(parser->response());
}

// Returns false if the connection was closed before the first byte. Throws if it was closed later, before the end.
bool Client::State::read_answer(Exchange const& exchange, std::optional<ResponseParser>& parser) {
    auto into = std::make_unique<std::array<char, 64 * 1024>>();
    parser.emplace(exchange.is_head, exchange.piece);
    bool any = false;
    for (;;) {
        rest.erase(0, parser->feed(rest));
        if (parser->done() && parser->is_interim()) {
            parser.emplace(exchange.is_head, exchange.piece);
            continue;
        }
        if (parser->done() || parser->stopped()) return true;
        bool const told = exchange.piece && parser->head_done() && parser->response().status / 100 == 2;
        if (!has_more(exchange, told)) {
            parser->stop();
            return true;
        }
        auto const count = socket->read(*into, told ? Deadline::max() : exchange.deadline);
        if (count == 0 && !any) return false;
        if (count == 0 && !parser->end()) break_off();
        any = true;
        rest.append(into->data(), count);
    }
}

// Waits for bytes. Returns false if a stream (its body is being passed on) must stop waiting.
bool Client::State::has_more(Exchange const& exchange, bool told) {
    using Waited = ClientSocket::Waited;
    auto const& [wake, idle] = exchange.waiting;
    auto deadline = exchange.deadline;
    if (told)
        deadline = idle == std::chrono::milliseconds::max() ? Deadline::max() : std::chrono::steady_clock::now() + idle;
    auto const waited = socket->wait_to_read(deadline, wake);
    if (told) return waited == Waited::ready;
    if (waited == Waited::woken) throw Error(Kind::unavailable, "the request was interrupted");
    return true; // read() reports the timeout
}

Client::Client(std::string const& address) : state_(std::make_unique<State>()) {
    constexpr std::string_view scheme = "http://";
    if (!base::starts_ignoring_case(address, scheme)) base::reject(address, "must be http://HOST[:PORT]");
    auto authority = address.substr(scheme.size());
    if (!authority.empty() && authority.back() == '/') authority.pop_back();
    auto host = authority;
    auto const colon = authority.rfind(':');
    if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
        auto const port = base::to_number(std::string_view(authority).substr(colon + 1));
        if (!port || *port < 1 || *port > 65535) base::reject(address, "must have a valid port");
        state_->port = static_cast<std::uint16_t>(*port);
        host = authority.substr(0, colon);
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find_first_of(":[]") != std::string::npos)
        base::reject(address, "must be http://HOST[:PORT]");
    if (host.empty() || host.find_first_of("/?#@\\ \r\n\t") != std::string::npos)
        base::reject(address, "must be http://HOST[:PORT]");
    state_->host = host;
    state_->authority = authority;
}

Client::~Client() = default;

Response Client::send(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                      std::chrono::milliseconds limit) {
    return state_->exchange({.request = state_->write(method, target, headers, body),
                             .is_head = method == "HEAD",
                             .twice = may_be_sent_twice(method),
                             .piece = {},
                             .deadline = std::chrono::steady_clock::now() + limit});
}

Response Client::stream(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                        std::function<bool(std::string_view)> piece, Waiting waiting) {
    return state_->exchange({.request = state_->write(method, target, headers, body),
                             .is_head = method == "HEAD",
                             .twice = may_be_sent_twice(method),
                             .piece = std::move(piece),
                             .deadline = std::chrono::steady_clock::now() + head_time,
                             .waiting = waiting});
}

} // namespace stepwell::net
