#include "net/websocket.h"

#include "base/crypto.h"
#include "base/log.h"
#include "net/response_head.h"
#include "net/source_reader.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace stepwell::net {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

constexpr std::size_t longest_message = 64 * 1024;
constexpr auto handshake_time = std::chrono::seconds(10);
constexpr auto closing_time = std::chrono::seconds(5); // for the peer to send a close frame and to close

class Talk final : public Party, public std::enable_shared_from_this<Talk> {
public:
    Talk(Loop& loop, Socket socket, std::shared_ptr<Conversation> conversation)
        : loop_(loop), stream_(std::move(socket)), conversation_(std::move(conversation)),
          reader_(std::make_shared<SourceReader>(loop, conversation_)), bell_(loop.executor()) {}

    Task<void> run(beast::http::request<beast::http::empty_body> upgrade);

    void on_deadline() override { cut(); }
    void begin_shutdown() override { reader_->interrupt(); }
    void cut() override {
        ErrorCode ignored;
        stream_.next_layer().close(ignored);
        reader_->interrupt();
    }

private:
    Task<void> listen();
    Task<void> speak();
    void stop_listening(std::exception_ptr failure);
    bool tell(std::string message);

    Loop& loop_;
    websocket::stream<Socket, false> stream_;
    std::shared_ptr<Conversation> conversation_;
    std::shared_ptr<SourceReader> reader_;
    AsyncEvent bell_;
    bool listening_ = false;
    websocket::close_code reason_ = websocket::close_code::normal;
};

Task<void> Talk::run(beast::http::request<beast::http::empty_body> upgrade) {
    PartyRegistration const stay(loop_, *this);
    stream_.set_option(websocket::stream_base::timeout{handshake_time, 2 * loop_.limits().ping_time, true});
    stream_.read_message_max(longest_message);
    stream_.text(true);
    stream_.auto_fragment(false);
    // The read that receives the close frame ends only when the peer has closed.
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
        if (kind == websocket::frame_type::close) reader_->interrupt();
    });
    auto [error] = co_await stream_.async_accept(upgrade, use_outcome);
    if (error) co_return;
    listening_ = true;
    asio::co_spawn(loop_.executor(), listen(),
                   [self = shared_from_this()](std::exception_ptr failure) { self->stop_listening(failure); });
    if (loop_.stopping()) reader_->interrupt();
    co_await speak();
    reader_->finish();
    set_deadline(closing_time);
    if (stream_.is_open()) co_await stream_.async_close(reason_, use_outcome);
    while (listening_) co_await bell_.wait();
    ErrorCode ignored;
    stream_.next_layer().close(ignored);
}

void Talk::stop_listening(std::exception_ptr failure) {
    if (failure) reason_ = websocket::close_code::internal_error;
    listening_ = false;
    reader_->interrupt();
    bell_.ring();
}

// Reads until the peer closes or aborts, or this side stops.
Task<void> Talk::listen() {
    beast::flat_buffer buffer(longest_message);
    for (;;) {
        auto [error, count] = co_await stream_.async_read(buffer, use_outcome);
        if (error) co_return;
        if (!stream_.got_text()) {
            reason_ = websocket::close_code::unknown_data;
            co_return;
        }
        if (!tell({static_cast<char const*>(buffer.cdata().data()), buffer.size()})) co_return;
        buffer.consume(buffer.size());
    }
}

bool Talk::tell(std::string message) {
    try {
        conversation_->received(std::move(message));
        return true;
    } catch (std::exception const& error) {
        base::log_error("WebSocket: {}", error.what());
        reason_ = websocket::close_code::internal_error;
        return false;
    }
}

// Writes until the conversation ends for any reason.
Task<void> Talk::speak() {
    using Outcome = SourceReader::Outcome;
    for (;;) {
        auto const outcome = co_await reader_->next();
        if (outcome == Outcome::broken) reason_ = websocket::close_code::internal_error;
        if (outcome == Outcome::interrupted && loop_.stopping() && listening_)
            reason_ = websocket::close_code::going_away;
        if (outcome != Outcome::piece) co_return;
        auto const& piece = reader_->piece();
        if (piece.empty()) continue;
        set_deadline(loop_.limits().write_time);
        auto [error, count] = co_await stream_.async_write(asio::buffer(piece), use_outcome);
        clear_deadline();
        if (error) co_return;
    }
}

} // namespace

std::optional<Response> refuse_upgrade(Request const& request, bool http_1_1) {
    auto const& headers = request.headers;
    if (!http_1_1 || !names_token(headers["Upgrade"], "websocket") || !names_token(headers["Connection"], "upgrade")) {
        auto response = error_response(426, "This URL accepts only WebSocket requests.");
        response.headers.add("Upgrade", "websocket");
        return response;
    }
    if (headers["Sec-WebSocket-Version"] != "13") {
        auto response = error_response(426, "Only version 13 of WebSocket is supported.");
        response.headers.add("Sec-WebSocket-Version", "13");
        return response;
    }
    auto const key = base::from_base64(headers["Sec-WebSocket-Key"]);
    if (request.method != "GET" || !request.body.empty() || !key || key->size() != 16)
        return error_response(400, "The WebSocket upgrade is malformed.");
    return {};
}

Task<void> converse(Loop& loop, Socket socket, Request const& request, std::shared_ptr<Conversation> conversation) {
    beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, request.path, 11);
    for (auto const& [name, value] : request.headers) upgrade.insert(name, value);
    auto talk = std::make_shared<Talk>(loop, std::move(socket), std::move(conversation));
    try {
        co_await talk->run(std::move(upgrade));
    } catch (...) {
        talk->cut(); // the reading part must not outlive this
        throw;
    }
}

} // namespace stepwell::net
