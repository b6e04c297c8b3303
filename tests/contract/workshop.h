// A server with an environment and a project, which tests extend and call like clients.
#pragma once
#include "support/test_server.h"

#include "base/text.h"

namespace stepwell::contract {

using base::Json;

inline Json at(Json const& json, std::string const& pointer) {
    boost::system::error_code error;
    auto found = json.find_pointer(pointer, error);
    EXPECT_TRUE(found) << pointer << " in " << json;
    return found ? *found : Json();
}
inline std::string text_at(Json const& json, std::string const& pointer) {
    auto value = at(json, pointer);
    EXPECT_TRUE(value.is_string()) << pointer << " is " << value;
    return value.is_string() ? std::string(value.get_string()) : std::string();
}
inline Json parsed(std::string_view json) { return base::parse_json(json); }

class Workshop : public testing::Test {
protected:
    tests::TestServer server;
    std::string const space = "/api/Spaces-1/";

    std::string create(std::string const& route, std::string const& body) {
        return text_at(server.created(space + route, body), "/Id");
    }
    Json get(std::string const& route) { return server.json(space + route); }
    Json put(std::string const& route, Json const& body) { return server.changed(space + route, base::to_text(body)); }
    int status(std::string const& route) { return server.get(space + route).status; }

    std::string environment(std::string const& name) { return create("environments", R"({"Name":")" + name + R"("})"); }
    std::string project_body(std::string const& name) {
        return R"({"Name":")" + name + R"(","ProjectGroupId":"ProjectGroups-1","LifecycleId":"Lifecycles-1"})";
    }
    std::string project(std::string const& name) { return create("projects", project_body(name)); }
    std::string runbook(std::string const& project_id, std::string const& name) {
        return create("runbooks", R"({"Name":")" + name + R"(","ProjectId":")" + project_id + R"("})");
    }
    // A step that runs `body` with Bash. `more` has further members of the action, each with a leading comma.
    static std::string step(std::string const& name, std::string const& body, std::string const& more = {}) {
        return R"({"Name":")" + name + R"(","Actions":[{"Name":")" + name +
               R"(","ActionType":"Octopus.Script","Properties":{)"
               R"("Octopus.Action.RunOnServer":"true","Octopus.Action.Script.Syntax":"Bash","Octopus.Action.Script.ScriptBody":")" +
               body + R"("})" + more + "}]}";
    }
    Json set_steps(std::string const& runbook_id, std::string const& steps) {
        auto process = get("runbookProcesses/RunbookProcess-" + runbook_id);
        process.as_object()["Steps"] = parsed("[" + steps + "]");
        return put("runbookProcesses/RunbookProcess-" + runbook_id, process);
    }
    Json set_variables(std::string const& project_id, std::string const& variables) {
        auto set = get("variables/variableset-" + project_id);
        set.as_object()["Variables"] = parsed("[" + variables + "]");
        return put("variables/variableset-" + project_id, set);
    }
    Json snapshot(std::string const& runbook_id, std::string const& name, bool publish = false) {
        return server.created(space + "runbookSnapshots" + (publish ? "?publish=true" : ""),
                              R"({"RunbookId":")" + runbook_id + R"(","Name":")" + name + R"("})");
    }
    void expect_refused(net::Response const& response, int expected, std::string const& words) {
        EXPECT_EQ(response.status, expected) << response.body;
        EXPECT_NE(response.body.find(words), std::string::npos) << response.body;
    }
    // Returns the audit events of a document, newest first.
    std::vector<std::string> audit_of(std::string const& id) {
        std::vector<std::string> messages;
        auto page = get("events?regarding=" + id);
        for (auto const& event : page.at("Items").as_array()) messages.push_back(text_at(event, "/Message"));
        return messages;
    }
};

} // namespace stepwell::contract
