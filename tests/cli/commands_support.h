// Runs the program against a real server that has a project and runbooks.
#pragma once
#include "contract/workshop.h"
#include "program.h"

namespace stepwell::cli {

using base::Json;

class Commands : public contract::Workshop {
protected:
    Commands() {
        environment("Production");
        environment("Staging");
        project_id = project("Shop");
    }

    // Returns a published runbook of the project with one step that runs `body`.
    std::string published(std::string const& name, std::string const& body) {
        auto const id = runbook(project_id, name);
        set_steps(id, step("Do it", body));
        snapshot(id, "First", true);
        return id;
    }
    Program::Setting setting(bool terminal = false) const {
        return {{{"HOME", server.folder()},
                 {"STEPWELL_URL", server.address()},
                 {"STEPWELL_API_KEY", tests::TestServer::api_key}},
                "",
                terminal};
    }
    Program start(std::string const& line, bool terminal = false) const {
        return Program(words_of(line), setting(terminal));
    }
    Ended ran(std::string const& line) const { return start(line).end(); }
    // Returns the output of a command that must succeed.
    std::string output(std::string const& line) const {
        auto const ended = ran(line);
        EXPECT_EQ(ended.code, 0) << line << "\n" << ended.out << ended.err;
        return ended.out;
    }
    std::string state(std::string const& task_id) { return text_at(server.json("/api/tasks/" + task_id), "/State"); }
    std::int64_t tasks() { return server.json("/api/tasks?take=1").at("TotalResults").to_number<std::int64_t>(); }

    static std::string text_at(Json const& json, std::string const& pointer) {
        return contract::text_at(json, pointer);
    }

    std::string project_id;
};

} // namespace stepwell::cli
