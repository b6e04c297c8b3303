// Spaces and their default documents; the order of environments and pools.
#include "contract/workshop.h"

namespace stepwell::contract {

namespace {

struct Spaces : Workshop {
    Json create_space(std::string const& name,
                      std::string const& more = R"(,"SpaceManagersTeams":["teams-administrators"])") {
        return server.created("/api/spaces", R"({"Name":")" + name + "\"" + more + "}");
    }
    void stop_queue(std::string const& id) {
        auto document = server.json("/api/spaces/" + id).as_object();
        document["TaskQueueStopped"] = true;
        server.changed("/api/spaces/" + id, base::to_text(document));
    }
    std::vector<std::string> names(std::string const& path) {
        std::vector<std::string> found;
        auto list = server.json(path);
        for (auto const& each : list.as_array()) found.push_back(text_at(each, "/Name"));
        return found;
    }
};

} // namespace

TEST_F(Spaces, are_born_with_what_clients_expect) {
    auto id = text_at(create_space("Second"), "/Id");
    auto in = "/api/" + id + "/";
    EXPECT_EQ(names(in + "lifecycles/all?partialName=Default%20Lifecycle"),
              (std::vector<std::string>{"Default Lifecycle"}));
    EXPECT_EQ(names(in + "projectgroups/all"), (std::vector<std::string>{"Default Project Group"}));
    EXPECT_EQ(names(in + "workerpools/all"), (std::vector<std::string>{"Default Worker Pool"}));
    EXPECT_TRUE(server.json(in + "workerpools/all").at(0).at("IsDefault").as_bool());
    EXPECT_EQ(names(in + "machinepolicies/all"), (std::vector<std::string>{"Default Machine Policy"}));
    EXPECT_TRUE(server.json(in + "machinepolicies/all").at(0).at("IsDefault").as_bool());
    EXPECT_EQ(names(in + "feeds/all"), (std::vector<std::string>{"Octopus Server (built-in)"}));
    EXPECT_EQ(text_at(server.json("/api/feeds/feeds-builtin"), "/FeedType"), "BuiltIn");
    EXPECT_EQ(text_at(server.json(in + "feeds/feeds-builtin"), "/SpaceId"), id)
        << "the word means the feed of the space";
    EXPECT_EQ(text_at(server.json(in + "teams/teams-spacemanagers-" + id), "/Name"), "Space Managers");
    EXPECT_EQ(text_at(server.json("/api/Spaces-1/machinepolicies/MachinePolicies-1"), "/Name"),
              "Default Machine Policy");
}

TEST_F(Spaces, name_who_manages_them) {
    auto user = text_at(
        server.created("/api/users", R"({"Username":"ann","DisplayName":"Ann","Password":"long enough"})"), "/Id");
    auto made = create_space("Second", R"(,"SpaceManagersTeamMembers":[")" + user +
                                           R"("],"SpaceManagersTeams":["teams-managers"],"TaskQueueStopped":true)");
    auto id = text_at(made, "/Id");
    EXPECT_EQ(made.at("SpaceManagersTeams"), parsed(R"(["teams-managers","teams-spacemanagers-)" + id + "\"]"));
    EXPECT_EQ(made.at("SpaceManagersTeamMembers"), parsed("[\"" + user + "\"]"));
    EXPECT_FALSE(made.at("TaskQueueStopped").as_bool()) << "only a later change stops it";
    EXPECT_EQ(server.json("/api/" + id + "/teams/teams-spacemanagers-" + id).at("MemberUserIds"),
              parsed("[\"" + user + "\"]"));
    EXPECT_EQ(text_at(made, "/Links/Web"), "/app#/" + id);
    auto changed = made.as_object();
    changed["SpaceManagersTeams"] = boost::json::array{"teams-administrators"};
    EXPECT_EQ(server.changed("/api/spaces/" + id, base::to_text(changed)).at("SpaceManagersTeams"),
              parsed(R"(["teams-administrators","teams-spacemanagers-)" + id + "\"]"));
    expect_refused(server.post("/api/spaces", R"({"Name":"Third"})"), 400, "SpaceManagersTeams");
    std::string const nobody =
        R"("SpaceManagersTeams":["Teams-9"],"SpaceManagersTeamMembers":[")" + user + R"(","Users-99"])";
    for (auto const& refused : {server.post("/api/spaces", R"({"Name":"Third",)" + nobody + "}"),
                                server.put("/api/spaces/" + id, R"({"Name":"Second",)" + nobody + "}")}) {
        expect_refused(refused, 400, "SpaceManagersTeams[0]: there is no 'Teams-9'");
        expect_refused(refused, 400, "SpaceManagersTeamMembers[1]: there is no 'Users-99'");
    }
    EXPECT_EQ(server.del("/api/users/" + user).status, 200) << "who is in a team leaves it";
    EXPECT_EQ(server.json("/api/spaces/" + id).at("SpaceManagersTeamMembers"), parsed("[]"));
    EXPECT_EQ(server.json("/api/" + id + "/teams/teams-spacemanagers-" + id).at("MemberUserIds"), parsed("[]"));
    EXPECT_EQ(server.changed("/api/spaces/" + id, base::to_text(server.json("/api/spaces/" + id))).at("Id"), Json(id));
    expect_refused(server.post("/api/spaces", R"({"Name":")" + std::string(51, 'x') +
                                                  R"(","SpaceManagersTeams":["teams-administrators"]})"),
                   400, "50 characters");
}

TEST_F(Spaces, go_with_all_that_is_in_them) {
    auto id = text_at(create_space("Second"), "/Id");
    auto in = "/api/" + id + "/";
    auto environment = text_at(server.created(in + "environments", R"({"Name":"Test"})"), "/Id");
    auto group = text_at(server.json(in + "projectgroups/all"), "/0/Id"),
         lifecycle = text_at(server.json(in + "lifecycles/all"), "/0/Id");
    auto project = text_at(server.created(in + "projects", R"({"Name":"P","ProjectGroupId":")" + group +
                                                               R"(","LifecycleId":")" + lifecycle + "\"}"),
                           "/Id");
    server.created(in + "runbooks", R"({"Name":"R","ProjectId":")" + project + "\"}");
    expect_refused(server.del("/api/spaces/" + id), 400, "TaskQueueStopped");
    stop_queue(id);
    EXPECT_EQ(server.del("/api/spaces/" + id).status, 200);
    EXPECT_EQ(server.get("/api/spaces/" + id).status, 404);
    EXPECT_EQ(server.get(in + "environments").status, 404);
    EXPECT_EQ(server.json("/api/events?spaces=all&includeSystem=true&eventCategories=Deleted&regarding=" + environment)
                  .at("TotalResults")
                  .as_int64(),
              1);
    auto again = text_at(create_space("Second"), "/Id");
    EXPECT_NE(again, id);
    EXPECT_TRUE(server.json("/api/" + again + "/projects/all").as_array().empty());
    EXPECT_EQ(names(space + "workerpools/all"), (std::vector<std::string>{"Default Worker Pool"}))
        << "other spaces stay as they are";
}

TEST_F(Spaces, keep_their_environments_in_the_order_given) {
    auto a = environment("A"), b = environment("B"), c = environment("C");
    EXPECT_EQ(names(space + "environments/all"), (std::vector<std::string>{"A", "B", "C"}));
    auto sort = [&](std::string const& ids) { return server.put(space + "environments/sortorder", ids); };
    EXPECT_EQ(sort("[\"" + c + "\",\"" + base::to_lower(a) + "\",\"" + b + "\"]").status, 200);
    EXPECT_EQ(names(space + "environments/all"), (std::vector<std::string>{"C", "A", "B"}));
    environment("D");
    EXPECT_EQ(names(space + "environments/all").back(), "D");
    expect_refused(sort("[\"" + a + "\"]"), 400, "'" + b + "' is missing");
    expect_refused(sort("[\"Environments-99\"]"), 400, "There is no 'Environments-99'");
    expect_refused(sort("{}"), 400, "must be a JSON list");
    expect_refused(sort("[1]"), 400, "There is no '1'");
    expect_refused(sort("[{}]"), 400, "[0]: must be a string");
    expect_refused(sort("[\"" + a + "\",\"" + a + "\"]"), 400, "more than once");
    EXPECT_EQ(names(space + "environments/all"), (std::vector<std::string>{"C", "A", "B", "D"}));
    EXPECT_EQ(at(get("environments/summary"), "/EnvironmentSummaries").as_array().size(), 4u);
    EXPECT_EQ(text_at(get("environments/v2?type=Static"), "/Items/0/Type"), "Static");
    EXPECT_TRUE(at(get("environments/v2?type=Ephemeral"), "/Items").as_array().empty());
}

TEST_F(Spaces, keep_their_defaults) {
    stop_queue("Spaces-1");
    expect_refused(server.del("/api/spaces/Spaces-1"), 400, "default space");
    expect_refused(server.del(space + "workerpools/WorkerPools-1"), 400, "default worker pool");
    expect_refused(server.del(space + "machinepolicies/MachinePolicies-1"), 400, "default machine policy");
    auto pool = create("workerpools", R"({"Name":"Second","IsDefault":true})");
    EXPECT_FALSE(get("workerpools/" + pool).at("IsDefault").as_bool()) << "the server says which is";
    EXPECT_EQ(server.put(space + "workerpools/sortorder", "[\"" + pool + "\",\"WorkerPools-1\"]").status, 200);
    EXPECT_EQ(names(space + "workerpools/all"), (std::vector<std::string>{"Second", "Default Worker Pool"}));
}

} // namespace stepwell::contract
