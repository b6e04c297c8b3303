// The client of Stepwell's API: paths within a space, JSON requests and responses, refusals as base::Error with every
// problem. Not thread-safe.
#pragma once
#include "base/error.h"
#include "base/json.h"
#include "domain/noun.h"
#include "net/client.h"

namespace stepwell::client {

using base::Json;

struct Access {
    std::string server;  // http://HOST[:PORT]
    std::string api_key; // may be empty, for requests that need no authentication
    std::string space;   // name, slug or id; empty: the default space
    // called for each warning in the answer to a request that changes something; may be empty
    std::function<void(base::Problem const& warning)> on_warning = {};
};

class Client {
public:
    // Throws Error{invalid} if `access.server` is not a valid URL. Connects at the first request.
    explicit Client(Access access);

    // A path starts with /api or is relative to the space: "runbooks/Runbooks-1". All functions throw Error:
    // unavailable if the server cannot be reached, otherwise the error that the server returned.
    std::string send(std::string const& method, std::string const& path, std::string body = {},
                     net::Headers headers = {});
    Json get(std::string const& path);
    Json post(std::string const& path, std::string body);

    // Sends a POST that takes effect at most once. Retries for about 10 s while the server cannot be reached. Calls
    // `again` before each retry with the reason and the pause.
    using Again = std::function<void(std::string const& why, std::chrono::milliseconds pause)>;
    Json post_once(std::string const& path, std::string const& body, Again const& again);

    // Streams the body of a GET in chunks, like net::Client::stream().
    void stream(std::string const& path, net::Headers headers, std::function<bool(std::string_view)> piece,
                net::Waiting waiting = {});

    std::string const& server() const { return access_.server; }

private:
    std::string target_of(std::string const& path);
    net::Headers headers_with(net::Headers headers) const;
    void report_warnings(net::Response const& response) const;

    Access access_;
    net::Client http_;
    std::string prefix_; // /api/ or /api/Spaces-2/; empty until determined
};

// Throws the error in a response that is not a success.
void throw_if_refused(net::Response const& response);

// Returns the path of the noun's documents.
std::string path_of(domain::Noun const& noun);
// Returns true if the noun's documents can be found by name.
bool has_names(domain::Noun const& noun);
// Finds a document by id, name or slug. `filter` restricts the search: "projectId=Projects-1". Throws Error{not_found},
// or Error{conflict} with the ids if several documents have that name.
Json find_named(Client& client, domain::Noun const& noun, std::string const& word, std::string const& filter = {});

// Returns the text of a member; empty if there is none.
std::string text_in(Json const& json, std::string_view member);

} // namespace stepwell::client
