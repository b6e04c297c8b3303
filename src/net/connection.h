// One HTTP connection: reads a request, hands it to the handler, writes the answer, and again.
#pragma once
#include "net/loop.h"
#include "net/request_parser.h"
#include "net/response_head.h"
#include "net/source_reader.h"

#include <boost/asio/buffer.hpp>

namespace stepwell::net {

// The answer to clients for which there is no connection left.
inline constexpr std::string_view too_many_connections =
    "The server has as many connections as it can. Try again soon.";

class Connection final : public Party,
                         public ConnectionTable::Member,
                         public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, Socket socket, std::string peer, std::unique_ptr<ConnectionTable::Place> place);

    // To be spawned with a shared_ptr of it kept until the end.
    Task<void> run();

    void on_deadline() override;
    void begin_shutdown() override;
    void cut() override;
    void evict() noexcept override;

private:
    // Up to three pieces of an answer, written with one system call where the kernel takes them.
    struct Output {
        std::array<asio::const_buffer, 3> pieces;
        bool take(std::size_t bytes); // off the front; true when nothing is left
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
    ScopedAmount received_;        // in part, while the connection is anonymous
    ScopedAmount body_;            // of the request, until it is answered, if it is not small
    ScopedAmount body_of_network_; // the same
    ScopedAmount unread_;          // bytes of the answer that waits to be read, if it is neither small nor shared
    ScopedAmount unread_of_network_;
    AsyncEvent bell_;
    std::optional<RequestParser> parser_;
    std::string rest_; // bytes received and not yet taken by a parser; mostly empty
    std::optional<Response> answer_;
    std::optional<Request> upgrade_; // the request, when it asks to upgrade
    SourceReader* reader_ = nullptr; // of the source being streamed
    SteadyClock::time_point body_end_{}; // when the body must be complete
    std::size_t progress_ = 0;           // bytes of the body since its deadline was set
    bool body_allowed_ = false;          // by the BodyCheck
    bool keep_alive_ = true;
    bool first_ = true;    // no request was answered yet
    bool waiting_ = false; // for the first byte of a request
    bool endless_ = false; // what is streamed never ends by itself
    bool late_ = false;
    bool gone_ = false; // the peer closed while we streamed
    bool cut_ = false;
};

} // namespace stepwell::net
