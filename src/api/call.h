// One request on its way through the API: who asks, in which space, with which parameters and body.
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

// A caller, and how they signed in.
struct Requester : domain::Caller {
    bool known = false;                    // false: anonymous
    std::string session_token;             // of a cookie; empty with an API key
    std::optional<base::Time> key_expires; // of the API key in use
};

// How scripts run.
struct WorkerState {
    bool same_user = false; // as the server's own account
    std::string off;        // why none can run; empty when they can
    std::size_t slots = 0;  // how many run at a time
};

// What handlers work with; owned by apps, outlives every request.
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

// A document that was read to find out whether the caller may do what is asked.
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
    std::string space_id;                                 // of the path; the default space when it names none
    bool space_given = false;                             // the path named it
    std::map<std::string, std::string, std::less<>> path; // by name: {id} → path["id"], decoded
    std::optional<domain::Subject> subject;               // of the row's permission, once it is known
    Located located;

    store::Store& store() const { return house.store; }
    std::string const& id() const { return path.find("id")->second; }
    std::string const& part(std::string_view name) const { return path.find(name)->second; }
    // The body as JSON, read once; an empty body is an empty object.
    base::Json const& body();
    // Version asked for by If-Match; throws Error{conflict} for one that can never match.
    std::optional<std::int64_t> if_match() const;
    // A member of the body as text; empty when absent.
    std::string body_text(std::string_view member);

private:
    std::shared_ptr<base::Json> body_;
};

// Answers.
net::Response answer_json(int status, std::string json);
net::Response answer_text(int status, std::string text);

} // namespace stepwell::api
