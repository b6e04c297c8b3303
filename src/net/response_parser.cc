#include "net/response_parser.h"

#include "base/error.h"

namespace stepwell::net {

namespace http = boost::beast::http;

ResponseParser::ResponseParser(bool to_head_method, Piece piece) : piece_(std::move(piece)) {
    header_limit(1024 * 1024);
    body_limit(boost::none);
    eager(true);
    skip(to_head_method);
    response_.content_type.clear();
}

std::size_t ResponseParser::feed(std::string_view bytes) {
    if (bytes.empty() || is_done()) return 0;
    error_code ec;
    auto const taken = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec && ec != http::error::need_more && !stopped_)
        throw base::Error(base::Kind::unavailable, "invalid HTTP response: " + ec.message());
    return taken;
}

bool ResponseParser::end() {
    if (!is_header_done()) return false;
    error_code ec;
    put_eof(ec);
    return !ec;
}

void ResponseParser::on_field_impl(http::field field, string_view name, string_view value, error_code&) {
    if (is_header_done()) return; // a trailer
    if (field == http::field::content_type) response_.content_type = value;
    response_.headers.add(std::string(name), std::string(value));
}

std::size_t ResponseParser::on_body_impl(string_view bytes, error_code& ec) {
    std::string_view const text(bytes.data(), bytes.size());
    if (!piece_ || response_.status / 100 != 2) {
        response_.body.append(text);
    } else if (!piece_(text)) {
        stopped_ = true;
        ec = http::error::end_of_stream;
    }
    return bytes.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) {
    return on_body_impl(bytes, ec);
}

} // namespace stepwell::net
