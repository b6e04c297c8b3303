#include "workshop.h"

#include "base/clock.h"
#include "support/allocations.h"

#include <fstream>
#include <set>
#include <thread>

namespace stepwell::contract {
namespace {

class Variables : public Workshop {
protected:
    std::string const shop = project("Shop"), route = "variables/variableset-" + shop;

    net::Response try_to_set(std::string const& variables) {
        return server.put(space + route, R"({"Variables":[)" + variables + "]}");
    }
};

TEST_F(Variables, are_saved_as_a_whole_and_read_under_both_paths) {
    auto saved = set_variables(
        shop,
        R"({"Id":"","Name":"Host","Value":"db","Type":"String","Scope":{"Environment":[],"Role":["web"]},"IsEditable":true},)"
        R"({"Id":"keep-me","Name":"host","Value":"#{Host}","Description":"d"})");
    EXPECT_EQ(at(saved, "/Version"), Json(1));
    EXPECT_EQ(text_at(saved, "/OwnerId"), shop);
    EXPECT_EQ(base::to_text(at(saved, "/Variables/0/Scope")), R"({"Role":["web"]})");
    EXPECT_EQ(text_at(saved, "/Variables/0/Id").size(), 36u);
    EXPECT_EQ(text_at(saved, "/Variables/1/Id"), "keep-me");
    EXPECT_EQ(text_at(saved, "/Warnings/0/Path"), "Variables[0].Scope.Role");
    base::erase_member(saved, "Warnings");
    EXPECT_EQ(get("projects/" + shop + "/variables"), saved);
    EXPECT_EQ(at(get("variables/all?ids=variableset-" + shop), "/0"), saved);
    auto stale = saved;
    stale.as_object()["Version"] = 0;
    expect_refused(server.put(space + route, base::to_text(stale)), 409, "the current version is 1");
    EXPECT_EQ(status("variables/variableset-Projects-99"), 404);
    EXPECT_EQ(server.put(space + "variables/variableset-Projects-99", "{}").status, 404);
    expect_refused(try_to_set(R"({"Id":"a","Name":"A"},{"Id":"A","Name":"B"})"), 400, "Variables[1].Id");
}

TEST_F(Variables, never_show_a_sensitive_value_and_keep_it) {
    auto response =
        try_to_set(R"({"Id":"s","Name":"Password","Value":"hunter2hunter2","Type":"Sensitive","IsSensitive":true})");
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.body.find("hunter2hunter2"), std::string::npos);
    EXPECT_TRUE(at(get(route), "/Variables/0/Value").is_null());
    auto book = runbook(shop, "Restart");
    auto id = text_at(snapshot(book, "One"), "/Id");
    for (auto keep : {"null", "\"\""}) {
        EXPECT_EQ(try_to_set(R"({"Id":"s","Name":"Password","Value":)" + std::string(keep) + R"(,"IsSensitive":true})")
                      .status,
                  200);
        EXPECT_EQ(at(get("runbookSnapshots/" + id + "/runbookRuns/template"), "/IsVariableSetModified"), Json(false))
            << "the value is kept";
    }
    for (auto const& file : std::filesystem::recursive_directory_iterator(server.folder())) {
        if (!file.is_regular_file()) continue;
        std::ifstream stream(file.path(), std::ios::binary);
        std::string bytes(std::istreambuf_iterator<char>(stream), {});
        EXPECT_EQ(bytes.find("hunter2hunter2"), std::string::npos) << file.path();
    }
}

TEST_F(Variables, may_be_secret_without_a_value) {
    EXPECT_EQ(try_to_set(
                  R"({"Id":"s","Name":"Pin","Value":null,"IsSensitive":true,"Prompt":{"Label":"Pin","Required":true}})")
                  .status,
              200);
    EXPECT_EQ(try_to_set(
                  R"({"Id":"s","Name":"Pin","Value":null,"IsSensitive":true,"Prompt":{"Label":"Pin","Required":true}})")
                  .status,
              200);
    EXPECT_EQ(try_to_set(R"({"Id":"s","Name":"Pin","Value":null,"Type":"String"})").status, 200);
    EXPECT_TRUE(at(get(route), "/Variables/0/Value").is_null());
}

TEST_F(Variables, are_sealed_in_whichever_way_they_are_called_sensitive) {
    for (auto said : {R"("Type":"String","IsSensitive":true)", R"("Type":"sensitive","IsSensitive":false)",
                      R"("Type":"Certificate","IsSensitive":true)",
                      R"("Type":"String","Prompt":{"DisplaySettings":{"Octopus.ControlType":"Sensitive"}})"}) {
        auto response =
            try_to_set(R"({"Id":"s","Name":"Password","Value":"hunter2hunter2",)" + std::string(said) + "}");
        EXPECT_EQ(response.status, 200) << response.body;
        auto variable = at(get(route), "/Variables/0");
        EXPECT_EQ(text_at(variable, "/Type"), "Sensitive") << said;
        EXPECT_EQ(at(variable, "/IsSensitive"), Json(true)) << said;
        EXPECT_TRUE(at(variable, "/Value").is_null()) << said;
        EXPECT_EQ(server.get(space + "events?take=1000").body.find("hunter2hunter2"), std::string::npos) << said;
    }
}

TEST_F(Variables, have_prompts_of_one_shape_whatever_was_sent) {
    auto prompt_for = [&](std::string const& sent) {
        set_variables(shop, R"({"Name":"A","Value":"","Prompt":)" + sent + "}");
        return base::to_text(at(get(route), "/Variables/0/Prompt"));
    };
    EXPECT_EQ(prompt_for("null"), "null");
    EXPECT_EQ(prompt_for("{}"), R"({"Label":"","Description":"","Required":false,"DisplaySettings":{}})");
    EXPECT_EQ(prompt_for(R"({"Label":null,"Required":null,"DisplaySettings":null})"), prompt_for("{}"));
    EXPECT_EQ(
        prompt_for(
            R"({"required":true,"DisplaySettings":{"Octopus.ControlType":null,"Stepwell.Order":1,"Other":"kept"}})"),
        R"({"Label":"","Description":"","Required":true,"DisplaySettings":{"Stepwell.Order":"1","Other":"kept"}})");
}

// Each value may be evaluated alone. Evaluating all of them would take seconds for each request.
TEST_F(Variables, that_multiply_each_other_are_refused_where_a_run_is_asked_for) {
    auto const dev = environment("Dev"), book = runbook(shop, "Restart");
    auto loops = [](std::string const& name, std::string const& list) {
        return R"({"Name":")" + name + R"(","Value":"#{each x in )" + list + "}#{each y in " + list +
               R"(}#{/each}#{/each}"})";
    };
    auto list = [](std::string const& name, std::size_t size) {
        return R"({"Name":")" + name + R"(","Value":")" + std::string(size, ',') + R"("})";
    };
    auto ask = [&](std::string const& more) {
        return server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("])" + more + "}");
    };
    set_steps(book, step("Go", "true"));
    auto const lists = list("Long", 1000) + "," + list("Short", 850);
    set_variables(shop, lists + "," + loops("Big", "Long"));
    snapshot(book, "One", true);
    EXPECT_EQ(ask("").status, 201);
    set_variables(shop, lists + "," + loops("Small", "Short") + "," + loops("Big", "Long"));
    snapshot(book, "Two", true);
    std::string const told = "Variables.Big: evaluating the variables of this run exceeds the work limit; 'Big' is the "
                             "most expensive";
    expect_refused(ask(""), 400, told);
    auto later =
        base::to_text(std::chrono::floor<base::Duration>(std::chrono::system_clock::now()) + std::chrono::hours(1));
    expect_refused(ask(R"(,"QueueTime":")" + later + '"'), 400, told);
    EXPECT_EQ(at(get("runbookRuns"), "/TotalResults"), Json(1));
    EXPECT_EQ(status("variables/preview?project=" + shop + "&environment=" + dev), 200) << "which fills in what it can";
}

namespace many {

std::string variables(std::size_t count, std::string const& prefix = "V") {
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
        list += (i ? R"(,{"Name":")" : R"({"Name":")") + prefix + std::to_string(i) + R"("})";
    return list;
}

} // namespace many

TEST_F(Variables, of_one_set_are_limited_in_number) {
    std::string const told = "Variables: has 20001 variables; the limit is 20000. Delete variables, or move "
                             "variables to a library variable set";
    auto const shared = create("libraryvariablesets", R"({"Name":"Mail"})");
    for (auto const& set : {route, "variables/variableset-" + shared}) {
        expect_refused(server.put(space + set, R"({"Variables":[)" + many::variables(20'001) + "]}"), 400, told);
        expect_refused(
            server.put(space + set, R"({"Variables":[],"variables":[)" + many::variables(20'001) + "]}"), 400, told);
        EXPECT_EQ(at(get(set), "/Variables"), parsed("[]")) << "nothing of it is kept";
        EXPECT_EQ(server.put(space + set, R"({"Variables":[)" + many::variables(20'000) + "]}").status, 200);
    }
}

TEST_F(Variables, of_one_set_are_limited_in_bytes_wherever_the_text_is) {
    auto const text = [](std::size_t size) { return '"' + std::string(size, 'x') + '"'; };
    auto const value = [&](std::string const& more) { return R"({"Id":"i","Name":"A","Type":"String",)" + more + "}"; };
    std::size_t const allowed = (8u << 20) - 100, more = 8u << 20;
    for (std::string const member : {"Value", "Description", "Scope", "Prompt", "Settings", "Secret"}) {
        auto with = [&](std::size_t size) {
            if (member == "Scope") return value(R"("Scope":{"Role":[)" + text(size) + "]}");
            if (member == "Prompt") return value(R"("Prompt":{"Label":)" + text(size) + "}");
            if (member == "Settings") return value(R"("Prompt":{"DisplaySettings":{"Other":)" + text(size) + "}}");
            if (member == "Secret") return value(R"("IsSensitive":true,"Value":)" + text(size));
            return value('"' + member + "\":" + text(size));
        };
        auto const refused = try_to_set(with(more));
        EXPECT_EQ(refused.status, 400) << member;
        EXPECT_NE(refused.body.find("the limit is 8388608 (8 MiB). Shorten values, or move variables to a library "
                                    "variable set"),
                  std::string::npos)
            << member << ": " << refused.body.substr(0, 500);
        EXPECT_EQ(try_to_set(with(allowed)).status, 200) << member;
    }
}

// A parsed body needs many times its size.
TEST_F(Variables, of_large_sets_are_read_two_at_a_time) {
    auto const body = R"({"Variables":[)" + many::variables(2'000) + std::string(300'000, ' ') + "]}";
    auto const route = space + "variables/variableset-" + shop;
    auto peak_of = [&](std::size_t clients) {
        tests::Allocations const allocations;
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < clients; ++i)
            threads.emplace_back([&] {
                net::Client client(server.address());
                EXPECT_EQ(client.send("PUT", route, server.as_admin(), body).status, 200);
            });
        for (auto& thread : threads) thread.join();
        return allocations.peak();
    };
    ASSERT_GT(body.size(), 256u << 10);
    peak_of(1);
    auto const one = peak_of(1), many = peak_of(8);
    EXPECT_LT(many, 3 * one + 8 * 4 * body.size()) << "of one: " << one;
}

// More variables than one set may have, in several sets of a project.
TEST_F(Variables, of_one_run_are_limited_in_number) {
    auto const dev = environment("Dev"), book = runbook(shop, "Restart");
    set_steps(book, step("Go", "true"));
    set_variables(shop, many::variables(20'000));
    auto const shared = create("libraryvariablesets", R"({"Name":"Mail"})"), set = "variables/variableset-" + shared;
    auto project = get("projects/" + shop);
    project.as_object()["IncludedLibraryVariableSetIds"] = parsed("[\"" + shared + "\"]");
    put("projects/" + shop, project);
    auto share = [&](std::size_t count) {
        EXPECT_EQ(server.put(space + set, R"({"Variables":[)" + many::variables(count, "S") + "]}").status, 200);
    };
    auto take = [&](std::string const& name) {
        return server.post(space + "runbookSnapshots?publish=true",
                           R"({"RunbookId":")" + book + R"(","Name":")" + name + R"("})");
    };
    std::string const told = "have at least 30001 variables; a run may have at most 30000. Delete variables or "
                             "include fewer sets, then create a new snapshot";
    share(10'001);
    expect_refused(take("One"), 400, told);
    share(10'000);
    auto const taken = take("One");
    EXPECT_EQ(taken.status, 201) << taken.body;
    EXPECT_EQ(
        server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})").status, 201);
    share(10'001);
    expect_refused(server.post(space + "runbookSnapshots/" + text_at(base::parse_json(taken.body), "/Id") +
                               "/snapshot-variables"),
                   400, told);
    EXPECT_EQ(status(route), 200);
    EXPECT_EQ(status(set), 200);
}

TEST_F(Variables, of_one_run_are_limited_in_bytes) {
    auto const dev = environment("Dev"), book = runbook(shop, "Restart");
    set_steps(book, step("Go", "true"));
    auto run_with = [&](std::string const& variables, std::string const& name) {
        set_variables(shop, variables);
        snapshot(book, name, true);
        return server.post(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})");
    };
    auto repeated = [](std::string const& text, std::size_t count) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += text;
        return all;
    };
    std::string const line = R"({"Name":"W","Value":")" + std::string(1000, 'x') + "\"}";
    auto wide = [&](std::string const& name, std::size_t count) {
        return R"(,{"Name":")" + name + R"(","Value":")" + repeated("#{W}", count) + "\"}";
    };
    EXPECT_EQ(run_with(line + wide("A", 15'000), "One").status, 201);
    expect_refused(run_with(line + wide("A", 8000) + wide("B", 9000), "Two"), 400,
                   "Variables.B: makes the variables of this run exceed 16 MiB");
    std::string const through = R"(,{"Name":"C","Value":"#{A | ToUpper | ToLower | Trim}"})";
    expect_refused(run_with(line + through + wide("A", 12'000), "Three"), 400,
                   "Variables.C: evaluating the variables of this run needs more than 32 MiB; 'C' is the largest");
}

TEST_F(Variables, show_what_they_can_be_scoped_to) {
    auto dev = environment("Dev"), book = runbook(shop, "Restart");
    auto process = set_steps(book, step("Go", "true"));
    auto values = at(get(route), "/ScopeValues");
    EXPECT_EQ(base::to_text(values.at("Environments")), R"([{"Id":")" + dev + R"(","Name":"Dev"}])");
    EXPECT_EQ(text_at(values, "/Channels/0/Name"), "Default");
    EXPECT_EQ(text_at(values, "/Actions/0/Id"), text_at(process, "/Steps/0/Actions/0/Id"));
    EXPECT_EQ(text_at(values, "/Processes/0/Id"), shop);
    EXPECT_EQ(text_at(values, "/Processes/0/ProcessType"), "Deployment");
    EXPECT_EQ(text_at(values, "/Processes/1/Id"), book);
    EXPECT_EQ(text_at(values, "/Processes/1/ProcessType"), "Runbook");
    for (auto empty : {"Machines", "Roles", "TenantTags"}) EXPECT_EQ(values.at(empty), parsed("[]")) << empty;
    EXPECT_EQ(at(get(route), "/ScopeValues"), values);
}

TEST_F(Variables, that_are_prompted_are_scoped_to_environments_and_processes_alone) {
    expect_refused(try_to_set(R"({"Name":"A","Prompt":{"Label":"A"},"Scope":{"Role":["web"]}})"), 400,
                   "Variables[0].Scope");
    EXPECT_EQ(
        try_to_set(
            R"({"Name":"A","Prompt":{"Label":"A"},"Scope":{"Environment":[")" + environment("Dev") + R"("],"ProcessOwner":[")" +
            shop + R"("]}})")
            .status,
        200);
    expect_refused(try_to_set(R"({"Name":"A","Prompt":{"Label":[]}})"), 400, "Variables[0].Prompt.Label");
}

TEST_F(Variables, have_types_and_scopes_that_exist) {
    auto const dev = environment("Dev"), book = runbook(shop, "Restart");
    auto const scoped = [](std::string const& scope) { return R"({"Id":"a","Name":"A","Scope":{)" + scope + "}}"; };
    expect_refused(try_to_set(R"({"Name":"A","Type":"Bogus"})"), 400, "Variables[0].Type: must be one of String, ");
    expect_refused(try_to_set(scoped(R"("Bogus":["x"])")), 400, "Variables[0].Scope.Bogus: is not a dimension");
    for (auto [dimension, id] : {std::pair("Environment", "Environments-99"), {"Environment", "Dev"},
                                 {"ProcessOwner", "Runbooks-99"}, {"Channel", "Channels-99"}})
        expect_refused(try_to_set(scoped('"' + std::string(dimension) + R"(":[")" + id + "\"]")), 400,
                       "Variables[0].Scope." + std::string(dimension) + "[0]: there is no '" + id + "'");
    auto const saved = set_variables(shop, scoped(R"("Environment":["","Environments-1"],"environment":[""],"Action":["nope"])"));
    EXPECT_EQ(at(saved, "/Variables/0/Scope"), parsed(R"({"Environment":["Environments-1"],"Action":["nope"]})"));
    EXPECT_EQ(at(saved, "/Warnings/0/Message"), Json("'A' does not apply: no process of the project has a step 'nope'"));
    ASSERT_EQ(dev, "Environments-1");
    EXPECT_EQ(server.del(space + "environments/" + dev).status, 200);
    EXPECT_EQ(server.put(space + route, base::to_text(get(route))).status, 200) << "what was there may stay";
    expect_refused(try_to_set(scoped(R"("ProcessOwner":["Environments-1"])")), 400, "ProcessOwner[0]");
    set_variables(shop, scoped(R"("ProcessOwner":[")" + book + "\",\"" + shop + "\"]"));
}

TEST_F(Variables, know_all_names_that_can_be_used) {
    set_variables(shop, R"({"Name":"Zebra","Value":"1"},{"Name":"zebra","Value":"2"})");
    auto names = get("variables/names?project=" + shop);
    std::multiset<std::string> all;
    for (auto const& name : names.as_array()) all.insert(std::string(name.as_string()));
    for (auto known : {"Octopus.Environment.Name", "Octopus.RunbookRun.Id", "Octopus.Step.Name", "Zebra"})
        EXPECT_EQ(all.count(known), 1u) << known;
    EXPECT_EQ(all.count("zebra"), 0u);
    EXPECT_GT(get("variables/names").as_array().size(), 20u);
    EXPECT_EQ(status("variables/names?project=Projects-99"), 404);
}

TEST_F(Variables, are_not_wiped_by_a_body_without_them) {
    set_variables(shop, R"({"Name":"A","Value":"1"})");
    for (auto body : {"", "{}", R"({"Variables":null})", R"({"variable":[]})"})
        expect_refused(server.put(space + "variables/variableset-" + shop, body), 400, "");
    EXPECT_EQ(at(get("variables/variableset-" + shop), "/Variables").as_array().size(), 1u);
    EXPECT_EQ(server.put(space + "variables/variableset-" + shop, R"({"Variables":[]})").status, 200);
}

TEST_F(Variables, are_previewed_with_the_values_that_count) {
    auto dev = environment("Dev"), prod = environment("Prod");
    set_variables(
        shop,
        R"({"Name":"Host","Value":"db-#{Octopus.Environment.Name}"},{"Name":"Host","Value":"db-prod","Scope":{"Environment":[")" +
            prod +
            R"("]}},)"
            R"({"Name":"Url","Value":"http://#{Host}/#{Unknown}"},{"Name":"Password","Value":"hunter2hunter2","IsSensitive":true},)"
            R"({"Name":"Connection","Value":"user:#{Password}"},{"Name":"OnlyProd","Value":"x","Scope":{"Environment":[")" +
            prod + R"("]}})");
    auto values = [&](std::string const& environment_id) {
        auto response = server.get(space + "variables/preview?project=" + shop + "&environment=" + environment_id);
        EXPECT_EQ(response.body.find("hunter2hunter2"), std::string::npos);
        std::string all;
        auto preview = parsed(response.body);
        for (auto const& each : preview.at("Variables").as_array())
            all += text_at(each, "/Name") + "=" + base::to_text(each.at("Value")) + " ";
        return all;
    };
    EXPECT_EQ(values(dev), R"(Connection=null Host="db-Dev" Password=null Url="http://db-Dev/#{Unknown}" )");
    EXPECT_EQ(values(prod),
              R"(Connection=null Host="db-prod" OnlyProd="x" Password=null Url="http://db-prod/#{Unknown}" )");
    expect_refused(server.get(space + "variables/preview"), 400, "project");
    expect_refused(server.get(space + "variables/preview?project=" + shop + "&environment=nowhere"), 400,
                   "environment");
}

} // namespace
} // namespace stepwell::contract
