#include "api/routes.h"

#include "base/error.h"
#include "base/text.h"
#include "domain/nouns.h"

#include <algorithm>

namespace stepwell::api {

namespace {

bool has_method(std::vector<Route const*> const& routes, std::string_view method) {
    return std::ranges::any_of(routes, [&](Route const* route) { return route->method == method; });
}

// Returns the last {parameter} that follows the route of a noun.
Named document_in(std::string_view path) {
    Named named;
    std::string_view before;
    for (auto segment : base::split(path, '/')) {
        bool const is_parameter = segment.starts_with('{');
        if (auto noun = is_parameter ? domain::find_noun_of_route(before) : nullptr)
            named = {noun, std::string(segment.substr(1, segment.size() - 2))};
        before = segment;
    }
    return named;
}

// Throws Error{internal} if the permission of a row could not be checked.
void settle(Route& route) {
    bool const is_open = route.permission == Permission::anyone || route.permission == Permission::any_user;
    bool fits = is_open == (route.on == On::nothing);
    if (route.on == On::document || route.on == On::part) {
        if (!route.named.noun) route.named = document_in(route.path);
        fits = fits && route.named.noun && route.path.find('{' + route.named.parameter + '}') != std::string::npos;
    }
    if (route.on == On::created) {
        if (!route.named.noun) route.named.noun = domain::find_noun_of_route(base::split(route.path, '/').back());
        fits = fits && route.named.noun;
    }
    if (!fits)
        throw base::Error(base::Kind::internal,
                          "the document for the permission of " + route.method + " " + route.path + " is ambiguous");
}

} // namespace

Routes::Node& Routes::node_of(std::string_view path) {
    auto node = &root_;
    for (auto segment : base::split(path, '/')) {
        if (segment.empty()) continue;
        auto& next = segment.front() == '{' ? node->parameter : node->words[std::string(segment)];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    return *node;
}

void Routes::add(Route route) {
    settle(route);
    auto& node = node_of(route.path);
    if (has_method(node.here, route.method))
        throw base::Error(base::Kind::internal, "two routes for " + route.method + " " + route.path);
    node.here.push_back(routes_.emplace_back(std::make_unique<Route>(std::move(route))).get());
}

void Routes::add_unless_there(Route route) {
    if (!has_method(node_of(route.path).here, route.method)) add(std::move(route));
}

Routes::Node const* Routes::descend(Node const& node, std::span<std::string const> rest) {
    if (rest.empty()) return node.here.empty() ? nullptr : &node;
    auto word = node.words.find(rest.front());
    if (word != node.words.end())
        if (auto found = descend(*word->second, rest.subspan(1))) return found;
    return node.parameter ? descend(*node.parameter, rest.subspan(1)) : nullptr;
}

bool Routes::knows(std::vector<std::string> const& segments) const { return descend(root_, segments) != nullptr; }

Routes::Match Routes::find(std::string_view method, std::vector<std::string> const& segments) const {
    Match match;
    auto node = descend(root_, segments);
    if (!node) return match;
    auto wanted = method == "HEAD" ? std::string_view("GET") : method;
    for (auto route : node->here) {
        match.allowed += (match.allowed.empty() ? "" : ", ") + route->method;
        if (route->method == wanted) match.route = route;
    }
    if (!match.route) return match;
    std::size_t at = 0;
    for (auto segment : base::split(match.route->path, '/')) {
        if (segment.empty()) continue;
        if (segment.front() == '{') match.path.emplace(segment.substr(1, segment.size() - 2), segments[at]);
        ++at;
    }
    return match;
}

} // namespace stepwell::api
