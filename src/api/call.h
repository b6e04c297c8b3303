// One request in the API: its caller, space, parameters and body.
#pragma once
#include "api/query.h"
#include "base/json.h"
#include "base/work_queue.h"
#include "domain/caller.h"
#include "domain/noun.h"
#include "net/http.h"
#include "operations/engine.h"
#include "operations/rights_source.h"
#include "store/documents.h"

#include <map>
#include <memory>

namespace stepwell::operations {
class Readiness;
}

namespace stepwell::api {

class SignInLimit;

struct Route;

// A caller and its credentials.
struct Requester : domain::Caller {
    bool known = false;                    // false means anonymous
    std::string session_token;             // from the cookie; empty with an API key
    std::optional<base::Time> key_expires; // of the API key in use
};

// The state of the built-in worker.
struct WorkerState {
    bool same_user = false; // scripts run as the server's own account
    std::string off;        // why scripts cannot run; empty if they can
    std::size_t slots = 0;  // maximum number of scripts that run at a time
};

// The objects that handlers use. Owned by apps; outlives every request.
struct House {
    store::Store& store;
    operations::Engine& engine;
    SignInLimit& sign_in_limit;
    operations::Readiness& readiness;
    operations::RightsSource const& rights;
    base::WorkQueue& workers; // for Cost::work
    base::WorkQueue& large;   // for Cost::large, and for large bodies
    base::WorkQueue& health;  // for Cost::health
    WorkerState worker;
};

// A document that was read to check access.
struct Located {
    domain::Noun const* noun = nullptr;
    std::string word; // id or slug, as the request names it
    store::Stored stored = {};
};

class Call {
public:
    Call(House const& house, net::Request const& request) : house(house), request(request), query(request.query) {}
    Call(Call const&) = delete;

    House const& house;
    net::Request const& request;
    Query query;
    Requester caller;
    Route const* route = nullptr;
    // space of the path; the default space if the path does not name one
    std::string space_id;
    bool space_given = false;                             // the path names the space
    std::map<std::string, std::string, std::less<>> path; // by name: {id} → path["id"], decoded
    std::optional<domain::Subject> subject;               // subject of the row's permission, once it is known
    Located located;

    store::Store& store() const { return house.store; }
    std::string const& id() const { return path.find("id")->second; }
    std::string const& part(std::string_view name) const { return path.find(name)->second; }
    // Returns the body as JSON. Parses it only once. An empty body is an empty object.
    base::Json const& body();
    // Returns the version in If-Match; nullopt if there is none, or if it is "*". Returns -1, which matches no
    // document, if it is not a version.
    std::optional<std::int64_t> if_match() const;

private:
    std::shared_ptr<base::Json> body_;
};

// Create answers.
net::Response answer_json(int status, std::string json);
net::Response answer_text(int status, std::string text);

} // namespace stepwell::api
