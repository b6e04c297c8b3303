// One HTTP connection: reads a request, passes it to the handler, writes the response, and repeats.
#pragma once
#include "net/loop.h"
#include "net/request_parser.h"
#include "net/response_head.h"
#include "net/source_reader.h"

#include <boost/asio/buffer.hpp>

namespace stepwell::net {

// The response to a client if the connection limit is reached.
inline constexpr std::string_view too_many_connections = "The server has reached its connection limit. Try again soon.";

class Connection final : public Party, public ConnectionTable::Member, public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, Socket socket, std::string peer, std::unique_ptr<ConnectionTable::Place> place);

    // Runs until the connection ends. The caller must keep a shared_ptr to the connection until then.
    Task<void> run();

    void on_deadline() override;
    void begin_shutdown() override;
    void cut() override;
    void evict() noexcept override;

private:
    // Up to three buffers of a response, written with one system call where the kernel accepts them.
    struct Output {
        std::array<asio::const_buffer, 3> pieces;
        bool take(std::size_t bytes); // removes bytes from the front; returns true if nothing is left
    };

    Task<bool> receive();
    Task<std::string_view> more();
    void digest(std::string_view fresh);
    std::optional<Response> find_refusal();
    std::optional<Response> check_body();
    void count_received();
    void set_read_deadline(RequestParser::Stage stage);
    void set_body_deadline();
    Task<bool> refuse(Response response);

    Task<bool> ask();
    void receive_answer(std::optional<Response> answer);

    void settle_caller();
    void settle_size();
    Task<bool> reply();
    Framing framing_of(Response const& response) const;
    Task<bool> stream(Framing framing);
    Task<bool> write_pieces(SourceReader& reader, bool chunked);
    void watch_peer();
    void peer_may_have_gone();
    bool is_endless(Response const& response) const;
    Task<bool> upgrade();

    std::optional<bool> write_now(Output& output);
    Task<bool> write_rest(Output output);
    Task<bool> send(Output output);
    bool interrupted() const { return late_ || cut_; }
    Task<void> linger();
    void break_off();

    Loop& loop_;
    Socket socket_;
    std::string peer_;
    std::unique_ptr<ConnectionTable::Place> place_;
    ScopedAmount received_;        // incomplete request bytes while the connection is anonymous
    ScopedAmount body_;            // the request body until it is answered, unless small
    ScopedAmount body_of_network_; // the same, per network
    ScopedAmount unread_;          // response bytes not yet read by the client, unless small or shared
    ScopedAmount unread_of_network_;
    AsyncEvent bell_;
    std::optional<RequestParser> parser_;
    std::string rest_; // bytes received but not yet parsed; usually empty
    std::optional<Response> answer_;
    std::optional<Request> upgrade_;     // the request, if it asks for an upgrade
    SourceReader* reader_ = nullptr;     // reads the source that is being streamed
    SteadyClock::time_point body_end_{}; // when the body must be complete
    std::size_t progress_ = 0;           // body bytes received since its deadline was set
    bool body_allowed_ = false;          // accepted by the BodyCheck
    bool keep_alive_ = true;
    bool first_ = true;    // no request was answered yet
    bool waiting_ = false; // for the first byte of a request
    bool endless_ = false; // the current stream never ends by itself
    bool late_ = false;
    bool gone_ = false; // the peer closed the connection during a stream
    bool cut_ = false;
};

} // namespace stepwell::net
