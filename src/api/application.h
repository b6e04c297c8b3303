// The API: takes requests from the HTTP server, finds their rows in the routes table and answers them.
#pragma once
#include "api/access.h"

namespace stepwell::api {

class Application {
public:
    explicit Application(House house);

    // The handler of net::Server. Runs rows of low cost on the calling thread and all others on worker threads.
    void handle(net::Request request, net::Answer answer);
    // For net::Server: decides from the head of a request if its body may be large. Returns the refusal; nullopt if the
    // body may be sent.
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

// Adds all routes. Each file of routes has one function that adds its rows.
void add_all_routes(Routes& routes);

} // namespace stepwell::api
