// Kills a server at random points while actions of its runs have several attempts at the same time, and several tries:
// attempts_crash [kills] [seed]. Each script writes down that it started and how it ended; what the engine reports in
// the end must be exactly that. Only this program places actions on several targets; a server cannot yet.
#include "engine/house.h"

#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <random>
#include <set>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace stepwell::tests {
namespace {

constexpr int target_count = 3, max_tries = 2;
constexpr std::size_t max_open = 8; // runs
constexpr int kills_of_folder = 500;

engine::Placement placement() {
    engine::Placement made;
    made.targets = [](domain::PlannedAction const&) {
        std::vector<domain::Target> all;
        for (int i = 1; i <= target_count; ++i)
            all.push_back({fmt::format("Machines-{}", i), fmt::format("web-{}", i)});
        return all;
    };
    made.max_tries = [](domain::PlannedAction const&) { return max_tries; };
    return made;
}

// A server on the folder, with a runbook of two steps.
struct Server {
    explicit Server(std::string const& folder) : truth(folder + "/truth"), house(64, {}, placement(), folder) {
        auto const names = folder + "/names";
        if (auto known = base::read_file(names)) {
            auto parts = base::split(*known, ' ');
            runbook = parts.at(0), environment = parts.at(1);
            return;
        }
        std::filesystem::create_directory(truth);
        auto body = "f=$(mktemp -p " + truth +
                    "); echo ${f##*/}; for i in 1 2 3 4; do echo $i; sleep 0.02; done; "
                    "code=$((RANDOM % 4 == 0)); echo $code > $f; exit $code";
        runbook = house.runbook({{"One", body}, {"Two", body, "Always"}});
        environment = house.environment();
        base::replace_file(names, runbook + " " + environment, 0600);
    }
    void start_run() { house.run(runbook, {environment}); }
    std::vector<std::string> tasks(std::string const& where = "") {
        std::vector<std::string> ids;
        house.store->read([&](store::Session& session) {
            session.each("select id from task " + where, [&](store::Row const& row) { ids.push_back(row.string(0)); });
        });
        return ids;
    }

    std::string truth, runbook, environment;
    House house;
};

// Waits for the lock of the folder: a child of the killed server holds it until it executes its own program.
std::unique_ptr<Server> start_server(std::string const& folder) {
    for (int tries = 0;; ++tries) {
        try {
            return std::make_unique<Server>(folder);
        } catch (base::Error const& error) {
            if (error.kind() != base::Kind::conflict || tries == 100) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

[[noreturn]] void serve(std::string const& folder) {
    auto const server = start_server(folder);
    for (;;) {
        while (server->house.engine->running() < max_open) server->start_run();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

// Compares what the engine has recorded with what the scripts did.
class Check {
public:
    explicit Check(Server& server) : server_(server) {}

    // Returns the number of faults.
    int run() {
        auto tasks = server_.tasks();
        for (auto const& task : tasks) check_task(task);
        auto files = std::size_t(std::distance(std::filesystem::directory_iterator(server_.truth), {}));
        expect(files == names_.size(), "scripts", fmt::format("{} started, {} recorded", files, names_.size()));
        fmt::print("{} runs, {} attempts, {} faults\n", tasks.size(), names_.size(), faults_);
        return faults_;
    }

private:
    void expect(bool holds, std::string const& where, std::string const& what) {
        if (holds) return;
        ++faults_;
        fmt::print("FAULT {}: {}\n", where, what);
    }

    void check_task(std::string const& id) {
        auto const task = server_.house.task(id);
        auto const attempts = server_.house.attempts(id);
        bool is_success = attempts.size() >= 2 * target_count;
        for (std::size_t i = 0; i < attempts.size(); ++i) {
            auto const& attempt = attempts[i];
            bool const is_repeated = i + 1 < attempts.size() && attempts[i + 1].key.target == attempt.key.target &&
                                     attempts[i + 1].key.action == attempt.key.action;
            auto const where =
                fmt::format("{} {} {} {}", id, attempt.key.action, attempt.key.target, attempt.key.number);
            check_attempt(attempt, where);
            bool const is_good = attempt.code == 0;
            expect(is_repeated == (!is_good && attempt.key.number < max_tries), where, "a try too many or too few");
            if (!is_repeated) is_success = is_success && is_good;
        }
        expect(task.state == (is_success ? domain::TaskState::success : domain::TaskState::failed), id,
               fmt::format("is {}: {}", schema::name_of(task.state), task.error));
        check_numbers(id);
    }

    void check_attempt(store::Attempt const& attempt, std::string const& where) {
        expect(attempt.ending == domain::AttemptEnding::exited, where,
               fmt::format("ended {}: {}", attempt.ending ? schema::name_of(*attempt.ending) : "not", attempt.reason));
        operations::StepOutput output(*server_.house.engine, attempt);
        std::string text;
        while (auto part = output.next()) text += *part;
        auto const name = text.substr(0, text.find('\n'));
        expect(text == name + "\n1\n2\n3\n4\n", where, "printed '" + text + "'");
        expect(names_.insert(name).second, where, "another attempt has the output of this script, " + name);
        auto const code = base::read_file(server_.truth + "/" + name);
        expect(code == fmt::format("{}\n", attempt.code.value_or(-1)), where,
               fmt::format("exit code {}, truth: {}", attempt.code.value_or(-1), code.value_or("no file")));
    }

    // Numbers of chunks never repeat within a task.
    void check_numbers(std::string const& task) {
        server_.house.store->read([&](store::Session& session) {
            auto same =
                session.integer("select count(*) - count(distinct number) from log_chunk where task_id = ?", task);
            expect(same == 0, task, "chunks share a number");
        });
    }

    Server& server_;
    std::set<std::string> names_;
    int faults_ = 0;
};

int finish(std::string const& folder) {
    auto const started = start_server(folder);
    auto& server = *started;
    for (auto const& task : server.tasks("where completed is null")) {
        if (server.house.wait(task).completed) continue;
        fmt::print("FAULT {}: does not end\n", task);
        return 1;
    }
    return Check(server).run() == 0 ? 0 : 1;
}

pid_t spawn(char const* verb, std::string const& folder) {
    std::string path = "/proc/self/exe", given = folder;
    char* arguments[] = {path.data(), const_cast<char*>(verb), given.data(), nullptr};
    pid_t pid = 0;
    if (::posix_spawn(&pid, path.c_str(), nullptr, nullptr, arguments, environ) != 0) throw std::runtime_error("spawn");
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int kill_often(int kills, unsigned seed) {
    std::mt19937 random(seed);
    int bad = 0;
    while (kills > 0) {
        char name[] = "/tmp/stepwell-attempts-XXXXXX";
        std::string const folder = ::mkdtemp(name);
        if (wait_for(spawn("finish", folder)) != 0) return 1; // sets the folder up
        int early = 0;                                        // times that the server ended by itself
        for (int i = 0; i < kills_of_folder && kills > 0; ++i, --kills) {
            auto pid = spawn("serve", folder);
            std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 280));
            int status = 0;
            if (::waitpid(pid, &status, WNOHANG) != 0) ++early;
            ::kill(pid, SIGKILL);
            wait_for(pid);
        }
        if (early > 0) fmt::print("FAULT the server ended by itself, {} times\n", early);
        bool const is_good = wait_for(spawn("finish", folder)) == 0 && early == 0;
        if (is_good) std::filesystem::remove_all(folder);
        if (!is_good) fmt::print("kept: {}\n", folder), ++bad;
        std::cout.flush();
    }
    return bad == 0 ? 0 : 1;
}

} // namespace
} // namespace stepwell::tests

int main(int count, char** arguments) {
    using namespace stepwell::tests;
    std::string const verb = count > 1 ? arguments[1] : "100";
    if (verb == "serve") serve(arguments[2]);
    if (verb == "finish") return finish(arguments[2]);
    return kill_often(std::stoi(verb), count > 2 ? unsigned(std::stoul(arguments[2])) : 1);
}
