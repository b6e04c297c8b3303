// Parses bytes into one request, without a socket. Stricter than Beast's parser: refuses everything that two servers in
// a row could interpret differently.
#pragma once
#include "net/server.h"

#include <boost/beast/http/basic_parser.hpp>

namespace stepwell::net {

struct Refusal {
    int status = 0;
    std::string message;
};

class RequestParser final : private boost::beast::http::basic_parser<true> {
public:
    enum class Stage { waiting, head, body, done, refused }; // waiting: no byte received yet

    explicit RequestParser(Limits const& limits);

    // Consumes bytes and returns their count. Present the rest again: together with more bytes, or to the next parser
    // if the stage is done. Buffers only the body.
    std::size_t feed(std::string_view bytes);
    Stage stage() const { return stage_; }
    Refusal const& refusal() const { return refusal_; } // valid if the stage is refused

    // The following are valid from the stage body on.
    bool http_1_1() const { return version_ == 11; }
    bool wants_keep_alive() const { return keep_alive(); }
    bool is_head_method() const { return is_head_; }
    bool expects_continue() const { return expects_continue_; }
    std::uint64_t body_length() const { return content_length().value_or(0); } // Content-Length; 0 if chunked
    Request& request() { return request_; }

    std::size_t head_bytes() const { return head_bytes_; } // received so far

private:
    using string_view = boost::beast::string_view;
    using error_code = boost::beast::error_code;

    void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                         error_code& ec) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(boost::beast::http::field, string_view name, string_view value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view bytes, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override;
    void on_finish_impl(error_code&) override {}

    std::size_t feed_head(std::string_view bytes);
    std::size_t feed_body(std::string_view bytes);
    std::size_t advance(std::string_view bytes);
    void refuse(int status, std::string message, error_code& ec);
    void refuse_by(error_code const& reason);
    void refuse_by(error_code const& reason, error_code& ec);
    bool is_folded(string_view name, string_view value) const;
    void check_framing(std::string_view name, std::string_view value, error_code& ec);
    void check_target_and_host(error_code& ec);

    Limits const& limits_;
    Stage stage_ = Stage::waiting;
    Refusal refusal_;
    Request request_;
    std::string target_;
    std::string_view input_; // the bytes being parsed
    std::size_t head_bytes_ = 0;
    int version_ = 0;
    std::size_t headers_ = 0;
    int hosts_ = 0;
    int lengths_ = 0;
    bool encoded_ = false;
    bool is_head_ = false;
    bool expects_continue_ = false;
};

} // namespace stepwell::net
