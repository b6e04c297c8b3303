#include "net/request_parser.h"

#include "net/target.h"

#include <algorithm>
#include <functional>

namespace stepwell::net {

namespace http = boost::beast::http;

namespace {
// Size of the shortest end of a chunked body: the last chunk and an empty trailer.
constexpr std::size_t shortest_chunked_rest = std::string_view("0\r\n\r\n").size();

std::string_view plain(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool has_bare_line_end(std::string_view text) {
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        if (at == 0 || text[at - 1] != '\r') return true;
    return false;
}
} // namespace

RequestParser::RequestParser(Limits const& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
}

std::size_t RequestParser::feed(std::string_view bytes) {
    if (bytes.empty() || stage_ == Stage::done || stage_ == Stage::refused) return 0;
    std::size_t const of_head = stage_ == Stage::body ? 0 : feed_head(bytes);
    return of_head + (stage_ == Stage::body ? feed_body(bytes.substr(of_head)) : 0);
}

std::size_t RequestParser::feed_head(std::string_view bytes) {
    stage_ = Stage::head;
    auto const taken = advance(bytes);
    if (stage_ == Stage::refused) return taken;
    // Beast parses line by line and limits only the rest, so the size of a slow head is added up here.
    head_bytes_ += taken;
    auto const left = is_header_done() ? std::string_view() : bytes.substr(taken);
    if (head_bytes_ + left.size() > limits_.header_bytes)
        refuse_by(http::error::header_limit);
    else if (is_header_done())
        stage_ = is_done() ? Stage::done : Stage::body;
    else if (has_bare_line_end(left))
        refuse_by(http::error::bad_line_ending); // Beast would wait for more bytes
    return taken;
}

std::size_t RequestParser::feed_body(std::string_view bytes) {
    // With fewer bytes, Beast asserts on an empty body that arrives byte by byte.
    if (bytes.size() < (chunked() ? shortest_chunked_rest : 1)) return 0;
    eager(true);
    auto const taken = advance(bytes);
    if (stage_ == Stage::refused) return taken;
    if (is_done()) stage_ = Stage::done;
    // Between chunks, Beast needs whole lines and the whole trailer, of any length.
    else if (bytes.size() - taken >= limits_.header_bytes)
        refuse_by(http::error::header_limit);
    return taken;
}

std::size_t RequestParser::advance(std::string_view bytes) {
    input_ = bytes;
    error_code ec;
    auto const taken = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec && ec != http::error::need_more) refuse_by(ec);
    return taken;
}

void RequestParser::refuse(int status, std::string message, error_code& ec) {
    ec = http::error::bad_value;
    stage_ = Stage::refused;
    if (refusal_.status == 0) refusal_ = {status, std::move(message)};
}

void RequestParser::refuse_by(error_code const& reason) {
    error_code ignored;
    refuse_by(reason, ignored);
}

void RequestParser::refuse_by(error_code const& reason, error_code& ec) {
    if (reason == http::error::header_limit) return refuse(431, "The header of the request is too large.", ec);
    if (reason == http::error::body_limit) return refuse(413, "The body of the request is too large.", ec);
    if (reason == http::error::bad_version) return refuse(505, "Only HTTP/1.0 and HTTP/1.1 are supported.", ec);
    refuse(400, "The request is malformed: " + reason.message() + ".", ec);
}

void RequestParser::on_request_impl(http::verb verb, string_view method, string_view target, int version, error_code&) {
    request_.method = plain(method);
    target_ = plain(target);
    version_ = version;
    is_head_ = verb == http::verb::head;
}

void RequestParser::on_field_impl(http::field, string_view name, string_view value, error_code& ec) {
    if (is_header_done()) return; // a trailer must not become a header
    if (++headers_ > limits_.headers) return refuse_by(http::error::header_limit, ec);
    if (!value.empty() && is_folded(name, value))
        return refuse(400, "A header must not continue on a second line.", ec);
    check_framing(plain(name), plain(value), ec);
    if (!ec) request_.headers.add(std::string(name), std::string(value));
}

// Folding is obsolete, and servers interpret it differently. Beast unfolds: a value of several lines is not in the
// input, and a value that starts on a later line is preceded by a line end.
bool RequestParser::is_folded(string_view name, string_view value) const {
    std::less<> const before;
    auto const* const end = input_.data() + input_.size();
    if (before(value.data(), input_.data()) || !before(value.data(), end)) return true;
    return std::find(name.data() + name.size(), value.data(), '\n') != value.data();
}

void RequestParser::check_framing(std::string_view name, std::string_view value, error_code& ec) {
    if (base::equal_ignoring_case(name, "Host")) {
        if (++hosts_ > 1)
            refuse(400, "There must be only one Host header.", ec);
        else if (!is_authority(value))
            refuse(400, "The Host header is malformed.", ec);
    } else if (base::equal_ignoring_case(name, "Content-Length")) {
        if (++lengths_ > 1)
            refuse(400, "There must be only one Content-Length header.", ec);
        else if (!std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
            refuse(400, "The Content-Length header is malformed.", ec);
    } else if (base::equal_ignoring_case(name, "Transfer-Encoding")) {
        if (encoded_ || version_ < 11)
            refuse(400, "Transfer-Encoding must appear once, and only with HTTP/1.1.", ec);
        else if (!base::equal_ignoring_case(value, "chunked"))
            refuse(501, "Only the Transfer-Encoding chunked is supported.", ec);
        encoded_ = true;
    } else if (base::equal_ignoring_case(name, "Expect")) {
        if (!base::equal_ignoring_case(value, "100-continue"))
            refuse(417, "The only supported value of Expect is 100-continue.", ec);
        expects_continue_ = version_ == 11;
    }
    if (!ec && encoded_ && lengths_ > 0)
        refuse(400, "Content-Length and Transfer-Encoding must not both be present.", ec);
}

void RequestParser::on_header_impl(error_code& ec) { check_target_and_host(ec); }

void RequestParser::check_target_and_host(error_code& ec) {
    if (version_ == 11 && hosts_ == 0) return refuse(400, "The Host header is missing.", ec);
    auto const target = split_target(request_.method, target_);
    if (!target) return refuse(400, "The target of the request is malformed.", ec);
    request_.path = target->path;
    request_.query = target->query;
    // RFC 9112, 3.2.2: the absolute form takes precedence over the header.
    if (!target->authority.empty()) request_.headers.set("Host", std::string(target->authority));
}

std::size_t RequestParser::on_body_impl(string_view bytes, error_code&) {
    auto& body = request_.body;
    if (auto const needed = body.size() + bytes.size(); needed > body.capacity()) {
        // Reserves at most as much again as was received, so that a declared length costs no memory.
        auto const most = chunked() ? limits_.body_bytes : std::size_t(body_length());
        std::string larger; // reserve() on a nonempty string takes twice its size
        larger.reserve(std::max(needed, std::min(2 * body.capacity(), most)));
        body = std::move(larger.append(body));
    }
    body.append(bytes.data(), bytes.size());
    return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) {
    return on_body_impl(bytes, ec);
}

} // namespace stepwell::net
