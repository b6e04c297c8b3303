// Answers to errors, as HTTP responses in the format that clients expect.
#pragma once
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"

namespace stepwell::api {

// The server adds a Retry-After header to a 429 or 503 that does not have one (net/response_head.h).
net::Response answer_error(base::Error const& error);
// Returns a 429 with `wait` as Retry-After, in whole seconds, at least 1.
net::Response answer_too_many(std::string_view message, base::Duration wait);
// Returns the answer to any exception. An exception other than base::Error is logged and answered as an internal error.
net::Response answer_exception(std::exception_ptr exception);
net::Response answer_no_route(std::string_view path);
// Returns a 404 with a sentence that `feature`, in the plural, is not supported yet. Clients handle other statuses
// worse.
net::Response answer_missing(std::string_view path, std::string_view feature);
net::Response answer_wrong_method(std::string_view method, std::string const& allowed);

} // namespace stepwell::api
