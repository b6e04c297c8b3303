// Errors to HTTP, in the envelope that clients know.
#pragma once
#include "base/error.h"
#include "net/http.h"

namespace stepwell::api {

net::Response answer_error(base::Error const& error);
// For an exception of any kind; what is not our Error is logged and told as "internal".
net::Response answer_exception(std::exception_ptr exception);
net::Response answer_no_route(std::string_view path);
net::Response answer_wrong_method(std::string_view method, std::string const& allowed);

} // namespace stepwell::api
