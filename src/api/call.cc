#include "api/call.h"

#include "base/error.h"

#include <boost/json.hpp>

namespace stepwell::api {

base::Json const& Call::body() {
    if (!body_) {
        bool none = base::trim(request.body).empty();
        body_ = std::make_shared<base::Json>(none ? base::Json(boost::json::object()) : base::parse_json(request.body));
    }
    return *body_;
}

std::optional<std::int64_t> Call::if_match() const {
    auto text = base::trim(request.headers["If-Match"]);
    if (text.empty() || text == "*") return std::nullopt;
    if (text.starts_with("W/")) text.remove_prefix(2);
    if (text.size() > 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    auto version = base::to_number(text);
    return version ? version : -1; // -1 matches no document
}

net::Response answer_json(int status, std::string json) {
    net::Response response;
    response.status = status;
    response.body = std::move(json);
    return response;
}

net::Response answer_text(int status, std::string text) {
    net::Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text);
    return response;
}

} // namespace stepwell::api
