#include "client/client.h"

#include "base/error.h"
#include "base/id.h"
#include "client/pause.h"

#include <boost/json.hpp>

namespace stepwell::client {

using base::Error;
using base::Kind;

namespace {

constexpr int max_attempts = 6;
constexpr auto answer = "The answer of the server";

Kind kind_of(int status) {
    switch (status) {
    case 401: return Kind::unauthenticated;
    case 403: return Kind::forbidden;
    case 404: return Kind::not_found;
    case 405: return Kind::not_allowed;
    case 409: return Kind::conflict;
    case 413: return Kind::too_large;
    case 429: return Kind::too_many;
    case 502:
    case 503:
    case 504: return Kind::unavailable;
    default: return status < 500 ? Kind::invalid : Kind::internal;
    }
}

// Splits "Steps[0].Name: is required" into path, if it is one, and message.
base::Problem problem_of(std::string_view text) {
    auto const colon = text.find(": ");
    bool const has_path =
        colon != std::string_view::npos && colon > 0 && text.substr(0, colon).find(' ') == std::string_view::npos;
    if (!has_path) return {"", std::string(text)};
    return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 2))};
}

base::Problems problems_in(Json const& envelope, std::string const& message) {
    base::Problems problems;
    auto const errors = base::find_member(envelope, "Errors");
    if (!errors || !errors->is_array()) return problems;
    for (auto const& each : errors->get_array())
        if (each.is_string() && each.get_string() != message)
            problems.push_back(problem_of(std::string_view(each.get_string())));
    return problems;
}

// Returns nullopt if the body is not JSON: it comes from a proxy or another kind of server.
std::optional<Json> json_in(net::Response const& response) {
    if (!base::starts_ignoring_case(response.content_type, "application/json")) return std::nullopt;
    try {
        return base::parse_json(response.body);
    } catch (Error const&) {
        return std::nullopt;
    }
}

std::string segment(std::string const& word) { return base::encode_percent(word); }

} // namespace

void throw_if_refused(net::Response const& response) {
    if (response.status / 100 == 2) return;
    auto const envelope = json_in(response);
    auto message = envelope ? text_in(*envelope, "ErrorMessage") : std::string();
    if (message.empty())
        message = fmt::format("The server answered {} {}.", response.status, net::reason_phrase(response.status));
    auto problems = envelope ? problems_in(*envelope, message) : base::Problems();
    throw Error(kind_of(response.status), std::move(message), std::move(problems));
}

Client::Client(Access access) : access_(std::move(access)), http_(access_.server) {
    while (access_.server.ends_with('/')) access_.server.pop_back();
}

net::Headers Client::headers_with(net::Headers headers) const {
    headers.set("User-Agent", "stepwell");
    if (headers["Accept"].empty()) headers.set("Accept", "application/json");
    if (!access_.api_key.empty()) headers.set("X-Octopus-ApiKey", access_.api_key);
    return headers;
}

std::string Client::target_of(std::string const& path) {
    if (path.starts_with("/")) return path;
    if (prefix_.empty() && access_.space.empty()) prefix_ = "/api/";
    if (prefix_.empty()) {
        auto const spaces = get("/api/spaces/all");
        for (auto member : {"Id", "Name", "Slug"}) // a slug may be the name of another document
            for (auto const& space : spaces.as_array())
                if (prefix_.empty() && base::equal_ignoring_case(text_in(space, member), access_.space))
                    prefix_ = "/api/" + text_in(space, "Id") + "/";
        if (prefix_.empty()) throw Error(Kind::not_found, "There is no space '" + access_.space + "'.");
    }
    return prefix_ + path;
}

std::string Client::send(std::string const& method, std::string const& path, std::string body, net::Headers headers) {
    auto const target = target_of(path);
    if (!body.empty()) headers.set("Content-Type", "application/json");
    auto response = http_.send(method, target, headers_with(std::move(headers)), std::move(body));
    throw_if_refused(response);
    if (method != "GET" && access_.on_warning) report_warnings(response);
    return std::move(response.body);
}

void Client::report_warnings(net::Response const& response) const {
    auto const json = json_in(response);
    auto const warnings = json ? base::find_member(*json, "Warnings") : nullptr;
    if (!warnings || !warnings->is_array()) return;
    for (auto const& each : warnings->get_array())
        access_.on_warning({text_in(each, "Path"), text_in(each, "Message")});
}

Json Client::get(std::string const& path) { return base::parse_json(send("GET", path), answer); }

Json Client::post(std::string const& path, std::string body) {
    return base::parse_json(send("POST", path, std::move(body)), answer);
}

Json Client::post_once(std::string const& path, std::string const& body, Again const& again) {
    net::Headers headers;
    headers.set("Idempotency-Key", base::new_uuid());
    Pauses pauses;
    for (int tries = 1;; ++tries) {
        try {
            return base::parse_json(send("POST", path, body, headers), answer);
        } catch (Error const& error) {
            if (error.kind() != Kind::unavailable || tries == max_attempts) throw;
            auto const pause = pauses.next();
            again(error.message(), pause);
            wait_or_woken(pause, -1);
        }
    }
}

void Client::stream(std::string const& path, net::Headers headers, std::function<bool(std::string_view)> piece,
                    net::Waiting waiting) {
    auto const target = target_of(path);
    throw_if_refused(http_.stream("GET", target, headers_with(std::move(headers)), {}, std::move(piece), waiting));
}

std::string path_of(domain::Noun const& noun) {
    return (noun.scope == domain::Scope::system ? "/api/" : "") + std::string(noun.route);
}

bool has_names(domain::Noun const& noun) {
    auto name = noun.type->find("Name");
    if (!name) name = noun.type->find("Username");
    return name && (name->flags.has(schema::unique) || name->flags.has(schema::indexed));
}

std::string text_in(Json const& json, std::string_view member) {
    auto const value = base::find_member(json, member);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

namespace {

// Returns true if a document matches a filter such as "projectId=Projects-1".
bool fits(Json const& document, std::string const& filter) {
    for (auto part : base::split(filter, '&')) {
        auto const equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        if (!base::equal_ignoring_case(text_in(document, part.substr(0, equals)), part.substr(equals + 1)))
            return false;
    }
    return true;
}

// Returns the project in a filter; empty if there is none.
std::string project_in(std::string const& filter) {
    for (auto part : base::split(filter, '&'))
        if (base::starts_ignoring_case(part, "ProjectId=")) return std::string(part.substr(part.find('=') + 1));
    return {};
}

// Finds a document by id or slug. The response is not an object if `word` is the name of another route, such as "all".
// Documents of two projects may have the same slug.
std::optional<Json> find_by_id(Client& client, domain::Noun const& noun, std::string const& word,
                               std::string const& filter) {
    auto const project = noun.type->find("Slug") ? project_in(filter) : std::string();
    auto const owner = project.empty() ? std::string() : "projects/" + segment(project) + "/";
    try {
        auto found = client.get(owner + path_of(noun) + "/" + segment(word));
        if (!text_in(found, "Id").empty() && fits(found, filter)) return found;
    } catch (Error const& error) {
        if (error.kind() != Kind::not_found) throw;
    }
    return std::nullopt;
}

[[noreturn]] void throw_ambiguous(domain::Noun const& noun, std::string const& word, boost::json::array const& items) {
    std::vector<std::string> ids;
    for (auto const& item : items) ids.push_back(text_in(item, "Id"));
    throw Error(Kind::conflict, fmt::format("Several {} have the name '{}': {}. Use an id, or narrow the search.",
                                            domain::plural_of(domain::words_of(noun)), word, base::join(ids, ", ")));
}

} // namespace

Json find_named(Client& client, domain::Noun const& noun, std::string const& word, std::string const& filter) {
    if (word.empty()) base::reject(domain::words_of(noun), "must not be empty");
    bool const looks_like_id = base::starts_ignoring_case(word, std::string(noun.prefix) + "-");
    if (looks_like_id)
        if (auto found = find_by_id(client, noun, word, filter))
            if (base::equal_ignoring_case(text_in(*found, "Id"), word)) return std::move(*found);
    if (has_names(noun)) {
        // Lists omit archived documents, but a document named explicitly must be found.
        auto const all = noun.type->find("Archived") ? "&archived=true" : "";
        auto const page = client.get(path_of(noun) + "?take=10&name=" + base::encode_percent(word) + all +
                                     (filter.empty() ? "" : "&" + filter));
        auto const& items = page.at("Items").as_array();
        if (items.size() == 1) return items[0];
        if (items.size() > 1) throw_ambiguous(noun, word, items);
    }
    if (auto found = find_by_id(client, noun, word, filter)) return std::move(*found);
    throw Error(Kind::not_found, "There is no " + domain::words_of(noun) + " '" + word + "'.");
}

} // namespace stepwell::client
