#include "workshop.h"

namespace stepwell::contract {
namespace {

class Library : public Workshop {
protected:
    std::string const shop = project("Shop"), book = runbook(shop, "Restart");

    std::string library(std::string const& name, std::string const& type = "Variables") {
        return create("libraryvariablesets", R"({"Name":")" + name + R"(","ContentType":")" + type + R"("})");
    }
    net::Response try_to_include(std::string const& ids) {
        auto document = get("projects/" + shop);
        document.as_object()["IncludedLibraryVariableSetIds"] = parsed("[" + ids + "]");
        return server.put(space + "projects/" + shop, base::to_text(document));
    }
    void include(std::string const& ids) {
        auto response = try_to_include(ids);
        EXPECT_EQ(response.status, 200) << response.body;
    }
    static std::string quoted(std::string const& id) { return '"' + id + '"'; }
    Json template_of(std::string const& id) { return get("runbookSnapshots/" + id + "/runbookRuns/template"); }
    void expect_drift(std::string const& id, bool variables, bool library, char const* when) {
        auto made = template_of(id);
        EXPECT_EQ(at(made, "/IsVariableSetModified"), Json(variables)) << when;
        EXPECT_EQ(at(made, "/IsLibraryVariableSetModified"), Json(library)) << when;
        auto told = get("runbookSnapshots/" + id + "/differences");
        bool any = !at(told, "/Variables").as_array().empty() || !at(told, "/LibraryVariableSets").as_array().empty();
        EXPECT_EQ(any, variables || library) << when << ": " << told;
    }
};

TEST_F(Library, sets_have_variables_of_their_own) {
    auto made = server.created(space + "libraryvariablesets",
                               R"({"Name":"Mail","Templates":[{"Id":"","Name":"Host","Label":"Host"}]})");
    auto id = text_at(made, "/Id");
    EXPECT_EQ(text_at(made, "/VariableSetId"), "variableset-" + id);
    EXPECT_EQ(text_at(made, "/ContentType"), "Variables");
    EXPECT_EQ(text_at(made, "/Templates/0/Id").size(), 36u);
    auto link = text_at(made, "/Links/Variables");
    EXPECT_EQ(link, "/api/Spaces-1/variables/variableset-" + id);
    environment("Dev");
    auto set = server.json(link);
    EXPECT_EQ(text_at(set, "/OwnerId"), id);
    EXPECT_EQ(text_at(set, "/Links/LibraryVariableSet"), "/api/Spaces-1/libraryvariablesets/" + id);
    EXPECT_FALSE(set.at("Links").as_object().contains("Project"));
    EXPECT_EQ(text_at(set, "/ScopeValues/Environments/0/Name"), "Dev");
    for (auto none : {"Channels", "Actions", "Processes", "Machines", "Roles", "TenantTags"})
        EXPECT_EQ(at(set, std::string("/ScopeValues/") + none), parsed("[]")) << none;
    auto saved = set_variables(id, R"({"Name":"Server","Value":"mx","Scope":{"Environment":["Environments-1"]}},)"
                                   R"({"Id":"p","Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    EXPECT_EQ(server.json(link), saved);
    EXPECT_TRUE(at(saved, "/Variables/1/Value").is_null());
    EXPECT_EQ(server.del(text_at(made, "/Links/Self")).status, 200);
    EXPECT_EQ(server.get(link).status, 404);
    EXPECT_EQ(text_at(get("variables/variableset-" + shop), "/Links/Project"), "/api/Spaces-1/projects/" + shop);
}

TEST_F(Library, variables_know_no_step_channel_or_process) {
    auto id = library("Mail");
    for (auto dimension : {"Action", "channel", "ProcessOwner"})
        expect_refused(server.put(space + "variables/variableset-" + id,
                                  R"({"Variables":[{"Name":"A","Value":"1"},{"Name":"B","Value":"1","Scope":{")" +
                                      std::string(dimension) + R"(":["x"]}}]})"),
                       400, "Variables[1].Scope." + std::string(dimension) + ": ");
    EXPECT_EQ(at(get("variables/variableset-" + id), "/Variables"), parsed("[]"));
    set_variables(shop, R"({"Name":"A","Value":"1","Scope":{"ProcessOwner":[")" + book + R"("]}})");
}

TEST_F(Library, sets_and_modules_are_told_apart) {
    auto mail = library("Mail"), tools = library("Tools", "ScriptModule");
    auto only = [&](std::string const& type) { return get("libraryvariablesets?contentType=" + type).at("Items"); };
    EXPECT_EQ(text_at(only("Variables"), "/0/Id"), mail);
    EXPECT_EQ(text_at(only("ScriptModule"), "/0/Id"), tools);
    EXPECT_EQ(only("Variables").as_array().size(), 1u);
    expect_refused(server.post(space + "libraryvariablesets", R"({"Name":"x","ContentType":"Other"})"), 400,
                   "ContentType: ");
}

TEST_F(Library, projects_include_what_is_there) {
    auto mail = library("Mail"), log = library("Log");
    include(quoted(log) + "," + quoted(mail) + "," + quoted(log));
    EXPECT_EQ(base::to_text(at(get("projects/" + shop), "/IncludedLibraryVariableSetIds")),
              "[" + quoted(log) + "," + quoted(mail) + "]");
    expect_refused(try_to_include(quoted("LibraryVariableSets-99")), 400,
                   "IncludedLibraryVariableSetIds[0]: there is no 'LibraryVariableSets-99'");
    expect_refused(try_to_include(quoted(shop)), 400, "IncludedLibraryVariableSetIds[0]");
    expect_refused(server.del(space + "libraryvariablesets/" + mail), 400, "used by Project 'Shop'");
    auto used = get("libraryvariablesets/" + mail + "/usages");
    EXPECT_EQ(text_at(used, "/Projects/0/ProjectId"), shop);
    EXPECT_EQ(at(used, "/Projects/0/IsCurrentlyBeingUsedInProject"), Json(true));
    EXPECT_EQ(at(used, "/Projects/0/RunbookSnapshots"), parsed("[]"));
    auto frozen = text_at(snapshot(book, "One"), "/Id");
    include("");
    used = get("libraryvariablesets/" + mail + "/usages");
    EXPECT_EQ(at(used, "/Projects/0/IsCurrentlyBeingUsedInProject"), Json(false));
    EXPECT_EQ(text_at(used, "/Projects/0/RunbookSnapshots/0/SnapshotId"), frozen);
    expect_refused(server.del(space + "libraryvariablesets/" + mail), 400, "used by RunbookSnapshot 'One'");
    EXPECT_EQ(server.del(space + "runbookSnapshots/" + frozen).status, 200);
    EXPECT_EQ(server.del(space + "libraryvariablesets/" + mail).status, 200);
}

TEST_F(Library, sets_are_frozen_in_the_order_of_the_project) {
    auto mail = library("Mail"), log = library("Log");
    set_variables(mail, R"({"Name":"Server","Value":"mx"})");
    set_variables(log, R"({"Name":"Level","Value":"info"})");
    include(quoted(log) + "," + quoted(mail));
    auto made = snapshot(book, "One");
    auto first = text_at(made, "/LibraryVariableSetSnapshotIds/0"),
         second = text_at(made, "/LibraryVariableSetSnapshotIds/1");
    EXPECT_TRUE(first.starts_with("variableset-" + log + "-s-")) << first;
    EXPECT_TRUE(second.starts_with("variableset-" + mail + "-s-")) << second;
    set_variables(mail, R"({"Name":"Server","Value":"other"})");
    auto copy = get("variables/" + second);
    EXPECT_EQ(text_at(copy, "/Variables/0/Value"), "mx");
    EXPECT_EQ(text_at(copy, "/OwnerId"), mail);
    EXPECT_EQ(text_at(get("variables/" + first), "/Variables/0/Value"), "info");
    expect_refused(server.put(space + "variables/" + second, base::to_text(copy)), 400, "frozen");
}

TEST_F(Library, drift_is_told_exactly_when_a_run_would_use_something_else) {
    auto mail = library("Mail"), log = library("Log");
    auto secret = [&](std::string const& text, std::string const& more = {}) {
        set_variables(mail, R"({"Id":"s","Name":"Password","Value":")" + text + R"(","IsSensitive":true)" + more + "}");
    };
    secret("hunter2hunter2");
    include(quoted(mail) + "," + quoted(log));
    auto id = text_at(snapshot(book, "One", true), "/Id");
    expect_drift(id, false, false, "at first");
    secret("hunter2hunter2", R"(,"Description":"words")");
    expect_drift(id, false, false, "the same secret, described");
    secret("hunter3hunter3");
    expect_drift(id, false, true, "another secret");
    secret("hunter2hunter2", R"(,"Scope":{"Environment":[")" + environment("Dev") + "\"]}");
    expect_drift(id, false, true, "another scope");
    secret("hunter2hunter2");
    expect_drift(id, false, false, "as before");
    include(quoted(log) + "," + quoted(mail));
    expect_drift(id, false, false, "another order, of sets that have nothing to do with each other");
    include(quoted(mail));
    expect_drift(id, false, false, "an empty set fewer");
    include(quoted(log));
    expect_drift(id, false, true, "a set fewer");
    EXPECT_EQ(text_at(get("runbookSnapshots/" + id + "/differences"), "/LibraryVariableSets/0/Change"), "Removed");
    include(quoted(mail) + "," + quoted(log) + "," + quoted(library("Empty")));
    expect_drift(id, false, false, "an empty set more");
    include(quoted(mail) + "," + quoted(log));
    auto document = get("libraryvariablesets/" + mail);
    document.as_object()["Description"] = "words";
    put("libraryvariablesets/" + mail, document);
    expect_drift(id, false, false, "the set was described");
    set_variables(shop, R"({"Name":"Host","Value":"one"})");
    expect_drift(id, true, false, "of the project");
}

TEST_F(Library, order_of_sets_is_drift_where_it_decides) {
    auto mail = library("Mail"), log = library("Log");
    set_variables(mail, R"({"Name":"Level","Value":"1"},{"Name":"Same","Value":"x"})");
    set_variables(log, R"({"Name":"level","Value":"2"},{"Name":"Same","Value":"x"})");
    include(quoted(mail) + "," + quoted(log));
    auto id = text_at(snapshot(book, "One", true), "/Id");
    include(quoted(log) + "," + quoted(mail));
    expect_drift(id, false, true, "the other Level counts");
    auto told = get("runbookSnapshots/" + id + "/differences");
    EXPECT_EQ(at(told, "/LibraryVariableSets").as_array().size(), 1u) << told;
    EXPECT_EQ(text_at(told, "/LibraryVariableSets/0/Change"), "Moved");
    EXPECT_EQ(at(told, "/Variables").as_array().size(), 1u) << told;
    EXPECT_EQ(text_at(told, "/Variables/0/Name"), "level");
}

TEST_F(Library, module_bodies_and_values_that_count_nowhere) {
    auto module = library("Tools");
    auto hold = [&](std::string const& body) {
        set_variables(module, R"({"Id":"m","Name":"Octopus.Script.Module[Tools]","Value":")" + body +
                                  R"("},{"Id":"h","Name":"Host","Value":")" + body + R"("})");
    };
    hold("one");
    include(quoted(module));
    set_variables(shop, R"({"Id":"p","Name":"Host","Value":"of the project"})");
    auto id = text_at(snapshot(book, "One", true), "/Id");
    hold("two");
    auto told = get("runbookSnapshots/" + id + "/differences");
    expect_drift(id, false, true, "another body");
    EXPECT_EQ(at(told, "/Variables").as_array().size(), 1u) << "the project's Host goes before that of the set";
    EXPECT_EQ(text_at(told, "/Variables/0/Name"), "Octopus.Script.Module[Tools]");
    hold("one");
    expect_drift(id, false, false, "as before");
    set_variables(shop, "");
    expect_drift(id, true, false, "the set is as it was");
}

TEST_F(Library, differences_are_told_by_name_without_secrets) {
    auto mail = library("Mail");
    set_variables(mail, R"({"Id":"a","Name":"Server","Value":"mx1"},{"Id":"b","Name":"Gone","Value":"x"},)"
                        R"({"Id":"s","Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    include(quoted(mail));
    set_steps(book, step("Go", "true") + "," + step("Stay", "true"));
    auto id = text_at(snapshot(book, "One"), "/Id");
    set_variables(mail, R"({"Id":"a","Name":"Server","Value":"mx2"},)"
                        R"({"Id":"s","Name":"Password","Value":"hunter3hunter3","IsSensitive":true})");
    set_variables(shop, R"({"Id":"n","Name":"New","Value":"1"})");
    auto process = get("runbookProcesses/RunbookProcess-" + book);
    process.at_pointer("/Steps/0/Actions/0").as_object()["IsDisabled"] = true;
    put("runbookProcesses/RunbookProcess-" + book, process);
    auto told = get("runbookSnapshots/" + id + "/differences");
    auto line = [&](std::string const& name) {
        for (auto const& each : told.at("Variables").as_array())
            if (text_at(each, "/Name") == name)
                return text_at(each, "/Owner") + " " + text_at(each, "/Change") + " " +
                       base::to_text(at(each, "/Before")) + base::to_text(at(each, "/After"));
        return std::string();
    };
    EXPECT_EQ(line("Server"), mail + R"( Changed "mx1""mx2")");
    EXPECT_EQ(line("Gone"), mail + R"( Removed "x"null)");
    EXPECT_EQ(line("Password"), mail + " Changed nullnull");
    EXPECT_EQ(line("New"), shop + R"( Added null"1")");
    EXPECT_EQ(at(told, "/Process"), parsed(R"([{"Step":"Go","Action":"Go","Change":"Changed"}])"));
    EXPECT_EQ(base::to_text(told).find("hunter"), std::string::npos);
}

TEST_F(Library, variables_are_frozen_anew_all_or_those_named) {
    auto mail = library("Mail"), log = library("Log");
    set_variables(mail, R"({"Id":"a","Name":"Server","Value":"mx1"},{"Id":"b","Name":"Port","Value":"1"})");
    set_variables(shop, R"({"Id":"c","Name":"Server","Value":"p1"})");
    include(quoted(mail));
    auto made = snapshot(book, "One");
    auto route = space + "runbookSnapshots/" + text_at(made, "/Id");
    set_variables(mail, R"({"Id":"a","Name":"Server","Value":"mx2"},{"Id":"b","Name":"Port","Value":"2"})");
    set_variables(shop, R"({"Id":"c","Name":"Server","Value":"p2"})");
    include(quoted(log) + "," + quoted(mail));
    auto values = [&](Json const& snapshot, std::string const& which) {
        std::string all;
        auto set = get("variables/" + text_at(snapshot, which));
        for (auto const& each : set.at("Variables").as_array()) all += text_at(each, "/Value") + " ";
        return all;
    };
    auto named = server.created(route + "/snapshot-variables-by-name",
                                R"({"Variables":[{"Name":"server","OwnerId":")" + mail + R"("}]})");
    EXPECT_EQ(named.at("LibraryVariableSetSnapshotIds").as_array().size(), 1u) << "nothing of Log was asked for";
    EXPECT_EQ(values(named, "/LibraryVariableSetSnapshotIds/0"), "mx2 1 ");
    EXPECT_EQ(values(named, "/ProjectVariableSetSnapshotId"), "p1 ");
    EXPECT_EQ(values(made, "/LibraryVariableSetSnapshotIds/0"), "mx1 1 ") << "old content stays";
    auto event =
        base::to_text(at(get("events?regarding=" + text_at(made, "/Id")), "/Items/0/ChangeDetails/Differences"));
    EXPECT_NE(event.find("Mail/Server/0/Value"), std::string::npos) << event;
    auto all = server.created(route + "/snapshot-variables", "");
    EXPECT_EQ(all.at("LibraryVariableSetSnapshotIds").as_array().size(), 2u);
    EXPECT_EQ(values(all, "/LibraryVariableSetSnapshotIds/1"), "mx2 2 ");
    EXPECT_EQ(values(all, "/ProjectVariableSetSnapshotId"), "p2 ");
    expect_drift(text_at(made, "/Id"), false, false, "all is taken");
    expect_refused(server.post(route + "/snapshot-variables-by-name",
                               R"({"Variables":[{"Name":"Port","OwnerId":")" + shop + R"("}]})"),
                   400, "Variables[0].Name");
}

} // namespace
} // namespace stepwell::contract
