#include "net/connection.h"

#include "base/log.h"
#include "net/websocket.h"

namespace stepwell::net {

namespace {
constexpr auto linger_time = std::chrono::seconds(2);
constexpr std::size_t body_progress = 16 * 1024; // bytes
constexpr std::size_t small_answer = 64 * 1024;
constexpr std::size_t anonymous_read = 16 * 1024; // bytes per read; limits what is kept of data sent too early
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

using Wait = ConnectionTable::Place::Wait;

asio::const_buffer buffer_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view body_of(Response const& response) {
    return response.shared_body ? *response.shared_body : std::string_view(response.body);
}
} // namespace

Connection::Connection(Loop& loop, Socket socket, std::string peer, std::unique_ptr<ConnectionTable::Place> place)
    : loop_(loop), socket_(std::move(socket)), peer_(std::move(peer)), place_(std::move(place)),
      received_(loop.shared().anonymous_bytes), body_(loop.shared().body_bytes), body_of_network_(place_->body_bytes()),
      unread_(loop.shared().answer_bytes), unread_of_network_(place_->answer_bytes()), bell_(loop.executor()) {
    place_->set_member(*this);
}

Task<void> Connection::run() {
    PartyRegistration const stay(loop_, *this);
    if (place_->is_refused()) {
        co_await refuse(error_response(503, too_many_connections));
        co_return;
    }
    while (co_await receive() && co_await ask() && co_await reply() && keep_alive_) first_ = false;
    if (!interrupted() && socket_.is_open()) {
        ErrorCode ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        if (!rest_.empty()) co_await linger();
    }
}

void Connection::on_deadline() {
    late_ = true;
    ErrorCode ignored;
    socket_.cancel(ignored);
}

void Connection::begin_shutdown() {
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

void Connection::evict() noexcept {
    try {
        auto job = [self = weak_from_this()] {
            if (auto connection = self.lock()) connection->cut();
        };
        loop_.mailbox()->post(job);
    } catch (std::exception const& error) {
        base::log_error("connection: {}", error.what()); // it stays until its client or its deadline ends it
    }
}

// Returns true if the parser holds a complete request; false if the connection must end, after any response was sent.
Task<bool> Connection::receive() {
    using Stage = RequestParser::Stage;
    parser_.emplace(loop_.limits());
    body_.become(0);
    body_of_network_.become(0);
    body_allowed_ = false;
    late_ = false;
    place_->begin_wait(Wait::for_bytes);
    if (!rest_.empty()) digest({});
    bool welcomed = false;
    for (auto before = Stage::done;;) {
        auto const stage = parser_->stage();
        if (auto refusal = find_refusal()) co_return co_await refuse(std::move(*refusal));
        if (stage == Stage::done) break;
        // Only a connection of an anonymous client is closed for sending slowly.
        if (stage != Stage::waiting && place_->is_known() && !place_->end_wait()) co_return false;
        if (stage != before) set_read_deadline(before = stage);
        if (stage == Stage::body && parser_->expects_continue() && !std::exchange(welcomed, true) &&
            parser_->request().body.empty() && rest_.empty() && !co_await send({{buffer_of(continue_line)}}))
            co_return false;
        if (stage == Stage::waiting && loop_.stopping()) co_return false;
        waiting_ = stage == Stage::waiting;
        auto const fresh = co_await more();
        waiting_ = false;
        if (late_ && stage != Stage::waiting)
            co_return co_await refuse(error_response(408, "The request took too long to arrive."));
        if (fresh.empty()) co_return false;
        if (stage == Stage::body && (progress_ += fresh.size()) >= body_progress) set_body_deadline();
        digest(fresh);
    }
    clear_deadline();
    received_.become(0);
    co_return place_->end_wait();
}

void Connection::set_read_deadline(RequestParser::Stage stage) {
    auto const& limits = loop_.limits();
    if (stage == RequestParser::Stage::body) {
        body_end_ = SteadyClock::now() + limits.body_time;
        set_body_deadline();
    } else if (stage == RequestParser::Stage::waiting)
        set_deadline(first_ ? limits.header_time : limits.idle_time);
    else if (!first_)
        set_deadline(limits.header_time); // for the first request, the time starts at the connection
}

void Connection::set_body_deadline() {
    using std::chrono::milliseconds;
    progress_ = 0;
    auto const left = std::chrono::duration_cast<milliseconds>(body_end_ - SteadyClock::now());
    set_deadline(std::clamp(left, milliseconds(0), loop_.limits().body_progress_time));
}

// Returns received bytes in the loop's scratch buffer; empty at the end or after the deadline.
Task<std::string_view> Connection::more() {
    for (;;) {
        auto [error] = co_await socket_.async_wait(Socket::wait_read, use_outcome);
        if (error || interrupted()) co_return std::string_view();
        auto const all = loop_.scratch();
        auto const scratch = place_->is_known() ? all : all.first(std::min(all.size(), anonymous_read));
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

// Returns the response to a request that is not read completely; nullopt to continue reading.
std::optional<Response> Connection::find_refusal() {
    using Stage = RequestParser::Stage;
    auto const stage = parser_->stage();
    if (stage == Stage::refused) return error_response(parser_->refusal().status, parser_->refusal().message);
    if (stage == Stage::body || stage == Stage::done)
        if (auto refusal = check_body()) return refusal;
    if (stage == Stage::head || stage == Stage::body) count_received();
    return {};
}

std::optional<Response> Connection::check_body() {
    auto const& limits = loop_.limits();
    auto const held = parser_->request().body.capacity();
    if (std::max<std::uint64_t>(held, parser_->body_length()) <= limits.small_body_bytes) return {};
    if (!std::exchange(body_allowed_, true)) {
        auto& request = parser_->request();
        request.peer = peer_;
        if (auto const& check = loop_.shared().body_check) {
            if (auto refusal = check(request)) return refusal;
            place_->become_known();
        }
    }
    if (held <= limits.small_body_bytes || held <= body_.size()) return {};
    auto const of_network = body_of_network_.become(held), of_all = body_.become(held);
    if (of_all <= limits.all_bodies_bytes && of_network <= limits.bodies_of_network_bytes) return {};
    return error_response(503, "Too many large request bodies are being received. Try again.");
}

void Connection::count_received() {
    if (place_->is_known()) return void(received_.become(0));
    auto const held = parser_->head_bytes() + parser_->request().body.capacity() + rest_.capacity();
    bool const grows = held > received_.size();
    if (received_.become(held) > loop_.limits().anonymous_bytes && grows) loop_.shared().table.free_memory();
}

// Sends the response so that the peer can read it even if it is still sending.
Task<bool> Connection::refuse(Response response) {
    late_ = false;
    keep_alive_ = false;
    parser_.emplace(loop_.limits()); // discard what was received
    rest_ = {};
    received_.become(0);
    body_.become(0);
    body_of_network_.become(0);
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

// Closing with unread bytes would reset the connection, and the peer would lose the response.
Task<void> Connection::linger() {
    set_deadline(linger_time);
    while (!(co_await more()).empty()) {
    }
    clear_deadline();
}

// Resets the connection, so that the peer does not treat a partial body as complete.
void Connection::break_off() {
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

// Returns false if the server has stopped waiting for the response.
Task<bool> Connection::ask() {
    keep_alive_ = parser_->wants_keep_alive();
    answer_.reset();
    auto& request = parser_->request();
    request.peer = peer_;
    upgrade_.reset();
    if (request.body.empty() && !request.headers["Upgrade"].empty()) upgrade_ = request;
    // The response would show it too, but possibly much later if many requests arrive at a time.
    auto const& check = loop_.shared().body_check;
    if (first_ && place_->came_in_a_crowd() && !place_->is_known() && check && !check(request)) place_->become_known();
    auto promise =
        std::make_shared<Promise<Response, Connection>>(loop_.mailbox(), weak_from_this(), &Connection::receive_answer);
    try {
        loop_.shared().handler(std::move(request), [promise = std::move(promise)](Response response) {
            promise->keep(std::move(response));
        });
    } catch (std::exception const& error) {
        base::log_error("request: {}", error.what()); // the destroyed promise sends a 500
    }
    while (!answer_ && !cut_) co_await bell_.wait();
    if (answer_ && cut_) discard(answer_);
    co_return !cut_;
}

void Connection::receive_answer(std::optional<Response> answer) {
    if (answer && !has_writable_head(*answer) && !answer->conversation) {
        base::log_error("a response has an invalid header");
        discard(answer);
        answer.reset();
    }
    answer_ = answer ? std::move(*answer) : error_response(500, "The request was not answered.");
    bell_.ring();
}

Framing Connection::framing_of(Response const& response) const {
    using Body = Framing::Body;
    Framing framing{.length = body_of(response).size(), .http_1_1 = parser_->http_1_1(), .keep_alive = keep_alive_};
    bool const bodiless = response.status == 204 || response.status == 304;
    if (bodiless)
        framing.body = Body::none;
    else if (response.source)
        framing.body = framing.http_1_1 ? Body::chunked : Body::until_close;
    if (loop_.stopping() || framing.body == Body::until_close) framing.keep_alive = false;
    if (framing.keep_alive && names_token(response.headers["Connection"], "close")) framing.keep_alive = false;
    return framing;
}

// Moves a known caller's connection to the known ones, because a live view stays open for hours.
void Connection::settle_caller() {
    if (!answer_->caller_is_known || place_->become_known()) return;
    if (!answer_->conversation && !is_endless(*answer_)) return;
    discard(answer_);
    answer_ = error_response(503, too_many_connections);
}

void Connection::settle_size() {
    auto const size = answer_->body.size();
    if (size <= small_answer) return;
    auto const& limits = loop_.limits();
    auto const of_network = unread_of_network_.become(size), of_all = unread_.become(size);
    if (of_all <= limits.all_answers_bytes && of_network <= limits.answers_of_network_bytes) return;
    answer_ = error_response(503, "Too many large responses have not been read yet. Try again.");
}

// Returns true if another request may follow.
Task<bool> Connection::reply() {
    settle_caller();
    settle_size();
    if (answer_->conversation && co_await upgrade()) co_return false;
    auto const framing = framing_of(*answer_);
    keep_alive_ = framing.keep_alive;
    if (answer_->source) co_return co_await stream(framing);
    auto const head = write_head(*answer_, framing, loop_.date());
    bool const with_body = framing.body == Framing::Body::length && !parser_->is_head_method();
    Output output{{buffer_of(head), buffer_of(with_body ? body_of(*answer_) : std::string_view())}};
    auto const written = write_now(output);
    bool const good = written ? *written : co_await write_rest(output);
    answer_.reset();
    unread_.become(0);
    unread_of_network_.become(0);
    co_return good;
}

// Returns true if the connection was a WebSocket, which has ended; false if the upgrade failed and answer_ has the
// error.
Task<bool> Connection::upgrade() {
    auto conversation = std::move(answer_->conversation);
    auto refusal = refuse_upgrade(upgrade_.value_or(Request{}), parser_->http_1_1());
    if (!refusal && !rest_.empty())
        refusal = error_response(400, "WebSocket frames were sent before the upgrade was complete.");
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

// Returns nullopt if the kernel accepts no more bytes for now; otherwise whether everything was written.
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
    auto const& limits = loop_.limits();
    bool const known = place_->is_known();
    if (!known) place_->begin_wait(Wait::for_reader);
    for (;;) {
        set_deadline(known ? limits.write_time : limits.anonymous_write_time);
        auto [error] = co_await socket_.async_wait(Socket::wait_write, use_outcome);
        clear_deadline();
        if (error || interrupted()) co_return false;
        if (auto const written = write_now(output)) co_return place_->end_wait() && *written;
    }
}

Task<bool> Connection::send(Output output) {
    if (auto const written = write_now(output)) co_return *written;
    co_return co_await write_rest(output);
}

} // namespace stepwell::net
