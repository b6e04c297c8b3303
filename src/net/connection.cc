#include "net/connection.h"

#include "base/log.h"
#include "net/websocket.h"

namespace stepwell::net {

namespace {
constexpr auto linger_time = std::chrono::seconds(2);
constexpr std::size_t small_body = 128 * 1024; // is never refused for what others hold
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

asio::const_buffer buffer_of(std::string_view text) { return {text.data(), text.size()}; }
} // namespace

Connection::Connection(Loop& loop, Socket socket, std::string peer, Counted connection, Counted without_request)
    : loop_(loop), socket_(std::move(socket)), peer_(std::move(peer)), connection_(std::move(connection)),
      without_request_(std::move(without_request)), body_(loop.shared().body_bytes), bell_(loop.executor()) {}

Task<void> Connection::run() {
    Stay const stay(loop_, *this);
    while (co_await receive() && co_await ask() && co_await reply() && keep_alive_) first_ = false;
    if (!interrupted() && socket_.is_open()) {
        ErrorCode ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        if (!rest_.empty()) co_await linger();
    }
}

void Connection::too_late() {
    late_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);
}

void Connection::wind_down() {
    ErrorCode ignored;
    if (waiting_) socket_.cancel(ignored);
    if (reader_ && endless_) reader_->interrupt();
}

void Connection::cut() {
    cut_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);
    if (reader_) reader_->interrupt();
    bell_.ring();
}

// True when the parser holds a whole request; false when the connection is to end, whatever had to be said is said.
Task<bool> Connection::receive() {
    using Stage = RequestParser::Stage;
    parser_.emplace(loop_.limits());
    body_.become(0);
    late_ = false;
    if (!rest_.empty()) digest({});
    bool welcomed = false;
    for (auto before = Stage::done;;) {
        auto const stage = parser_->stage();
        if (stage > Stage::head) without_request_.end();
        if (stage == Stage::done) break;
        if (holds_too_much())
            co_return co_await refuse(503, "The server has more to read than it can. Try again soon.");
        if (stage == Stage::refused) co_return co_await refuse(parser_->refusal().status, parser_->refusal().message);
        if (stage != before) set_read_deadline(before = stage);
        if (stage == Stage::body && parser_->expects_continue() && !std::exchange(welcomed, true) &&
            parser_->request().body.empty() && rest_.empty() && !co_await send({{buffer_of(continue_line)}}))
            co_return false;
        if (stage == Stage::waiting && loop_.stopping()) co_return false;
        waiting_ = stage == Stage::waiting;
        auto const fresh = co_await more();
        waiting_ = false;
        if (late_ && stage != Stage::waiting) co_return co_await refuse(408, "The request took too long to arrive.");
        if (fresh.empty()) co_return false;
        digest(fresh);
    }
    clear_deadline();
    co_return true;
}

void Connection::set_read_deadline(RequestParser::Stage stage) {
    auto const& limits = loop_.limits();
    if (stage == RequestParser::Stage::body)
        set_deadline(limits.body_time);
    else if (stage == RequestParser::Stage::waiting)
        set_deadline(first_ ? limits.header_time : limits.idle_time);
    else if (!first_)
        set_deadline(limits.header_time); // the first request's time runs from the connection
}

// What has come, in the loop's scratch; empty when nothing more will, or the deadline has passed.
Task<std::string_view> Connection::more() {
    for (;;) {
        auto [error] = co_await socket_.async_wait(Socket::wait_read, use_outcome);
        if (error || interrupted()) co_return std::string_view();
        auto const scratch = loop_.scratch();
        auto const count = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
        if (error == asio::error::would_block) continue;
        co_return error ? std::string_view() : std::string_view(scratch.data(), count);
    }
}

void Connection::digest(std::string_view fresh) {
    if (rest_.empty()) {
        auto const taken = parser_->feed(fresh);
        rest_.assign(fresh.substr(taken));
        return;
    }
    rest_.append(fresh);
    rest_.erase(0, parser_->feed(rest_));
    if (rest_.empty()) rest_ = {};
}

bool Connection::holds_too_much() {
    auto const held = parser_->request().body.capacity() + rest_.capacity();
    bool const grows = held > std::max(body_.size(), small_body);
    return body_.become(held) > loop_.limits().all_bodies_bytes && grows;
}

// Says why, and sees to it that the other side can read it although it may still be sending.
Task<bool> Connection::refuse(int status, std::string message) {
    late_ = false;
    keep_alive_ = false;
    parser_.emplace(loop_.limits()); // what was received is of no use any more
    rest_ = {};
    body_.become(0);
    auto const response = error_response(status, message);
    Framing const framing{.length = response.body.size(), .keep_alive = false};
    auto const head = write_head(response, framing, loop_.date());
    if (co_await send({{buffer_of(head), buffer_of(response.body)}})) {
        ErrorCode ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        co_await linger();
    }
    socket_.close();
    co_return false;
}

// Closing with bytes unread would reset the connection and take the answer from the other side.
Task<void> Connection::linger() {
    set_deadline(linger_time);
    while (!(co_await more()).empty()) {
    }
    clear_deadline();
}

// So that the other side cannot mistake a part for the whole.
void Connection::break_off() {
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

// False when the server would wait no longer for the answer.
Task<bool> Connection::ask() {
    keep_alive_ = parser_->wants_keep_alive();
    answer_.reset();
    auto& request = parser_->request();
    request.peer = peer_;
    upgrade_.reset();
    if (request.body.empty() && !request.headers["Upgrade"].empty()) upgrade_ = request;
    auto promise =
        std::make_shared<Promise<Response, Connection>>(loop_.mailbox(), weak_from_this(), &Connection::receive_answer);
    try {
        loop_.shared().handler(std::move(request), [promise = std::move(promise)](Response response) {
            promise->keep(std::move(response));
        });
    } catch (std::exception const& error) {
        base::log_error("request: {}", error.what()); // the promise, dropped, answers
    }
    while (!answer_ && !cut_) co_await bell_.wait();
    if (answer_ && cut_) discard(answer_);
    co_return !cut_;
}

void Connection::receive_answer(std::optional<Response> answer) {
    if (answer && !has_writable_head(*answer) && !answer->conversation) {
        base::log_error("an answer's header cannot be written");
        discard(answer);
        answer.reset();
    }
    answer_ = answer ? std::move(*answer) : error_response(500, "The request was not answered.");
    bell_.ring();
}

Framing Connection::framing_of(Response const& response) const {
    using Body = Framing::Body;
    Framing framing{.length = response.body.size(), .http_1_1 = parser_->http_1_1(), .keep_alive = keep_alive_};
    bool const bodiless = response.status == 204 || response.status == 304;
    if (bodiless)
        framing.body = Body::none;
    else if (response.source)
        framing.body = framing.http_1_1 ? Body::chunked : Body::until_close;
    if (loop_.stopping() || framing.body == Body::until_close) framing.keep_alive = false;
    if (framing.keep_alive && names_token(response.headers["Connection"], "close")) framing.keep_alive = false;
    return framing;
}

// True when another request may follow.
Task<bool> Connection::reply() {
    if (answer_->conversation && co_await upgrade()) co_return false;
    auto const framing = framing_of(*answer_);
    keep_alive_ = framing.keep_alive;
    if (answer_->source) co_return co_await stream(framing);
    auto const head = write_head(*answer_, framing, loop_.date());
    bool const with_body = framing.body == Framing::Body::length && !parser_->is_head_method();
    Output output{{buffer_of(head), buffer_of(with_body ? std::string_view(answer_->body) : std::string_view())}};
    auto const written = write_now(output);
    bool const good = written ? *written : co_await write_rest(output);
    answer_.reset();
    co_return good;
}

// True when the connection was a WebSocket, and is no more; false when that could not be, and answer_ says why.
Task<bool> Connection::upgrade() {
    auto conversation = std::move(answer_->conversation);
    auto refusal = refuse_upgrade(upgrade_.value_or(Request{}), parser_->http_1_1());
    if (!refusal && !rest_.empty()) refusal = error_response(400, "Frames were sent before the upgrade was answered.");
    if (refusal) {
        conversation->abandon();
        answer_ = std::move(*refusal);
        co_return false;
    }
    co_await converse(loop_, std::move(socket_), *upgrade_, std::move(conversation));
    co_return true;
}

bool Connection::Output::take(std::size_t bytes) {
    bool empty = true;
    for (auto& piece : pieces) {
        auto const part = std::min(bytes, piece.size());
        piece += part;
        bytes -= part;
        empty = empty && piece.size() == 0;
    }
    return empty;
}

// Nothing when the kernel takes no more for now; else whether all is written.
std::optional<bool> Connection::write_now(Output& output) {
    for (;;) {
        ErrorCode error;
        auto const count = socket_.write_some(output.pieces, error);
        if (error == asio::error::would_block) return {};
        if (error) return false;
        if (output.take(count)) return true;
    }
}

Task<bool> Connection::write_rest(Output output) {
    for (;;) {
        set_deadline(loop_.limits().write_time);
        auto [error] = co_await socket_.async_wait(Socket::wait_write, use_outcome);
        clear_deadline();
        if (error || interrupted()) co_return false;
        if (auto const written = write_now(output)) co_return *written;
    }
}

Task<bool> Connection::send(Output output) {
    if (auto const written = write_now(output)) co_return *written;
    co_return co_await write_rest(output);
}

} // namespace stepwell::net
