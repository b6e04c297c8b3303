#include "api/application.h"

#include "api/access.h"
#include "api/errors.h"
#include "api/identify.h"
#include "api/missing_features.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "store/documents.h"

#include <boost/json.hpp>

namespace stepwell::api {

using base::Error;
using base::Kind;

// The row and the parameters of a request, before its caller is identified.
struct Application::Target {
    std::string space; // as in the path; empty if the path does not name a space
    std::vector<std::string> segments;
    Routes::Match match;
    bool in_api = true;
};

namespace {

std::vector<std::string> decoded_segments(std::string_view path) {
    std::vector<std::string> segments;
    for (auto raw : base::split(path, '/')) {
        if (raw.empty()) continue; // skips doubled and trailing slashes
        auto segment = base::decode_percent(raw, false);
        if (!segment) throw Error(Kind::invalid, "The path of the request is invalid.");
        if (segment->find('\0') != std::string::npos || !base::is_utf8(*segment))
            throw Error(Kind::not_found, "The resource was not found: the path is not valid UTF-8.");
        segments.push_back(std::move(*segment));
    }
    return segments;
}

bool is_space_id(std::string_view segment) {
    return base::starts_ignoring_case(segment, "Spaces-") && base::number_of(segment) > 0;
}

// Old clients cannot send every method; a header names the intended one.
void override_method(net::Request& request) {
    auto meant = request.headers["X-HTTP-Method-Override"];
    if (request.method != "POST" || meant.empty()) return;
    for (auto allowed : {"PUT", "DELETE"})
        if (base::equal_ignoring_case(meant, allowed)) request.method = allowed;
}

// Adds headers with which browsers neither guess the type of an answer nor run or frame it, whatever a script printed.
// An answer that is a page sets a policy of its own.
net::Response guarded(net::Response response) {
    if (response.conversation) return response;
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (response.headers["Content-Security-Policy"].empty())
        response.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    return response;
}

// Checks the type of the body, so that handlers do not receive other JSON and routes without a body do not ignore one.
void check_kind_of_body(Call& call, Route const& route) {
    if (route.method == "GET" || base::trim(call.request.body).empty()) return;
    auto const& body = call.body();
    if (route.body_is_list ? body.is_array() : body.is_object()) return;
    base::reject("", route.body_is_list ? "The body must be a JSON list." : "The body must be a JSON object.");
}

bool is_method_of_clients(std::string_view method) {
    return method == "GET" || method == "POST" || method == "PUT" || method == "DELETE";
}

std::optional<net::Response> find_no_route(Routes::Match const& match, std::vector<std::string> const& segments,
                                           net::Request const& request) {
    if (match.route) return {};
    auto const feature = missing_feature(segments);
    if (!feature.empty() && is_method_of_clients(request.method)) return answer_missing(request.path, feature);
    if (match.allowed.empty()) return answer_no_route(request.path);
    return answer_wrong_method(request.method, match.allowed);
}

} // namespace

Application::Application(House house) : house_(house) { add_all_routes(routes_); }

// /api/Spaces-1/x, /api/spaces/default/x and /api/x are equivalent: the segments after the space select the row.
Application::Target Application::locate(net::Request const& request) const {
    Target target;
    auto all = decoded_segments(request.path);
    if (all.empty() || !base::equal_ignoring_case(all[0], "api")) {
        target.in_api = false;
        target.segments = std::move(all);
        target.segments.insert(target.segments.begin(), "~");
    } else {
        all.erase(all.begin());
        bool plain = all.size() > 2 && base::equal_ignoring_case(all[0], "spaces") && !routes_.knows(all);
        if (!all.empty() && is_space_id(all[0])) {
            target.space = all[0];
            all.erase(all.begin());
            if (all.empty()) all.emplace_back("~space");
        } else if (plain) {
            target.space = all[1];
            all.erase(all.begin(), all.begin() + 2);
        }
        target.segments = std::move(all);
    }
    target.match = routes_.find(request.method, target.segments);
    return target;
}

// Throws Error if the caller may not make the request.
void Application::admit(Call& call, Target const& target, Body body) const {
    call.route = target.match.route;
    call.path = target.match.path;
    call.space_given = !target.space.empty();
    house_.store.read_at_once([&](store::Session& session) {
        identify(call, session);
        require_known(call, call.route->permission);
        if (target.in_api) call.space_id = find_space(call, session, target.space);
    });
    authorize(call, body);
}

net::Response Application::respond(Target const& target, net::Request const& request) const {
    std::optional<Call> call; // created here, because parsing the query may throw
    net::Response response;
    try {
        if (auto refusal = find_no_route(target.match, target.segments, request)) return std::move(*refusal);
        call.emplace(house_, request);
        admit(*call, target, Body::here);
        check_kind_of_body(*call, *target.match.route);
        response = target.match.route->handle(*call);
    } catch (...) {
        response = answer_exception(std::current_exception());
    }
    response.caller_is_known = call && call->caller.known;
    return response;
}

std::optional<net::Response> Application::check_body(net::Request const& head) const {
    try {
        auto request = head;
        override_method(request);
        auto const target = locate(request);
        if (auto refusal = find_no_route(target.match, target.segments, request)) return guarded(std::move(*refusal));
        Call call(house_, request);
        admit(call, target, Body::still_to_come);
        if (call.caller.known) return {};
        throw Error(Kind::too_large, "The body of the request is too large. Sign in to send bodies of this size.");
    } catch (...) {
        return guarded(answer_exception(std::current_exception()));
    }
}

// A parsed body needs many times its size.
base::WorkQueue& Application::threads_for(Cost cost, net::Request const& request) const {
    constexpr std::size_t max_body_of_workers = 256 << 10;
    if (cost == Cost::health) return house_.health;
    return cost == Cost::large || request.body.size() > max_body_of_workers ? house_.large : house_.workers;
}

void Application::handle(net::Request request, net::Answer answer) {
    override_method(request);
    answer = [answer = std::move(answer)](net::Response response) { answer(guarded(std::move(response))); };
    Target target;
    try {
        target = locate(request);
    } catch (...) {
        return answer(answer_exception(std::current_exception()));
    }
    if (!target.match.route || target.match.route->cost == Cost::read) return answer(respond(target, request));
    auto shared = std::make_shared<std::pair<Target, net::Request>>(std::move(target), std::move(request));
    auto& threads = threads_for(shared->first.match.route->cost, shared->second);
    bool const is_large = &threads == &house_.large;
    bool taken = threads.try_post([this, shared, answer, is_large]() mutable {
        answer(respond(shared->first, shared->second));
        if (!is_large) return base::return_free_memory();
        shared.reset();
        base::return_all_free_memory();
    });
    if (!taken) answer(answer_error(Error(Kind::unavailable, "The request queue is full. Try again.")));
}

} // namespace stepwell::api
