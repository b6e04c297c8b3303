// Errors to HTTP, in the envelope that clients know.
#pragma once
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"

namespace stepwell::api {

// Of a 429 or 503 the server adds a Retry-After of its own (net/response_head.h).
net::Response answer_error(base::Error const& error);
// A 429 whose Retry-After is `wait`, in whole seconds.
net::Response answer_too_many(std::string_view message, base::Duration wait);
// For an exception of any kind; what is not our Error is logged and told as "internal".
net::Response answer_exception(std::exception_ptr exception);
net::Response answer_no_route(std::string_view path);
// A 404 whose sentence says that `feature`, in the plural, is not there yet: clients handle no other status better.
net::Response answer_missing(std::string_view path, std::string_view feature);
net::Response answer_wrong_method(std::string_view method, std::string const& allowed);

} // namespace stepwell::api
