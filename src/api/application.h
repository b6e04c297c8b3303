// The API as a whole: takes requests from the edge, finds their row in the routes table, answers.
#pragma once
#include "api/access.h"

namespace stepwell::api {

class Application {
public:
    explicit Application(House house);

    // For net::Server. Rows that cost little are answered at once, the rest by the workers.
    void handle(net::Request request, net::Answer answer);
    // For net::Server: who may send a body that is not small.
    std::optional<net::Response> check_body(net::Request const& head) const;
    Routes const& routes() const { return routes_; }

private:
    struct Target;
    Target locate(net::Request const& request) const;
    void admit(Call& call, Target const& target, Body body) const;
    base::WorkQueue& threads_for(Cost cost, net::Request const& request) const;
    net::Response respond(Target const& target, net::Request const& request) const;

    House house_;
    Routes routes_;
};

// One function a file that fills the table.
void add_all_routes(Routes& routes);

} // namespace stepwell::api
