// Parses bytes into one response, without a socket.
#pragma once
#include "net/http.h"

#include <boost/beast/http/basic_parser.hpp>

namespace stepwell::net {

class ResponseParser final : private boost::beast::http::basic_parser<false> {
public:
    using Piece = std::function<bool(std::string_view)>;

    // `piece` receives the body of a 2xx response, which is then not stored in the response. Parsing stops if it
    // returns false.
    ResponseParser(bool to_head_method, Piece piece);

    // Returns the number of bytes consumed; present the rest again. Throws Error{unavailable} if the data is not HTTP.
    std::size_t feed(std::string_view bytes);
    // Call when the peer has closed the connection. Returns false if the response is incomplete.
    bool end();
    bool started() const { return got_some(); }
    bool head_done() const { return is_header_done(); }
    bool done() const { return is_done(); }
    bool stopped() const { return stopped_; }
    void stop() { stopped_ = true; }
    bool is_interim() const { return response_.status / 100 == 1; } // another response follows
    bool wants_keep_alive() const { return keep_alive(); }
    Response& response() { return response_; }

private:
    using string_view = boost::beast::string_view;
    using error_code = boost::beast::error_code;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int, error_code&) override {}
    void on_response_impl(int code, string_view, int, error_code&) override { response_.status = code; }
    void on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code&) override;
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view bytes, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override;
    void on_finish_impl(error_code&) override {}

    Piece piece_;
    Response response_;
    bool stopped_ = false;
};

} // namespace stepwell::net
