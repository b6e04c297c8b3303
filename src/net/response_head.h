// Writing the head of a response.
#pragma once
#include "net/http.h"

namespace stepwell::net {

struct Framing {
    enum class Body { none, length, chunked, until_close };
    Body body = Body::length;
    std::size_t length = 0; // for Body::length
    bool http_1_1 = true;
    bool keep_alive = true;
};

// Returns true if content type and headers contain no bytes that would corrupt the head.
bool has_writable_head(Response const& response);
// `date` is the result of http_date(). Each 429 and 503 has a Retry-After: the response's own, or the default.
std::string write_head(Response const& response, Framing const& framing, std::string_view date);
// Formats a date as Sun, 06 Nov 1994 08:49:37 GMT.
std::string http_date(std::int64_t seconds_since_1970);
// Returns true if a comma-separated header value such as that of Connection contains `token`.
bool names_token(std::string_view list, std::string_view token);

} // namespace stepwell::net
