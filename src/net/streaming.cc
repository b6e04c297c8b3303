// Streaming the body of a response from a Source.
#include "net/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

namespace stepwell::net {

namespace {
constexpr std::string_view last_chunk = "0\r\n\r\n";

asio::const_buffer buffer_of(std::string_view text) { return {text.data(), text.size()}; }
} // namespace

// Returns true for an event stream, which ends only with the server, so that a stopping server ends it. Any other body
// ends by itself, and the server waits for it.
bool Connection::is_endless(Response const& response) const {
    return base::starts_ignoring_case(response.content_type, "text/event-stream");
}

Task<bool> Connection::stream(Framing framing) {
    auto reader = std::make_shared<SourceReader>(loop_, std::move(answer_->source));
    auto const head = write_head(*answer_, framing, loop_.date());
    endless_ = is_endless(*answer_);
    answer_.reset();
    if (!co_await send({{buffer_of(head)}})) co_return false;
    if (framing.body == Framing::Body::none || parser_->is_head_method()) co_return true;
    if (loop_.stopping() && endless_) reader->interrupt();
    reader_ = reader.get();
    gone_ = false;
    watch_peer();
    bool const whole = co_await write_pieces(*reader, framing.body == Framing::Body::chunked);
    reader_ = nullptr;
    ErrorCode ignored;
    if (whole)
        socket_.cancel(ignored); // stops watch_peer()
    else
        break_off();
    co_return whole;
}

// Returns true if the body was complete.
Task<bool> Connection::write_pieces(SourceReader& reader, bool chunked) {
    using Outcome = SourceReader::Outcome;
    for (;;) {
        auto const outcome = co_await reader.next();
        if (outcome == Outcome::piece) {
            auto const& piece = reader.piece();
            if (piece.empty()) continue;
            auto const size = fmt::format("{:x}\r\n", piece.size());
            Output output{{buffer_of(piece)}};
            if (chunked) output = {{buffer_of(size), buffer_of(piece), buffer_of("\r\n")}};
            if (!co_await send(output)) co_return false;
            continue;
        }
        bool const ended = outcome == Outcome::end || (outcome == Outcome::interrupted && endless_ && loop_.stopping());
        if (!ended || gone_ || cut_) co_return false;
        if (loop_.stopping()) keep_alive_ = false;
        co_return !chunked || co_await send({{buffer_of(last_chunk)}});
    }
}

void Connection::watch_peer() {
    socket_.async_wait(Socket::wait_read, [self = weak_from_this()](ErrorCode error) {
        auto connection = self.lock();
        if (!error && connection && connection->reader_) connection->peer_may_have_gone();
    });
}

void Connection::peer_may_have_gone() {
    char byte;
    auto const count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count > 0) return; // already the next request; it is read after this response
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return watch_peer();
    gone_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);
    reader_->interrupt();
}

} // namespace stepwell::net
