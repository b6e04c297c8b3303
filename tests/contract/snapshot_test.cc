#include "workshop.h"

namespace stepwell::contract {
namespace {

class Snapshots : public Workshop {
protected:
    std::string const shop = project("Shop"), book = runbook(shop, "Restart");

    Json template_of(std::string const& id) { return get("runbookSnapshots/" + id + "/runbookRuns/template"); }
    void expect_drift(std::string const& id, bool process, bool variables, char const* when) {
        auto made = template_of(id);
        EXPECT_EQ(at(made, "/IsRunbookProcessModified"), Json(process)) << when;
        EXPECT_EQ(at(made, "/IsVariableSetModified"), Json(variables)) << when;
    }
    // Steps, four of which name packages. One of these is disabled, and one also names a Git repository.
    static std::string steps_with_packages() {
        return step("Get", "true",
                    R"(,"Packages":[{"Name":"","PackageId":"Shop.Web","FeedId":"feeds-builtin"},)"
                    R"({"Name":"tool","PackageId":"#{Tool}","FeedId":"feeds-builtin","Version":"1.2"},)"
                    R"({"Name":"far","PackageId":"Far","FeedId":"#{Feed}"}],)"
                    R"("GitDependencies":[{"Name":"","RepositoryUri":"https://git/x","DefaultBranch":"main",)"
                    R"("GitCredentialType":"Anonymous","FilePathFilters":["a.sh"]}])") +
               "," +
               R"({"Name":"Old","Actions":[{"Name":"Old","ActionType":"Octopus.TransferPackage","Properties":)"
               R"({"Octopus.Action.Package.PackageId":"Shop.Old","Octopus.Action.Package.FeedId":"Feeds-99"}}]})" +
               "," + step("Off", "true", R"(,"IsDisabled":true,"Packages":[{"Name":"","PackageId":"Off"}])");
    }
};

TEST_F(Snapshots, freeze_steps_and_variables) {
    set_steps(book, step("Go", "echo first"));
    set_variables(shop, R"({"Name":"Host","Value":"one"})");
    auto made = server.created(
        space + "projects/" + shop + "/runbookSnapshots",
        R"({"LibraryVariableSetSnapshotIds":[],"Name":"One","Notes":"*new*","ProjectId":"x","RunbookId":")" + book +
            R"(","SelectedPackages":null})");
    auto id = text_at(made, "/Id");
    EXPECT_EQ(get("runbookSnapshots/" + id), made);
    EXPECT_EQ(text_at(made, "/ProjectId"), shop);
    EXPECT_EQ(text_at(made, "/Notes"), "*new*");
    EXPECT_FALSE(text_at(made, "/Assembled").empty());
    EXPECT_EQ(text_at(made, "/ContentDigest").size(), 64u);
    auto frozen_process = text_at(made, "/FrozenRunbookProcessId"),
         frozen_variables = text_at(made, "/ProjectVariableSetSnapshotId");
    EXPECT_TRUE(frozen_process.starts_with("RunbookProcess-" + book + "-s-1-")) << frozen_process;
    EXPECT_TRUE(frozen_variables.starts_with("variableset-" + shop + "-s-1-")) << frozen_variables;
    EXPECT_EQ(text_at(made, "/FrozenProjectVariableSetId"), "variableset-" + shop);
    set_steps(book, step("Go", "echo second"));
    set_variables(shop, R"({"Name":"Host","Value":"two"})");
    EXPECT_EQ(text_at(get("variables/" + frozen_variables), "/Variables/0/Value"), "one");
    EXPECT_EQ(text_at(get("runbookProcesses/" + frozen_process),
                      "/Steps/0/Actions/0/Properties/Octopus.Action.Script.ScriptBody"),
              "echo first");
    expect_refused(
        server.put(space + "variables/" + frozen_variables, base::to_text(get("variables/" + frozen_variables))), 400,
        "frozen");
}

TEST_F(Snapshots, of_the_same_state_share_their_content) {
    auto one = snapshot(book, "One"), two = snapshot(book, "Two");
    EXPECT_EQ(at(one, "/ContentDigest"), at(two, "/ContentDigest"));
    EXPECT_NE(at(one, "/FrozenRunbookProcessId"), at(two, "/FrozenRunbookProcessId"));
    set_steps(book, step("Go", "true"));
    EXPECT_NE(at(snapshot(book, "Three"), "/ContentDigest"), at(one, "/ContentDigest"));
}

TEST_F(Snapshots, are_published_in_the_moment_they_are_made) {
    auto made = snapshot(book, "", true);
    EXPECT_TRUE(text_at(made, "/Name").starts_with("Snapshot ")) << made;
    EXPECT_EQ(text_at(made, "/Name").size(), 16u);
    EXPECT_EQ(text_at(get("runbooks/" + book), "/PublishedRunbookSnapshotId"), text_at(made, "/Id"));
    auto events = audit_of(text_at(made, "/Id"));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0], "Runbook Restart was modified");
}

TEST_F(Snapshots, have_names_of_their_own_within_a_runbook) {
    snapshot(book, "One");
    expect_refused(server.post(space + "runbookSnapshots", R"({"Name":"one","RunbookId":")" + book + R"("})"), 400,
                   "Name: must be unique");
    expect_refused(server.post(space + "runbookSnapshots", R"({"Name":"Two"})"), 400, "RunbookId: is required");
    expect_refused(server.post(space + "runbookSnapshots", R"({"Name":"Two","RunbookId":"Runbooks-99"})"), 400,
                   "Runbooks-99");
    expect_refused(server.post(space + "runbookSnapshots",
                               R"({"Name":"Two","RunbookId":")" + book + R"(","ProjectId":"Projects-99"})"),
                   400, "Projects-99");
    EXPECT_EQ(text_at(snapshot(runbook(shop, "Other"), "One"), "/Name"), "One");
}

TEST_F(Snapshots, are_found_by_id_or_name_and_listed_newest_first) {
    auto one = snapshot(book, "One"), two = snapshot(book, "Two / 2");
    snapshot(runbook(shop, "Other"), "Foreign");
    EXPECT_EQ(get("projects/" + shop + "/runbookSnapshots/one"), one);
    EXPECT_EQ(get("projects/" + shop + "/runbookSnapshots/" + text_at(one, "/Id")), one);
    EXPECT_EQ(get("projects/" + shop + "/runbooks/" + book + "/runbookSnapshots/Two%20%2F%202"), two);
    EXPECT_EQ(status("runbooks/" + book + "/runbookSnapshots/Foreign"), 404);
    auto page = get("projects/" + shop + "/runbooks/" + book + "/runbookSnapshots?take=2147483647");
    EXPECT_EQ(at(page, "/TotalResults"), Json(2));
    EXPECT_EQ(at(page, "/Items/0"), two);
    EXPECT_EQ(at(get("projects/" + shop + "/runbookSnapshots"), "/TotalResults"), Json(3));
    EXPECT_EQ(at(get("runbooks/" + book + "/runbookSnapshots?searchByName=ON"), "/Items/0/Id"), at(one, "/Id"));
}

TEST_F(Snapshots, change_in_name_and_notes_alone) {
    auto made = snapshot(book, "One");
    auto changed = put("runbookSnapshots/" + text_at(made, "/Id"),
                       parsed(R"({"Name":"Uno","Notes":"n","SelectedPackages":[{"ActionName":"x","Version":"1"}],)"
                              R"("Assembled":"2001-01-01"})"));
    for (auto member : {"/RunbookId", "/SelectedPackages", "/Assembled", "/ContentDigest", "/FrozenRunbookProcessId"})
        EXPECT_EQ(at(changed, member), at(made, member)) << member;
    EXPECT_EQ(text_at(changed, "/Name"), "Uno");
    EXPECT_EQ(text_at(changed, "/Notes"), "n");
}

TEST_F(Snapshots, stay_while_they_are_published) {
    auto made = snapshot(book, "One", true);
    auto route = space + "projects/" + shop + "/runbookSnapshots/One";
    expect_refused(server.del(route), 400, "published snapshot of the runbook 'Restart'");
    snapshot(book, "Two", true);
    EXPECT_EQ(server.del(route).status, 200);
    EXPECT_EQ(status("runbookSnapshots/" + text_at(made, "/Id")), 404);
}

TEST_F(Snapshots, are_behind_exactly_when_a_run_would_use_something_else) {
    set_steps(book, step("Go", "true"));
    set_variables(
        shop,
        R"({"Id":"v1","Name":"Host","Value":"one"},{"Id":"v2","Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    auto id = text_at(snapshot(book, "One", true), "/Id");
    expect_drift(id, false, false, "at first");
    auto process = get("runbookProcesses/RunbookProcess-" + book);
    auto original = process.at("Steps");
    process.at_pointer("/Steps/0/Actions/0").as_object()["Notes"] = "words for readers";
    process = put("runbookProcesses/RunbookProcess-" + book, process);
    expect_drift(id, false, false, "notes are not run");
    process.at_pointer("/Steps/0/Actions/0").as_object()["IsDisabled"] = true;
    process = put("runbookProcesses/RunbookProcess-" + book, process);
    expect_drift(id, true, false, "a step was disabled");
    EXPECT_EQ(at(get("runbooks/" + book + "/runbookRunTemplate"), "/IsRunbookProcessModified"), Json(true));
    process.at("Steps") = original;
    put("runbookProcesses/RunbookProcess-" + book, process);
    expect_drift(id, false, false, "and enabled again");
    set_variables(
        shop,
        R"({"Id":"v1","Name":"Host","Value":"one"},{"Id":"v2","Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    expect_drift(id, false, false, "the secret was saved again with the same value");
    set_variables(
        shop,
        R"({"Id":"v1","Name":"Host","Value":"one"},{"Id":"v2","Name":"Password","Value":"another secret","IsSensitive":true})");
    expect_drift(id, false, true, "the secret has another value");
}

TEST_F(Snapshots, take_new_variables_into_new_content) {
    set_steps(book, step("Go", "true"));
    set_variables(shop, R"({"Id":"v1","Name":"Host","Value":"one"},{"Id":"v2","Name":"Port","Value":"1"})");
    auto before = snapshot(book, "One", true);
    auto id = text_at(before, "/Id");
    set_steps(book, step("Go", "false"));
    set_variables(shop, R"({"Id":"v1","Name":"Host","Value":"two"},{"Id":"v2","Name":"Port","Value":"2"})");
    auto after = server.created(space + "runbookSnapshots/" + id + "/snapshot-variables", "");
    EXPECT_NE(at(after, "/ProjectVariableSetSnapshotId"), at(before, "/ProjectVariableSetSnapshotId"));
    EXPECT_NE(at(after, "/ContentDigest"), at(before, "/ContentDigest"));
    EXPECT_EQ(at(after, "/FrozenRunbookProcessId"), at(before, "/FrozenRunbookProcessId"));
    EXPECT_EQ(text_at(get("variables/" + text_at(after, "/ProjectVariableSetSnapshotId")), "/Variables/0/Value"),
              "two");
    EXPECT_EQ(text_at(get("variables/" + text_at(before, "/ProjectVariableSetSnapshotId")), "/Variables/0/Value"),
              "one")
        << "old content stays";
    expect_drift(id, true, false, "steps stayed as they were");
    EXPECT_EQ(text_at(get("runbooks/" + book), "/PublishedRunbookSnapshotId"), id);
    auto event = at(get("events?regarding=" + id), "/Items/0");
    EXPECT_EQ(text_at(event, "/Message"), "Variables of RunbookSnapshot One were updated");
    EXPECT_NE(base::to_text(at(event, "/ChangeDetails/Differences"))
                  .find(R"("path":"/Variables/Host/0/Value","value":"two")"),
              std::string::npos);
}

TEST_F(Snapshots, take_chosen_variables_alone) {
    set_variables(
        shop,
        R"({"Id":"v1","Name":"Host","Value":"one"},{"Id":"v2","Name":"Password","Value":"first secret","IsSensitive":true})");
    auto id = text_at(snapshot(book, "One"), "/Id");
    set_variables(
        shop,
        R"({"Id":"v1","Name":"Host","Value":"two"},{"Id":"v2","Name":"Password","Value":"second secret","IsSensitive":true})");
    auto route = space + "runbookSnapshots/" + id + "/snapshot-variables-by-name";
    auto after = server.created(route, R"({"Variables":[{"Name":"password","OwnerId":")" + shop + R"("}]})");
    auto frozen = at(get("variables/" + text_at(after, "/ProjectVariableSetSnapshotId")), "/Variables");
    EXPECT_EQ(frozen.as_array().size(), 2u);
    expect_drift(id, false, true, "Host is still the old one");
    server.created(route, R"({"Variables":[{"Name":"Host","OwnerId":")" + shop + R"("}]})");
    set_variables(
        shop,
        R"({"Id":"v2","Name":"Password","Value":"second secret","IsSensitive":true},{"Id":"v1","Name":"Host","Value":"two"})");
    expect_drift(id, false, false, "now both are taken, the secret before");
    expect_refused(server.post(route, R"({"Variables":[{"Name":"Nothing"}]})"), 400,
                   "Variables[0].Name: there is no variable 'Nothing'");
    expect_refused(server.post(route, R"({"Variables":[{"Name":"Host","OwnerId":"Projects-99"}]})"), 400, "OwnerId");
    expect_refused(server.post(route, "{}"), 400, "Variables: is required");
}

TEST_F(Snapshots, are_not_behind_for_what_no_run_uses_or_notices) {
    auto const other = runbook(shop, "Other");
    auto const theirs = R"(,"Scope":{"ProcessOwner":[")" + other + R"("]}})";
    set_variables(shop, R"({"Id":"v","Name":"V","Value":"1"},{"Id":"w","Name":"W","Value":"2"},)"
                        R"({"Id":"t","Name":"T","Value":"3")" +
                            theirs);
    auto made = snapshot(book, "Same", true);
    auto differences = [&] {
        return base::to_text(at(get("runbookSnapshots/" + text_at(made, "/Id") + "/differences"), "/Variables"));
    };
    EXPECT_EQ(differences(), "[]");
    server.post(space + "runbookSnapshots/" + text_at(made, "/Id") + "/snapshot-variables-by-name",
                R"({"Variables":[{"Name":"V","OwnerId":")" + shop + R"("}]})");
    EXPECT_EQ(differences(), "[]") << "nothing had changed";
    set_variables(shop, R"({"Id":"w","Name":"W","Value":"2"},{"Id":"v","Name":"V","Value":"1"},)"
                        R"({"Id":"t","Name":"T","Value":"4")" +
                            theirs);
    EXPECT_EQ(differences(), "[]") << "order between names, and what another runbook alone uses";
    set_variables(shop, R"({"Id":"w","Name":"W","Value":"2"},{"Id":"v","Name":"V","Value":"5"})");
    EXPECT_NE(differences(), "[]");
}

TEST_F(Snapshots, are_behind_for_prompts_scopes_and_values_as_runs_see_them) {
    auto const dev = environment("Dev"), prod = environment("Prod"), test = environment("Test");
    auto const other = runbook(shop, "Other");
    auto variable = [](std::string const& id, std::string const& name, std::string const& value,
                       std::string const& more = {}) {
        return R"({"Id":")" + id + R"(","Name":")" + name + R"(","Value":")" + value + "\"" + more + "}";
    };
    auto in = [](std::string const& ids) { return R"(,"Scope":{"Environment":[)" + ids + "]}"; };
    auto const asked = R"(,"Prompt":{"Label":"Which?"})";
    auto const first = variable("a", "A", "1", in('"' + dev + R"(",")" + prod + '"')) + "," +
                       variable("b", "A", "2", in('"' + prod + R"(",")" + test + '"')),
               second = variable("b", "A", "2", in('"' + test + R"(",")" + prod + '"')) + "," +
                        variable("a", "A", "1", in('"' + prod + R"(",")" + dev + '"'));
    auto const loop = variable("x", "S[x]", "1") + "," + variable("y", "S[y]", "2"),
               loop_turned = variable("y", "S[y]", "2") + "," + variable("x", "S[x]", "1");
    auto behind = [&](std::string const& before, std::string const& now) {
        set_variables(shop, before);
        auto id = text_at(snapshot(book, ""), "/Id");
        set_variables(shop, now);
        auto modified =
            at(get("runbookSnapshots/" + id + "/runbookRuns/template"), "/IsVariableSetModified") == Json(true);
        auto told = at(get("runbookSnapshots/" + id + "/differences"), "/Variables");
        EXPECT_EQ(modified, !told.as_array().empty()) << told;
        return modified;
    };
    EXPECT_TRUE(behind(variable("a", "A", "1", asked), variable("a", "A", "1"))) << "no prompt any more";
    EXPECT_TRUE(behind(variable("a", "A", "1", asked), variable("a", "A", "1", R"(,"Prompt":{"Label":"What?"})")));
    EXPECT_TRUE(behind(variable("a", "A", "1", asked), variable("b", "A", "1", asked))) << "answers go by its id";
    EXPECT_FALSE(behind(variable("a", "A", "1"), variable("b", "A", "1"))) << "which nobody sees without a prompt";
    EXPECT_TRUE(behind(variable("a", "A", "1"), variable("a", "a", "1"))) << "scripts ask by exact names";
    EXPECT_TRUE(behind(variable("a", "A", "1"), variable("a", "A", "1", in('"' + dev + '"'))));
    EXPECT_TRUE(behind(first, second)) << "both are as specific in Prod";
    EXPECT_FALSE(behind(first, variable("a", "A", "1", in('"' + prod + R"(",")" + dev + '"')) + "," +
                                   variable("b", "A", "2", in('"' + test + R"(",")" + prod + '"'))))
        << "the order of ids in a scope means nothing";
    EXPECT_FALSE(behind(variable("a", "A", "1") + "," + variable("b", "A", "2", in('"' + dev + '"')),
                        variable("b", "A", "2", in('"' + dev + '"')) + "," + variable("a", "A", "1")))
        << "one is more specific";
    EXPECT_TRUE(behind(variable("a", "A", "1") + "," + variable("b", "A", "2"),
                       variable("b", "A", "2") + "," + variable("a", "A", "1")));
    EXPECT_FALSE(behind(variable("a", "A", "1") + "," + variable("b", "A", "2"), variable("a", "A", "1")))
        << "the second never counted";
    EXPECT_FALSE(behind(variable("a", "A", "1", R"(,"Scope":{"ProcessOwner":[")" + book + R"("]})"),
                        variable("a", "A", "1", R"(,"Scope":{"ProcessOwner":[")" + other + R"(",")" + book + R"("]})")))
        << "another runbook has it too";
    EXPECT_TRUE(behind(loop, loop_turned)) << "loops go through indexes in their order";
}

TEST_F(Snapshots, begin_with_a_name_nobody_has) {
    auto made = get("runbooks/" + book + "/runbookSnapshotTemplate");
    EXPECT_EQ(text_at(made, "/RunbookProcessId"), "RunbookProcess-" + book);
    EXPECT_EQ(text_at(made, "/NextNameIncrement").size(), 16u);
    EXPECT_EQ(at(made, "/Packages"), parsed("[]"));
    for (auto const& route : {"projects/" + shop + "/runbooks/" + book, "runbookProcesses/RunbookProcess-" + book})
        EXPECT_EQ(text_at(get(route + "/runbookSnapshotTemplate"), "/RunbookId"), book);
}

TEST_F(Snapshots, begin_with_the_packages_and_repositories_that_steps_name) {
    set_steps(book, steps_with_packages());
    auto route = "runbooks/" + book + "/runbookSnapshotTemplate";
    auto made = get(route);
    auto row = [](std::string const& step, std::string const& name, std::string const& package, std::string const& feed,
                  std::string const& feed_name, std::string const& ends) {
        return parsed(R"({"StepName":")" + step + R"(","ActionName":")" + step + R"(","PackageReferenceName":")" +
                      name + R"(","PackageId":")" + package + R"(","FeedId":")" + feed + R"(","FeedName":")" +
                      feed_name + R"(","ProjectName":null,"NuGetPackageId":")" + package + R"(","NuGetFeedId":")" +
                      feed + R"(","NuGetFeedName":")" + feed_name + "\"," + ends + "}");
    };
    auto feed = text_at(get("feeds/feeds-builtin"), "/Name");
    EXPECT_EQ(at(made, "/Packages"),
              Json({row("Get", "", "Shop.Web", "feeds-builtin", feed,
                        R"("IsResolvable":true,"VersionSelectedLastRelease":null,"FixedVersion":null)"),
                    row("Get", "tool", "#{Tool}", "feeds-builtin", feed,
                        R"("IsResolvable":false,"VersionSelectedLastRelease":null,"FixedVersion":"1.2")"),
                    row("Get", "far", "Far", "#{Feed}", "",
                        R"("IsResolvable":false,"VersionSelectedLastRelease":null,"FixedVersion":null)"),
                    row("Old", "", "Shop.Old", "Feeds-99", "",
                        R"("IsResolvable":false,"VersionSelectedLastRelease":null,"FixedVersion":null)")}));
    EXPECT_EQ(at(made, "/GitResources"),
              parsed(R"([{"ActionName":"Get","Name":"","RepositoryUri":"https://git/x","DefaultBranch":"main",)"
                     R"("IsResolvable":true,"FilePathFilters":["a.sh"],"GitCredentialId":null,)"
                     R"("GitResourceSelectedLastRelease":null}])"));
    auto take = [&](std::string const& version) {
        return text_at(
            server.created(
                space + "runbookSnapshots",
                R"({"RunbookId":")" + book +
                    R"(","SelectedPackages":[{"ActionName":"get","PackageReferenceName":"","Version":")" + version +
                    R"("}],"SelectedGitResources":[{"ActionName":"Get",)"
                    R"("GitResourceReferenceName":"","GitReferenceResource":{"GitRef":"main","GitCommit":"c)" +
                    version + R"("}}]})"),
            "/Id");
    };
    auto first = take("1");
    take("2");
    made = get(route);
    EXPECT_EQ(text_at(made, "/Packages/0/VersionSelectedLastRelease"), "2");
    EXPECT_EQ(text_at(made, "/GitResources/0/GitResourceSelectedLastRelease/GitCommit"), "c2");
    made = get("runbookProcesses/RunbookProcess-" + book + "/runbookSnapshotTemplate?runbookSnapshotId=" + first);
    EXPECT_EQ(text_at(made, "/Packages/0/VersionSelectedLastRelease"), "1");
    EXPECT_EQ(status(route + "?runbookSnapshotId=RunbookSnapshots-99"), 404);
}

TEST_F(Snapshots, of_deployments_begin_with_packages_too) {
    set_steps(book, steps_with_packages());
    auto process = get("projects/" + shop + "/deploymentprocesses");
    process.as_object()["Steps"] = at(get("runbookProcesses/RunbookProcess-" + book), "/Steps");
    put("projects/" + shop + "/deploymentprocesses", process);
    EXPECT_EQ(text_at(get("projects/" + shop + "/deploymentprocesses/template"), "/Packages/1/PackageReferenceName"),
              "tool");
}

TEST_F(Snapshots, are_named_by_the_process_they_were_taken_of) {
    auto route = "runbookProcesses/RunbookProcess-" + book;
    EXPECT_TRUE(get(route).at("LastSnapshotId").is_null());
    snapshot(book, "One");
    auto newest = snapshot(book, "Two");
    auto process = get(route);
    EXPECT_EQ(at(process, "/LastSnapshotId"), at(newest, "/FrozenRunbookProcessId"));
    EXPECT_EQ(at(get("runbookProcesses"), "/Items/0"), process);
    EXPECT_EQ(at(put(route, process), "/LastSnapshotId"), at(newest, "/FrozenRunbookProcessId"));
    EXPECT_TRUE(get("runbookProcesses/" + text_at(newest, "/FrozenRunbookProcessId")).at("LastSnapshotId").is_null());
}

} // namespace
} // namespace stepwell::contract
