// The table of routes. Each row must have a permission, the object on which it is used, a summary and a cost, or it
// does not compile.
#pragma once
#include "api/call.h"
#include "domain/noun.h"

namespace stepwell::api {

using domain::Permission;

enum class Cost {
    read,   // takes microseconds and only reads documents; runs on the thread that received the request
    work,   // all others; runs in the pool of workers
    large,  // uses much memory, like any request with a large body; few run at a time
    health, // must be answered even if all other threads are blocked; has a thread of its own
};

using Handle = std::function<net::Response(Call&)>;

// The object on which the permission of a row is used.
enum class On {
    nothing,   // the row is for anyone, or for any user
    server,    // the server as a whole
    space,     // the space as a whole
    anything,  // some documents of the space; the handler omits those that the caller may not see
    any_space, // the same in any space or on the server
    document,  // the last document in the path, such as the runbook in projects/{project}/runbooks/{id}
    part,      // some parts of that document; the handler omits those that the caller may not see
    created,   // a new document of the noun at the end of the path; path and body determine its location
    task,      // the task {id}
};

// A document in the path, such as {id} in environments/{id}/summary.
struct Named {
    domain::Noun const* noun = nullptr;
    std::string parameter;
};

struct Route {
    Route(std::string_view method, std::string_view path, Permission permission, On on, Cost cost,
          std::string_view summary, Handle handle)
        : method(method), path(path), permission(permission), on(on), cost(cost), summary(summary),
          handle(std::move(handle)) {}

    // Sets the document on which the permission is used, or the noun of a new one, if the path does not determine it.
    Route&& about(domain::Noun const& noun, std::string_view parameter = "id") && {
        named = {&noun, std::string(parameter)};
        return std::move(*this);
    }

    // For the OpenAPI document: the types of body and answer.
    Route&& takes(schema::Type const& type) && {
        body = &type;
        return std::move(*this);
    }
    Route&& takes_list() && {
        body_is_list = true;
        return std::move(*this);
    }
    Route&& gives(schema::Type const& type) && {
        answer = &type;
        return std::move(*this);
    }
    Route&& gives_list(schema::Type const& type) && {
        answer = &type;
        many = true;
        array = path.ends_with("/all");
        return std::move(*this);
    }
    Route&& gives_array(schema::Type const& type) && {
        answer = &type;
        many = array = true;
        return std::move(*this);
    }

    std::string method;
    std::string path; // under /api/{space}/, such as environments/{id}
    Permission permission;
    On on;
    Cost cost;
    std::string summary;
    Handle handle;
    Named named = {}; // set when the row is added, unless about() has set it
    schema::Type const* body = nullptr;
    schema::Type const* answer = nullptr;
    bool body_is_list = false; // else the body is an object
    bool many = false;         // the answer has several items, in a page or an array
    bool array = false;        // the answer is a JSON array
};

class Routes {
public:
    void add(Route route);
    // Adds a placeholder for a route that is not supported yet. Does nothing if the method and path already have a row.
    void add_unless_there(Route route);
    std::vector<std::unique_ptr<Route>> const& all() const { return routes_; }

    struct Match {
        Route const* route = nullptr; // null: no row at this path, or none with this method
        std::map<std::string, std::string, std::less<>> path;
        std::string allowed; // methods of the rows at this path
    };
    // Finds a row. `segments` must be decoded. Words ignore case. A word takes precedence over a {parameter} at the
    // same position.
    Match find(std::string_view method, std::vector<std::string> const& segments) const;
    // Returns true if a row of any method has this path.
    bool knows(std::vector<std::string> const& segments) const;

private:
    struct Node {
        base::MapIgnoringCase<std::unique_ptr<Node>> words;
        std::unique_ptr<Node> parameter;
        std::vector<Route const*> here;
    };
    Node& node_of(std::string_view path);
    static Node const* descend(Node const& node, std::span<std::string const> rest);
    std::vector<std::unique_ptr<Route>> routes_;
    Node root_;
};

} // namespace stepwell::api
