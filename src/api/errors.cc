#include "api/errors.h"

#include "base/log.h"

#include <algorithm>
#include <chrono>

namespace stepwell::api {

using base::Error;
using base::Kind;

namespace {

int status_of(Kind kind) {
    switch (kind) {
    case Kind::invalid: return 400;
    case Kind::unauthenticated: return 401;
    case Kind::forbidden: return 403;
    case Kind::not_found: return 404;
    case Kind::not_allowed: return 405;
    case Kind::conflict: return 409;
    case Kind::too_large: return 413;
    case Kind::too_many: return 429;
    case Kind::unavailable: return 503;
    case Kind::internal: break;
    }
    return 500;
}

} // namespace

net::Response answer_error(base::Error const& error) {
    auto status = status_of(error.kind());
    if (status == 500) base::log_error("{}", error.message());
    auto message = status == 500 ? "The request failed because of an internal error. The server's log has the reason."
                                 : error.message();
    std::vector<std::string> problems;
    for (auto const& problem : error.problems()) problems.push_back(base::to_text(problem));
    return net::error_response(status, message, problems);
}

net::Response answer_too_many(std::string_view message, base::Duration wait) {
    auto response = answer_error(Error(Kind::too_many, std::string(message)));
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    response.headers.add("Retry-After", std::to_string(std::max<std::int64_t>(1, seconds)));
    return response;
}

net::Response answer_exception(std::exception_ptr exception) {
    try {
        std::rethrow_exception(exception);
    } catch (base::Error const& error) {
        return answer_error(error);
    } catch (std::exception const& error) {
        return answer_error(base::Error(Kind::internal, error.what()));
    }
}

net::Response answer_no_route(std::string_view path) {
    return answer_error(base::Error(Kind::not_found, "The resource '" + std::string(path) + "' was not found."));
}

net::Response answer_missing(std::string_view path, std::string_view feature) {
    return answer_error(base::Error(base::Kind::not_found, "The resource '" + std::string(path) + "' was not found: " +
                                                               std::string(feature) + " are not supported yet."));
}

net::Response answer_wrong_method(std::string_view method, std::string const& allowed) {
    auto response = answer_error(base::Error(
        Kind::not_allowed, std::string(method) + " is not allowed for this path. Allowed: " + allowed + "."));
    response.headers.add("Allow", allowed);
    return response;
}

} // namespace stepwell::api
