#include "workshop.h"

namespace stepwell::contract {
namespace {

class Runbooks : public Workshop {
protected:
    static Json changed(Json document, std::string_view member, std::string_view value) {
        document.as_object()[member] = value;
        return document;
    }
    static net::Headers tag(std::string const& etag) {
        auto headers = tests::TestServer::as_admin();
        headers.add("If-Match", etag);
        return headers;
    }
    std::string const shop = project("Shop");
};

TEST_F(Runbooks, are_born_with_a_process_and_the_usual_settings) {
    auto made =
        server.created(space + "projects/" + shop + "/runbooks", R"({"Name":"Restart","ProjectId":"Projects-99"})");
    auto id = text_at(made, "/Id");
    EXPECT_EQ(text_at(made, "/ProjectId"), shop);
    EXPECT_EQ(text_at(made, "/RunbookProcessId"), "RunbookProcess-" + id);
    EXPECT_EQ(
        base::to_text(at(made, "/ConnectivityPolicy")),
        R"({"SkipMachineBehavior":"None","TargetRoles":[],"AllowDeploymentsToNoTargets":true,"ExcludeUnhealthyTargets":false})");
    EXPECT_EQ(text_at(made, "/EnvironmentScope"), "All");
    EXPECT_EQ(text_at(made, "/MultiTenancyMode"), "Untenanted");
    EXPECT_EQ(at(made, "/RunRetentionPolicy/QuantityToKeep"), Json(100));
    EXPECT_TRUE(made.at("PublishedRunbookSnapshotId").is_null());
    EXPECT_EQ(at(get("runbookProcesses/RunbookProcess-" + id), "/Steps"), parsed("[]"));
    EXPECT_EQ(get("runbooks/" + id), made);
    EXPECT_EQ(get("projects/shop/runbooks/restart"), made);
}

// A slug remains when its document is renamed, and the slug of one runbook may be that of another project's.
TEST_F(Runbooks, and_others_are_not_chosen_by_a_word_that_means_several) {
    auto const green = environment("Blue");
    put("environments/" + green, parsed(R"({"Name":"Green"})"));
    auto const blue = environment("Blue");
    auto const both = green + ", " + blue;
    for (auto method : {"GET", "DELETE"}) expect_refused(server.send(method, space + "environments/BLUE"), 404, both);
    expect_refused(server.send("PUT", space + "environments/blue", R"({"Name":"Red"})"), 404, both);
    EXPECT_EQ(text_at(get("environments/" + text_at(get("environments/" + blue), "/Slug")), "/Id"), blue);
    EXPECT_EQ(status("environments/green"), 404) << "a name alone is no id";

    put("projects/" + shop, changed(get("projects/" + shop), "Name", "Old shop"));
    auto const bank = project("Shop");
    expect_refused(server.post(space + "runbooks", R"({"Name":"Restart","ProjectId":"shop"})"), 400,
                   "ProjectId: 'shop' names several documents: " + shop + ", " + bank);
    expect_refused(server.get("/api/tasks?project=Shop"), 400, shop + ", " + bank);

    auto const first = runbook(shop, "Clean"), second = runbook(bank, "Clean");
    put("runbooks/" + second, changed(get("runbooks/" + second), "Slug", "clean"));
    expect_refused(server.send("DELETE", space + "runbooks/clean"), 404, first + ", " + second);
    expect_refused(server.post(space + "runbookSnapshots", R"({"RunbookId":"clean"})"), 400, "RunbookId: 'clean'");
    EXPECT_EQ(text_at(get("projects/" + bank + "/runbooks/clean"), "/Id"), second);

    snapshot(first, "One");
    auto const other = snapshot(runbook(shop, "Other"), "One");
    expect_refused(server.send("DELETE", space + "projects/" + shop + "/runbookSnapshots/one"), 404,
                   text_at(other, "/Id"));
    EXPECT_EQ(text_at(get("runbooks/" + first + "/runbookSnapshots/one"), "/RunbookId"), first);
}

TEST_F(Runbooks, are_deleted_only_as_they_were_read) {
    auto const id = environment("Test");
    put("environments/" + id, parsed(R"({"Name":"Test","Description":"x"})"));
    expect_refused(server.send("DELETE", space + "environments/" + id, "", tag("\"1\"")), 409, "ETag");
    EXPECT_EQ(server.send("DELETE", space + "environments/" + id, "", tag("\"2\"")).status, 200);
}

TEST_F(Runbooks, have_names_of_their_own_within_a_project) {
    runbook(shop, "Restart");
    expect_refused(server.post(space + "runbooks", R"({"Name":"RESTART","ProjectId":")" + shop + R"("})"), 400,
                   "Name: must be unique");
    auto bank = project("Bank");
    auto other = runbook(bank, "Restart");
    EXPECT_EQ(text_at(get("runbooks/" + other), "/Slug"), "restart-1");
    EXPECT_EQ(status("projects/" + shop + "/runbooks/" + other), 404);
    put("runbooks/" + other, parsed(R"({"Name":"Restart","Slug":"restart","ProjectId":")" + bank + R"("})"));
    EXPECT_EQ(text_at(get("projects/bank/runbooks/restart"), "/Id"), other) << "slugs are those of a project";
    EXPECT_NE(text_at(get("projects/shop/runbooks/restart"), "/Id"), other);
    expect_refused(server.post(space + "runbooks", R"({"Name":"X","ProjectId":"Projects-99"})"), 400, "Projects-99");
}

TEST_F(Runbooks, forget_what_an_update_leaves_out_but_keep_their_slug) {
    auto id = runbook(shop, "Restart");
    auto changed = put("runbooks/" + id, parsed(R"({"Name":"Restart","ProjectId":")" + shop +
                                                R"(","Description":"words","Slug":"again"})"));
    EXPECT_EQ(text_at(changed, "/Description"), "words");
    changed = put("runbooks/" + id, parsed(R"({"Name":"Restart","ProjectId":")" + shop + R"("})"));
    EXPECT_EQ(text_at(changed, "/Description"), "");
    EXPECT_EQ(text_at(changed, "/Slug"), "again");
}

TEST_F(Runbooks, stay_in_their_project) {
    auto id = runbook(shop, "Restart");
    auto book = get("runbooks/" + id);
    for (auto other : {project("Bank"), std::string("Projects-99")}) {
        book.as_object()["ProjectId"] = other;
        expect_refused(server.put(space + "runbooks/" + id, base::to_text(book)), 400,
                       "ProjectId: cannot be changed from '" + shop + "'");
    }
    for (auto same : {Json("shop"), Json(base::to_lower(shop)), Json(""), Json()}) {
        book.as_object()["ProjectId"] = same;
        EXPECT_EQ(text_at(put("runbooks/" + id, book), "/ProjectId"), shop) << same;
    }
    auto channel = at(get("projects/" + shop + "/channels"), "/Items/0");
    channel.as_object()["ProjectId"] = project("Mill");
    expect_refused(server.put(space + "channels/" + text_at(channel, "/Id"), base::to_text(channel)), 400,
                   "ProjectId: cannot be changed");
    auto one = snapshot(id, "One");
    one.as_object()["RunbookId"] = runbook(shop, "Other");
    expect_refused(server.put(space + "runbookSnapshots/" + text_at(one, "/Id"), base::to_text(one)), 400,
                   "RunbookId: cannot be changed");
}

TEST_F(Runbooks, publish_only_snapshots_of_their_own) {
    auto id = runbook(shop, "Restart"), other = runbook(shop, "Other");
    auto first = text_at(snapshot(id, "One"), "/Id"), foreign = text_at(snapshot(other, "One"), "/Id");
    auto book = get("runbooks/" + id);
    book.as_object()["PublishedRunbookSnapshotId"] = first;
    EXPECT_EQ(text_at(put("runbooks/" + id, book), "/PublishedRunbookSnapshotId"), first);
    for (auto const& wrong : {foreign, std::string("RunbookSnapshots-99"), shop}) {
        book.as_object()["PublishedRunbookSnapshotId"] = wrong;
        expect_refused(server.put(space + "runbooks/" + id, base::to_text(book)), 400, "PublishedRunbookSnapshotId");
    }
    book.as_object()["PublishedRunbookSnapshotId"] = "";
    EXPECT_TRUE(put("runbooks/" + id, book).at("PublishedRunbookSnapshotId").is_null());
    EXPECT_EQ(audit_of(id).size(), 5u) << "created, two snapshots' references, published, unpublished";
}

TEST_F(Runbooks, are_cloned_within_their_project) {
    auto const id = runbook(shop, "Restart"), other = project("Other");
    expect_refused(server.post(space + "runbooks?clone=" + id, R"({"Name":"Copy","ProjectId":")" + other + R"("})"),
                   400, "ProjectId");
}

TEST_F(Runbooks, can_be_cloned_with_their_steps) {
    auto id = runbook(shop, "Restart");
    auto process = set_steps(id, step("Go", "true"));
    snapshot(id, "One", true);
    auto clone =
        server.created(space + "runbooks?clone=" + id, R"({"Name":"Restart 2","ProjectId":")" + shop + R"("})");
    EXPECT_EQ(text_at(clone, "/Slug"), "restart-2");
    EXPECT_TRUE(clone.at("PublishedRunbookSnapshotId").is_null());
    auto copied = get("runbookProcesses/" + text_at(clone, "/RunbookProcessId"));
    EXPECT_EQ(text_at(copied, "/RunbookId"), text_at(clone, "/Id"));
    EXPECT_EQ(at(copied, "/Steps/0/Actions/0/Properties"), at(process, "/Steps/0/Actions/0/Properties"));
    EXPECT_NE(text_at(copied, "/Steps/0/Id"), text_at(process, "/Steps/0/Id"));
}

TEST_F(Runbooks, name_the_environments_they_may_run_in) {
    auto dev = environment("Dev"), test = environment("Test"), prod = environment("Prod");
    auto id = runbook(shop, "Restart");
    auto names = [&] {
        std::string all;
        auto list = get("runbooks/" + id + "/environments");
        EXPECT_EQ(list, get("projects/" + shop + "/runbooks/" + id + "/environments"));
        for (auto const& each : list.as_array()) all += text_at(each, "/Name") + " ";
        return all;
    };
    EXPECT_EQ(names(), "Dev Test Prod ");
    auto book = get("runbooks/" + id);
    book.as_object()["EnvironmentScope"] = "Specified";
    book.as_object()["Environments"] = parsed(R"([")" + prod + R"(",")" + dev + R"("])");
    EXPECT_EQ(at(put("runbooks/" + id, book), "/Environments"), book.at("Environments"))
        << "the order of the sender stays";
    EXPECT_EQ(names(), "Dev Prod ");
    book.as_object()["EnvironmentScope"] = "FromProjectLifecycles";
    put("runbooks/" + id, book);
    EXPECT_EQ(names(), "Dev Test Prod ") << "a lifecycle without phases reaches all";
    auto lifecycle = get("lifecycles/Lifecycles-1");
    lifecycle.as_object()["Phases"] = parsed(R"([{"Id":"test","Name":"One","OptionalDeploymentTargets":[")" + test +
                                             R"("],"AutomaticDeploymentTargets":null}])");
    put("lifecycles/Lifecycles-1", lifecycle);
    EXPECT_EQ(names(), "Test ");
    EXPECT_EQ(at(get("runbooks/" + id + "/runbookRunTemplate"), "/PromoteTo").as_array().size(), 1u);
    EXPECT_EQ(at(get("progression/runbooks/" + id), "/Environments").as_array().size(), 1u);

    auto hot = text_at(
        server.created(space + "lifecycles",
                       R"({"Name":"Hot","Phases":[{"Name":"One","OptionalDeploymentTargets":[")" + prod + R"("]}]})"),
        "/Id");
    create("channels", R"({"Name":"Hotfix","ProjectId":")" + shop + R"(","LifecycleId":")" + hot + R"("})");
    EXPECT_EQ(names(), "Test Prod ") << "those of channels too";
    lifecycle = get("lifecycles/Lifecycles-1");
    lifecycle.at("Phases").as_array().push_back(parsed(R"({"Name":"Any"})"));
    put("lifecycles/Lifecycles-1", lifecycle);
    EXPECT_EQ(names(), "Dev Test Prod ") << "a phase without environments reaches all";
}

TEST_F(Runbooks, are_listed_by_project) {
    auto bank = project("Bank");
    runbook(shop, "Restart");
    runbook(shop, "Back up");
    runbook(bank, "Count");
    auto page = get("projects/" + shop + "/runbooks?take=2147483647");
    EXPECT_EQ(at(page, "/TotalResults"), Json(2));
    EXPECT_EQ(text_at(page, "/Items/0/Name"), "Back up");
    EXPECT_EQ(get("projects/" + shop + "/runbooks/all").as_array().size(), 2u);
    EXPECT_EQ(at(get("runbooks?projectIds=" + shop + "," + bank), "/TotalResults"), Json(3));
    EXPECT_EQ(at(get("projects/" + shop + "/runbooks?partialName=rest"), "/TotalResults"), Json(1));
}

TEST_F(Runbooks, go_with_process_and_snapshots) {
    auto id = runbook(shop, "Restart");
    auto frozen = snapshot(id, "One", true);
    EXPECT_EQ(server.del(space + "projects/" + shop + "/runbooks/" + id).status, 200);
    for (auto const& route :
         {"runbooks/" + id, "runbookProcesses/RunbookProcess-" + id, "runbookSnapshots/" + text_at(frozen, "/Id"),
          "runbookProcesses/" + text_at(frozen, "/FrozenRunbookProcessId")})
        EXPECT_EQ(status(route), 404) << route;
}

} // namespace
} // namespace stepwell::contract
