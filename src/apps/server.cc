#include "apps/server.h"

#include "api/application.h"
#include "api/sign_in_limit.h"
#include "apps/control.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "net/server.h"
#include "operations/readiness.h"
#include "operations/rights_source.h"
#include "operations/set_up.h"
#include "run/local_worker.h"

#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace stepwell::apps {

namespace {

constexpr int io_threads = 2;
constexpr int worker_threads = 8;
constexpr int large_threads = 2; // the number of requests with much memory that run at a time
constexpr int engine_threads = 4;
constexpr int log_threads = 2;
constexpr auto shutdown_time = std::chrono::seconds(4); // for open requests; the whole shutdown takes at most 5 s
constexpr std::size_t max_waiting_requests = 4096;
constexpr std::size_t max_waiting_large = 256;
constexpr std::size_t max_waiting_probes = 64;

operations::SetUp set_up(store::Store& store, ServerOptions const& options) {
    return operations::set_up(store, {options.admin_username, options.admin_password, options.admin_api_key});
}

net::Limits limits(DescriptorBudget const& budget) {
    auto limits = budget.limits;
    limits.shutdown_time = shutdown_time;
    return limits;
}

// Starts a thread of the server. An exception that leaves it ends the server. Running scripts are not affected, and the
// next start resumes them.
std::jthread start_thread(std::function<void(std::stop_token)> serve) {
    return std::jthread([serve = std::move(serve)](std::stop_token stop) {
        try {
            serve(stop);
        } catch (std::exception const& error) {
            base::log_error("thread failed, server exits: {}", error.what());
            ::_exit(1);
        }
    });
}

// Gives the calling thread the lowest CPU priority.
void lower_priority() { ::setpriority(PRIO_PROCESS, 0, 19); }

void check_all(store::Store& store, std::stop_token stop) try {
    lower_priority();
    auto tell = [](std::string const& line) {
        if (line.starts_with("fault")) base::log_error("database check: {}", line);
    };
    auto result = store.check(tell, stop);
    if (result.is_good())
        base::log_info("database check passed: {} tables, {} events", result.tables, result.events);
    else if (result.faults.empty() && !stop.stop_requested())
        base::log_warning(
            "database check incomplete: the server is too busy; run it later with: stepwell check --data {}",
            store.folder());
} catch (base::Error const& error) {
    base::log_warning("database check failed: {}", error.message());
}

} // namespace

// Members are created from top to bottom and destroyed from bottom to top. docs/threads.md lists the threads.
struct Server::Graph {
    explicit Graph(ServerOptions const& options)
        : budget(descriptor_limit(), options.run_as.slots, options.connections),
          clock(options.clock ? *options.clock : machine_clock),
          store(options.data, clock, options.is_locked ? store::Store::Lock::held : store::Store::Lock::take),
          control(store), sign_in_limit(clock), workers(max_waiting_requests), large(max_waiting_large),
          health(max_waiting_probes), engine(store, {budget.slots, "http://" + options.listen}),
          readiness(store, engine, workers, options.run_as.off),
          worker({options.data + "/tickets", options.run_as.launcher, "", "", options.script_descriptors}, engine),
          application({store,
                       engine,
                       sign_in_limit,
                       readiness,
                       options.rights ? *options.rights : rights_by_teams,
                       workers,
                       large,
                       health,
                       {options.run_as.same_user, options.run_as.off, engine.slots()}}),
          edge(
              options.listen, io_threads, limits(budget),
              [this](net::Request request, net::Answer answer) {
                  application.handle(std::move(request), std::move(answer));
              },
              [this](net::Request const& head) { return application.check_body(head); }),
          first(set_up(store, options)) {
        start_threads(options);
    }
    ~Graph() {
        edge.stop();
        io.clear();
        for (auto requests : {&workers, &large}) requests->drop(); // their connections are closed
        for (auto& thread : rest) thread.request_stop();
        rest.clear(); // request workers, health, engine, logs, clock, worker loop, control, check; the writer last
        writer.request_stop();
    }

    void start_threads(ServerOptions const& options) {
        if (budget.slots < options.run_as.slots)
            base::log_warning("at most {} scripts run at a time: the limit of open files is too low for {}",
                              budget.slots, options.run_as.slots);
        if (options.run_as.same_user)
            base::log_warning("scripts run as the server's own account, so they can read all its files");
        if (options.run_as.off.empty())
            engine.add_worker(engine::local_worker_id, engine::local_worker_name, worker);
        else
            base::log_warning("{}", options.run_as.off);
        store.start();
        writer = start_thread([this](std::stop_token stop) { store.serve(stop); });
        for (int i = 0; i < worker_threads; ++i)
            rest.push_back(start_thread([this](std::stop_token stop) { workers.serve(stop); }));
        for (int i = 0; i < large_threads; ++i)
            rest.push_back(start_thread([this](std::stop_token stop) { large.serve(stop); }));
        rest.push_back(start_thread([this](std::stop_token stop) { health.serve(stop); }));
        for (int i = 0; i < engine_threads; ++i)
            rest.push_back(start_thread([this](std::stop_token stop) { engine.work(stop); }));
        for (int i = 0; i < log_threads; ++i)
            rest.push_back(start_thread([this](std::stop_token stop) { engine.collect_logs(stop); }));
        rest.push_back(start_thread([this](std::stop_token stop) { engine.keep_time(stop); }));
        rest.push_back(start_thread([this](std::stop_token stop) { worker.serve(stop); }));
        rest.push_back(start_thread([this](std::stop_token stop) { control.serve(stop); }));
        engine.resume();
        for (unsigned i = 0; i < io_threads; ++i)
            io.push_back(start_thread([this, i](std::stop_token) { edge.serve(i); }));
        rest.push_back(start_thread([this](std::stop_token stop) { check_all(store, stop); }));
    }

    DescriptorBudget budget;
    base::SystemClock machine_clock;
    operations::RightsByTeams rights_by_teams;
    base::Clock const& clock;
    store::Store store;
    Control control;
    api::SignInLimit sign_in_limit;
    base::WorkQueue workers;
    base::WorkQueue large;
    base::WorkQueue health;
    engine::Engine engine;
    operations::Readiness readiness;
    run::LocalWorker worker;
    api::Application application;
    net::Server edge;
    operations::SetUp first; // after the server listens: a start that fails must not create a password nobody sees
    std::jthread writer;
    std::vector<std::jthread> rest, io;
};

Server::Server(ServerOptions const& options) : graph_(std::make_unique<Graph>(options)) {}
Server::~Server() = default;
void Server::wake_timers() { graph_->engine.wake_timer(); }
std::uint16_t Server::port() const { return graph_->edge.port(); }
std::string const& Server::one_time_password() const { return graph_->first.one_time_password; }

} // namespace stepwell::apps
