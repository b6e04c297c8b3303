#include "workshop.h"

namespace stepwell::contract {
namespace {

using Projects = Workshop;

TEST_F(Projects, are_born_with_variables_a_process_and_the_default_channel) {
    auto made = server.created(space + "projects", project_body("Shop"));
    auto id = text_at(made, "/Id");
    EXPECT_EQ(text_at(made, "/Slug"), "shop");
    EXPECT_EQ(text_at(made, "/VariableSetId"), "variableset-" + id);
    EXPECT_EQ(text_at(made, "/DeploymentProcessId"), "deploymentprocess-" + id);
    EXPECT_EQ(text_at(made, "/PersistenceSettings/Type"), "Database");
    EXPECT_EQ(get("projects/" + id), made);
    EXPECT_EQ(get("projects/shop"), made);
    EXPECT_EQ(at(get("deploymentprocesses/deploymentprocess-" + id), "/Version"), Json(0));
    EXPECT_EQ(at(get("variables/variableset-" + id), "/Variables"), parsed("[]"));
    auto channels = get("projects/" + id + "/channels");
    EXPECT_EQ(at(channels, "/TotalResults"), Json(1));
    EXPECT_EQ(text_at(channels, "/Items/0/Name"), "Default");
    EXPECT_EQ(at(channels, "/Items/0/IsDefault"), Json(true));
}

TEST_F(Projects, need_a_group_and_a_lifecycle_of_their_own_space) {
    auto response = server.post(space + "projects",
                                R"({"Name":"Shop","ProjectGroupId":"ProjectGroups-99","LifecycleId":"Lifecycles-1"})");
    expect_refused(response, 400, "ProjectGroups-99");
    response = server.post(space + "projects",
                           R"({"Name":"Shop","ProjectGroupId":"ProjectGroups-1","LifecycleId":"ProjectGroups-1"})");
    expect_refused(response, 400, "LifecycleId");
    auto other = text_at(
        server.created("/api/spaces", R"({"Name":"Other","SpaceManagersTeams":["teams-administrators"]})"), "/Id");
    auto group = text_at(server.json("/api/" + other + "/projectgroups/all"), "/0/Id");
    response = server.post(space + "projects",
                           R"({"Name":"Shop","LifecycleId":"Lifecycles-1","ProjectGroupId":")" + group + R"("})");
    expect_refused(response, 400, group);
    expect_refused(server.post(space + "projects", "{}"), 400, "Name: is required");
    EXPECT_EQ(at(get("projects"), "/TotalResults"), Json(0));
}

TEST_F(Projects, are_not_found_by_name) {
    project("My Shop");
    EXPECT_EQ(status("projects/My%20Shop"), 404);
    EXPECT_EQ(status("projects/my-shop"), 200);
    EXPECT_EQ(at(get("projects?partialName=my%20sh"), "/TotalResults"), Json(1));
}

TEST_F(Projects, show_their_deployment_settings_as_a_document_of_its_own) {
    auto id = project("Shop");
    auto settings = get("projects/" + id + "/deploymentsettings");
    EXPECT_EQ(text_at(settings, "/ProjectId"), id);
    settings.as_object()["DefaultGuidedFailureMode"] = "On";
    settings.at("ConnectivityPolicy").as_object()["SkipMachineBehavior"] = "SkipUnavailableMachines";
    auto self = text_at(settings, "/Links/Self");
    server.changed(self, base::to_text(settings));
    auto changed = get("projects/" + id);
    EXPECT_EQ(text_at(changed, "/DefaultGuidedFailureMode"), "On");
    EXPECT_EQ(text_at(changed, "/ProjectConnectivityPolicy/SkipMachineBehavior"), "SkipUnavailableMachines");
    changed.as_object()["DefaultGuidedFailureMode"] = "Off";
    put("projects/" + id, changed);
    EXPECT_EQ(text_at(server.json(self), "/DefaultGuidedFailureMode"), "Off");
}

TEST_F(Projects, say_what_they_hold) {
    auto id = project("Shop");
    EXPECT_EQ(at(get("projects/" + id + "/summary"), "/HasRunbooks"), Json(false));
    runbook(id, "Restart");
    auto summary = get("projects/" + id + "/summary");
    EXPECT_EQ(at(summary, "/HasRunbooks"), Json(true));
    EXPECT_EQ(at(summary, "/HasDeploymentProcess"), Json(false));
    EXPECT_EQ(get("projects/" + id + "/metadata"), parsed("[]"));
    EXPECT_EQ(status("projects/" + id + "/logo"), 404);
}

TEST_F(Projects, take_everything_of_theirs_with_them) {
    auto id = project("Shop"), book = runbook(id, "Restart");
    set_steps(book, step("Go", "true"));
    auto frozen = snapshot(book, "One", true);
    EXPECT_EQ(server.del(space + "projects/" + id).status, 200);
    for (auto const& route : {"projects/" + id, "runbooks/" + book, "runbookProcesses/RunbookProcess-" + book,
                              "variables/variableset-" + id, "deploymentprocesses/deploymentprocess-" + id,
                              "runbookSnapshots/" + text_at(frozen, "/Id"),
                              "runbookProcesses/" + text_at(frozen, "/FrozenRunbookProcessId"),
                              "variables/" + text_at(frozen, "/ProjectVariableSetSnapshotId")})
        EXPECT_EQ(status(route), 404) << route;
    EXPECT_EQ(at(get("channels"), "/TotalResults"), Json(0));
    EXPECT_EQ(server.post(space + "projects", project_body("Shop")).status, 201) << "name and slug are free again";
}

TEST_F(Projects, can_be_cloned_with_all_that_runs) {
    auto source = project("Shop"), book = runbook(source, "Restart"),
         channel = create("channels", R"({"Name":"Hotfix","ProjectId":")" + source + R"("})");
    auto process = set_steps(book, step("Go", "true", R"(,"Environments":[])"));
    auto action = text_at(process, "/Steps/0/Actions/0/Id");
    process.at_pointer("/Steps/0/Actions/0/Properties").as_object()["Token"] =
        parsed(R"({"HasValue":true,"NewValue":"t0ken-of-the-step"})");
    put("runbookProcesses/RunbookProcess-" + book, process);
    set_variables(
        source,
        R"({"Name":"Password","Value":"hunter2hunter2","IsSensitive":true},{"Name":"Host","Value":"db","Scope":{"Action":[")" +
            action + R"("],"ProcessOwner":[")" + book + R"("],"Channel":[")" + channel + R"("]}})");
    snapshot(book, "One", true);

    auto clone = server.created(space + "projects?clone=" + source,
                                R"({"Name":"Shop 2","ProjectGroupId":"ProjectGroups-1","Description":"copy"})");
    auto id = text_at(clone, "/Id");
    EXPECT_EQ(text_at(clone, "/ClonedFromProjectId"), source);
    EXPECT_EQ(text_at(clone, "/Slug"), "shop-2");
    EXPECT_EQ(text_at(clone, "/LifecycleId"), "Lifecycles-1");
    auto copy = at(get("projects/" + id + "/runbooks"), "/Items/0");
    EXPECT_EQ(text_at(copy, "/Name"), "Restart");
    EXPECT_EQ(text_at(copy, "/Slug"), "restart-1");
    EXPECT_TRUE(copy.at("PublishedRunbookSnapshotId").is_null());
    auto copied = get("runbookProcesses/" + text_at(copy, "/RunbookProcessId"));
    EXPECT_EQ(at(copied, "/Version"), Json(0));
    EXPECT_EQ(at(copied, "/Steps/0/Actions/0/Properties/Token/HasValue"), Json(true));
    EXPECT_NE(text_at(copied, "/Steps/0/Actions/0/Id"), action);
    auto variables = at(get("variables/variableset-" + id), "/Variables");
    EXPECT_EQ(at(variables, "/0/IsSensitive"), Json(true));
    EXPECT_EQ(at(variables, "/1/Scope/Action/0"), at(copied, "/Steps/0/Actions/0/Id"));
    EXPECT_EQ(at(variables, "/1/Scope/ProcessOwner/0"), at(copy, "/Id"));
    EXPECT_NE(text_at(variables, "/1/Scope/Channel/0"), channel);
    EXPECT_EQ(at(get("projects/" + id + "/channels"), "/TotalResults"), Json(2));
    // Secrets are cloned too: the copies can be kept, which requires a stored value under the new owner.
    EXPECT_EQ(
        server.put(space + "variables/variableset-" + id, base::to_text(get("variables/variableset-" + id))).status,
        200);
    EXPECT_EQ(
        server.put(space + "runbookProcesses/" + text_at(copy, "/RunbookProcessId"), base::to_text(copied)).status,
        200);
    EXPECT_EQ(at(get("projects?clonedFromProjectId=" + source), "/TotalResults"), Json(1));
    expect_refused(server.post(space + "projects?clone=Projects-99", R"({"Name":"X"})"), 400, "Projects-99");
}

TEST_F(Projects, keep_exactly_one_default_channel) {
    auto id = project("Shop");
    auto first = at(get("projects/" + id + "/channels"), "/Items/0");
    expect_refused(server.del(space + "channels/" + text_at(first, "/Id")), 400, "default");
    auto second = server.created(space + "projects/" + id + "/channels", R"({"Name":"Hotfix","IsDefault":true})");
    EXPECT_EQ(at(get("channels/" + text_at(first, "/Id")), "/IsDefault"), Json(false));
    second.as_object()["IsDefault"] = false;
    expect_refused(server.put(space + "channels/" + text_at(second, "/Id"), base::to_text(second)), 400, "IsDefault");
    EXPECT_EQ(server.del(space + "channels/" + text_at(first, "/Id")).status, 200);
    expect_refused(server.post(space + "channels", R"({"Name":"X","ProjectId":"Projects-99"})"), 400, "Projects-99");
    auto other = project("Bank");
    EXPECT_EQ(status("projects/" + other + "/channels/" + text_at(second, "/Id")), 404);
}

TEST_F(Projects, have_channels_in_the_order_of_their_names) {
    auto id = project("Shop");
    for (std::string name : {"Zulu", "Alpha"})
        create("channels", R"({"Name":")" + name + R"(","ProjectId":")" + id + R"("})");
    auto order = "projects/" + id + "/channels/order";
    auto channels = server.created(space + order, "");
    EXPECT_EQ(channels, get("projects/" + id + "/channels/all"));
    EXPECT_EQ(text_at(channels, "/0/Name"), "Alpha");
    EXPECT_EQ(text_at(channels, "/2/Name"), "Zulu");
    expect_refused(server.post(space + order, R"(["Channels-3","Channels-2","Channels-1"])"), 400,
                   "always sorted by name");
    EXPECT_EQ(server.post(space + "projects/Projects-99/channels/order").status, 404);
}

TEST_F(Projects, are_listed_by_lifecycle_and_by_group) {
    auto id = project("Shop");
    EXPECT_EQ(text_at(get("lifecycles/Lifecycles-1/projects"), "/0/Id"), id);
    EXPECT_EQ(text_at(get("projectgroups/ProjectGroups-1/projects"), "/Items/0/Id"), id);
    expect_refused(server.del(space + "projectgroups/ProjectGroups-1"), 400, "Shop");
    expect_refused(server.del(space + "lifecycles/Lifecycles-1"), 400, "Shop");
}

TEST_F(Projects, see_a_lifecycle_without_phases_as_all_environments_in_order) {
    auto dev = environment("Dev"), prod = environment("Prod");
    auto phases = at(get("lifecycles/Lifecycles-1/preview"), "/Phases");
    ASSERT_EQ(phases.as_array().size(), 2u);
    EXPECT_EQ(text_at(phases, "/0/Name"), "Dev");
    EXPECT_EQ(text_at(phases, "/1/OptionalDeploymentTargets/0"), prod);
    EXPECT_EQ(at(get("lifecycles/Lifecycles-1"), "/Phases"), parsed("[]"));
}

} // namespace
} // namespace stepwell::contract
