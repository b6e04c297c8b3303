// The typed client of our own API: paths within a space, JSON in and out, refusals as base::Error with every problem.
// For one thread at a time.
#pragma once
#include "base/json.h"
#include "domain/noun.h"
#include "net/client.h"

namespace stepwell::client {

using base::Json;

struct Access {
    std::string server;  // http://HOST[:PORT]
    std::string api_key; // may be empty: then only what anyone may ask is answered
    std::string space;   // name, slug or id; empty: the default space
};

class Client {
public:
    // Throws Error{invalid} for an address that is none; connects at the first request.
    explicit Client(Access access);

    // A path begins with /api, or is below the space: "runbooks/Runbooks-1". All throw Error: unavailable when the
    // server cannot be reached, else what it refused with.
    std::string send(std::string const& method, std::string const& path, std::string body = {},
                     net::Headers headers = {});
    Json get(std::string const& path);
    Json post(std::string const& path, std::string body);

    // A POST that takes effect once, however often it is sent: it is sent again, some ten seconds long, while the
    // server cannot be reached. `again` is told why and how long it pauses before.
    using Again = std::function<void(std::string const& why, std::chrono::milliseconds pause)>;
    Json post_once(std::string const& path, std::string const& body, Again const& again);

    // The body of a GET in pieces, as net::Client::stream says.
    void stream(std::string const& path, net::Headers headers, std::function<bool(std::string_view)> piece,
                net::Waiting waiting = {});

    std::string const& server() const { return access_.server; }

private:
    std::string target_of(std::string const& path);
    net::Headers headers_with(net::Headers headers) const;

    Access access_;
    net::Client http_;
    std::string prefix_; // /api/ or /api/Spaces-2/, once it is known
};

// Throws what an answer says when it is no success.
void throw_if_refused(net::Response const& response);

// Where the documents of a noun are.
std::string path_of(domain::Noun const& noun);
// Whether its documents can be looked for by name.
bool has_names(domain::Noun const& noun);
// The document that people mean by `word`: its id, its name or its slug. `filter` narrows: "projectId=Projects-1".
// Throws Error{not_found}, or Error{conflict} that names the ids when several have that name.
Json find_named(Client& client, domain::Noun const& noun, std::string const& word, std::string const& filter = {});

// Text of a member; empty when there is none.
std::string text_in(Json const& json, std::string_view member);

} // namespace stepwell::client
