// Members that name documents, choices and lists are checked; settings without effect give warnings.
#include "contract/workshop.h"

#include <set>

namespace stepwell::contract {
namespace {

struct CheckedMembers : Workshop {
    // Expects that a project with further members is refused.
    void refuse_project(std::string const& members, std::string const& words) {
        auto body = project_body("P");
        body.insert(body.size() - 1, "," + members);
        expect_refused(server.post(space + "projects", body), 400, words);
    }
    std::set<std::string> warned(Json const& answer) {
        std::set<std::string> paths;
        if (auto const warnings = base::find_member(answer, "Warnings"))
            for (auto const& each : warnings->as_array()) paths.insert(text_at(each, "/Path"));
        return paths;
    }
};

TEST_F(CheckedMembers, name_documents_that_exist) {
    auto const shop = project("Shop"), other = runbook(project("Other"), "Restart");
    auto const channel = text_at(get("projects/" + shop + "/channels"), "/Items/0/Id");
    refuse_project(R"("ProvisioningRunbookId":"Runbooks-99","DeprovisioningRunbookId":"Channels-1")",
                   "ProvisioningRunbookId: there is no 'Runbooks-99'");
    refuse_project(R"("DeprovisioningRunbookId":")" + other + "\"", "is not a runbook of the project");
    refuse_project(R"("ReleaseCreationStrategy":{"ChannelId":"Channels-99"})",
                   "ReleaseCreationStrategy.ChannelId: there");
    refuse_project(R"("AutoDeployReleaseOverrides":[{"EnvironmentId":"Environments-99"}])",
                   "AutoDeployReleaseOverrides[0].EnvironmentId: there is no 'Environments-99'");
    refuse_project(R"("AutoDeployReleaseOverrides":[{"TenantId":"Tenants-1"}])", "tenants are not supported yet");
    refuse_project(R"("AutoDeployReleaseOverrides":[{"ReleaseId":"Releases-1"}])", "releases are not supported yet");
    for (auto [route, body, words] :
         {std::tuple("projectgroups", R"({"Name":"G","RetentionPolicyId":"RetentionPolicies-9"})",
                     "RetentionPolicyId: "),
          {"machinepolicies", R"({"Name":"M","MachineUpdatePolicy":{"TentacleUpdateAccountId":"Accounts-99"}})",
           "MachineUpdatePolicy.TentacleUpdateAccountId: there is no 'Accounts-99'"},
          {"accounts", R"({"Name":"A","AccountType":"None","TenantIds":["Tenants-1"]})",
           "TenantIds[0]: must be empty: tenants are not supported yet"}})
        expect_refused(server.post(space + route, body), 400, words);
    expect_refused(server.post(space + "runbooks",
                               R"({"Name":"B","ProjectId":")" + shop + R"(","PublishedRunbookSnapshotId":"Bogus-99"})"),
                   400, "PublishedRunbookSnapshotId: 'Bogus-99' is not a snapshot");
    auto process = get("deploymentprocesses/deploymentprocess-" + shop);
    auto const path = space + "deploymentprocesses/deploymentprocess-" + shop;
    auto with = [&](std::string const& id) {
        process.as_object()["Steps"] = parsed("[" + step("Go", "true", R"(,"Channels":[")" + id + "\"]") + "]");
        return server.put(path, base::to_text(process));
    };
    expect_refused(with("Channels-99"), 400, "Steps[0].Actions[0].Channels[0]: there is no 'Channels-99'");
    EXPECT_EQ(with(channel).status, 200);
}

TEST_F(CheckedMembers, may_name_what_was_deleted) {
    auto const shop = project("Shop"), book = runbook(shop, "Start");
    auto document = get("projects/" + shop);
    document.as_object()["ProvisioningRunbookId"] = book;
    EXPECT_EQ(warned(put("projects/" + shop, document)), std::set<std::string>{"ProvisioningRunbookId"});
    auto body = project_body("Copy");
    auto const copy = server.created(space + "projects?clone=" + shop, body);
    EXPECT_NE(text_at(copy, "/ProvisioningRunbookId"), book) << "the clone names its own runbook";
    EXPECT_EQ(server.del(space + "runbooks/" + book).status, 200);
    EXPECT_EQ(text_at(put("projects/" + shop, get("projects/" + shop)), "/ProvisioningRunbookId"), book);
    EXPECT_EQ(server.del(space + "projects/" + shop).status, 200);
    auto const route = "projects/" + text_at(copy, "/Id");
    EXPECT_EQ(text_at(put(route, get(route)), "/ClonedFromProjectId"), shop);
}

TEST_F(CheckedMembers, have_known_names_and_no_null_elements) {
    refuse_project(R"("ProjectConnectivityPolicy":{"SkipMachineBehavior":"Bogus"})",
                   "ProjectConnectivityPolicy.SkipMachineBehavior: must be one of None, SkipUnavailableMachines");
    refuse_project(R"("Templates":[null])", "Templates[0]: must not be null");
    refuse_project(R"("Templates":[{}])", "Templates[0].Name: is required");
    refuse_project(R"("AutoDeployReleaseOverrides":[null])", "AutoDeployReleaseOverrides[0]: must not be null");
    refuse_project(R"("ExtensionSettings":[null])", "ExtensionSettings[0]: must not be null");
    auto const shop = project("Shop");
    for (auto [route, body, words] :
         {std::tuple("workerpools", R"({"Name":"W","WorkerPoolType":"Bogus"})",
                     "WorkerPoolType: must be one of Static"),
          {"environments", R"({"Name":"E","SortOrder":99999999999})", "SortOrder: must be between -2147483648 and"},
          {"machinepolicies", R"({"Name":"M","MachinePackageCacheRetentionPolicy":{"PackageUnit":"Bogus"}})",
           "MachinePackageCacheRetentionPolicy.PackageUnit: must be one of Items"},
          {"channels", R"({"Name":"C","ProjectId":"Projects-1","Type":"Bogus"})", "Type: must be one of Lifecycle"},
          {"channels", R"({"Name":"C","ProjectId":"Projects-1","Rules":[null]})", "Rules[0]: must not be null"}})
        expect_refused(server.post(space + route, body), 400, words);
    EXPECT_EQ(text_at(server.created(space + "workerpools", R"({"Name":"W","WorkerPoolType":""})"), "/WorkerPoolType"),
              "StaticWorkerPool");
    auto document = get("projects/" + shop);
    document.as_object()["Templates"] =
        parsed(R"([{"Name":"Host","DefaultValue":{"HasValue":true,"NewValue":"abcd"}}])");
    document = put("projects/" + shop, document);
    EXPECT_EQ(text_at(document, "/Templates/0/Id").size(), 36u);
    EXPECT_EQ(at(put("projects/" + shop, document), "/Templates"), at(document, "/Templates"));
    auto const copy = server.created(space + "projects?clone=" + shop, project_body("Copy"));
    EXPECT_EQ(at(copy, "/Templates"), at(document, "/Templates"));
}

TEST_F(CheckedMembers, without_effect_give_warnings) {
    using Paths = std::set<std::string>;
    auto const shop = project("Shop");
    auto document = get("projects/" + shop);
    document.as_object()["TenantedDeploymentMode"] = "Tenanted";
    document.as_object()["ForcePackageDownload"] = true;
    EXPECT_EQ(warned(put("projects/" + shop, document)), (Paths{"TenantedDeploymentMode", "ForcePackageDownload"}));
    auto settings = get("projects/" + shop + "/deploymentsettings");
    settings.as_object()["CancelQueuedTasks"] = true;
    settings = put("projects/" + shop + "/deploymentsettings", settings);
    EXPECT_EQ(warned(settings), (Paths{"ForcePackageDownload", "CancelQueuedTasks"}));
    EXPECT_EQ(get("projects/" + shop + "/deploymentsettings"), settings);
    auto const account = server.created(
        space + "accounts", R"({"Name":"A","AccountType":"None","TenantedDeploymentParticipation":"Tenanted"})");
    EXPECT_EQ(warned(account), Paths{"TenantedDeploymentParticipation"});
    auto const line = server.created(
        space + "lifecycles", R"({"Name":"L","ReleaseRetentionPolicy":{"Strategy":"Count","QuantityToKeep":3}})");
    EXPECT_EQ(warned(line), Paths{"ReleaseRetentionPolicy"});
    std::string const retention = "retentionpolicies/RetentionPolicies-LifecycleRelease-Spaces-1";
    EXPECT_EQ(warned(put(retention, get(retention))), Paths{});
    EXPECT_EQ(warned(put(retention, parsed(R"({"Strategy":"Count","QuantityToKeep":3})"))),
              (Paths{"Strategy", "QuantityToKeep"}));
}

} // namespace
} // namespace stepwell::contract
