// The one table of routes. A row has its permission and what that is used on, its summary and its cost, or it does not
// compile.
#pragma once
#include "api/call.h"
#include "domain/noun.h"

namespace stepwell::api {

using domain::Permission;

enum class Cost {
    read,   // microseconds, and only reads documents: answered where the request arrived
    work,   // everything else: on the pool of workers
    large,  // much memory, as has any request with a large body: few at a time
    health, // must be answered when all else is stuck: on a thread of its own
};

using Handle = std::function<net::Response(Call&)>;

// What the permission of a row is used on.
enum class On {
    nothing,   // the row is for anyone, or for any user
    server,    // the server as a whole
    space,     // the space as a whole
    anything,  // something in the space: the handler leaves in its answer what the caller may see
    any_space, // the same in any space, or on the server
    document,  // the document that the path names last, such as projects/{project}/runbooks/{id}
    part,      // something in that document: the handler leaves in its answer what the caller may see
    created,   // a new document of the noun whose route ends the path; the path and the body place it
    task,      // the task {id}
};

// The document that a path names: {id} in environments/{id}/summary.
struct Named {
    domain::Noun const* noun = nullptr;
    std::string parameter;
};

struct Route {
    Route(std::string_view method, std::string_view path, Permission permission, On on, Cost cost,
          std::string_view summary, Handle handle)
        : method(method), path(path), permission(permission), on(on), cost(cost), summary(summary),
          handle(std::move(handle)) {}

    // Where the path does not say it by itself: the document that the permission is used on, or the kind of a new one.
    Route&& about(domain::Noun const& noun, std::string_view parameter = "id") && {
        named = {&noun, std::string(parameter)};
        return std::move(*this);
    }

    // For the description of the API: what the body is, what the answer is.
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
    std::string path; // below /api/{space}/, such as environments/{id}
    Permission permission;
    On on;
    Cost cost;
    std::string summary;
    Handle handle;
    Named named = {}; // set when the row is added, unless about() has
    schema::Type const* body = nullptr;
    schema::Type const* answer = nullptr;
    bool body_is_list = false; // else an object
    bool many = false;         // several of them: a page, or
    bool array = false;        // a bare list
};

class Routes {
public:
    void add(Route route);
    // Adds a route that stands in for one to come. Does nothing if there is one for its method and path.
    void add_unless_there(Route route);
    std::vector<std::unique_ptr<Route>> const& all() const { return routes_; }

    struct Match {
        Route const* route = nullptr; // null: nothing at this path, or not with this method
        std::map<std::string, std::string, std::less<>> path;
        std::string allowed; // methods that are there, when this one is not
    };
    // Segments are decoded; names compare without case. A word beats a {parameter} at the same place.
    Match find(std::string_view method, std::vector<std::string> const& segments) const;
    // Whether any route begins with these words.
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
