// Attempts to read secrets that were sent once, and to break request parsing. Each has a twin that shows a value that
// is not secret.
#include "workshop.h"

#include "api/application.h"
#include "base/files.h"
#include "support/certificates.h"

#include <filesystem>

namespace stepwell::contract {
namespace {

constexpr std::string_view canaries[] = {
    "canary-variable", "canary-property", "canary-input",       "canary-proxy",
    "canary-password", "canary-account",  "canary-certificate", tests::leaf_key.substr(60, 40),
    "i/ahwc8uvCVtVAr6"};
constexpr std::string_view plain = "no-secret-at-all";

class Secrets : public Workshop {
protected:
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");
    std::map<std::string, std::string, base::LessIgnoringCase> ids; // by the first segment of a path

    static std::string sensitive(std::string_view canary) {
        return R"({"HasValue":true,"NewValue":")" + std::string(canary) + R"("})";
    }
    Secrets() {
        set_variables(shop, R"({"Name":"Token","Type":"Sensitive","IsSensitive":true,"Value":"canary-variable"},)"
                            R"({"Name":"Login","Type":"UsernamePasswordAccount","Value":"Accounts-1"},)"
                            R"({"Name":"Host","Value":")" +
                                std::string(plain) + R"("})");
        auto steps = step("Go", "true", R"(,"Inputs":{"password":)" + sensitive("canary-input") + "}");
        steps.insert(steps.find("\"Octopus.Action.RunOnServer\""), "\"Token\":" + sensitive("canary-property") + ",");
        set_steps(book, steps);
        auto proxy = create("proxies", R"({"Name":"P","Host":"h","Port":1,"ProxyType":"HTTP","Password":)" +
                                           sensitive("canary-proxy") + "}");
        auto account =
            create("accounts", R"({"Name":"A","AccountType":"UsernamePassword","Username":"joe","Password":)" +
                                   sensitive("canary-account") + "}");
        auto certificate =
            create("certificates",
                   R"({"Name":"C","CertificateData":)" +
                       sensitive(base::to_base64(tests::file_of(tests::leaf_key) + tests::file_of(tests::leaf_pem))) +
                       R"(,"Password":)" + sensitive("canary-certificate") + "}");
        auto user = text_at(server.created("/api/users", R"({"Username":"eva","DisplayName":"Eva",)"
                                                         R"("Password":"canary-password"})"),
                            "/Id");
        auto frozen = snapshot(book, "One", true);
        auto run =
            at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), "/0");
        server.created(space + "projects?clone=" + shop, project_body("Copy"));
        server.created(space + "runbooks?clone=" + book, R"({"Name":"Again"})");
        set_variables(shop, R"({"Name":"Host","Value":"other"})"); // the audit shows the deleted value
        ids = {{"projects", shop},
               {"runbooks", book},
               {"environments", dev},
               {"proxies", proxy},
               {"accounts", account},
               {"certificates", certificate},
               {"users", user},
               {"variables", text_at(frozen, "/ProjectVariableSetSnapshotId")},
               {"runbookProcesses", text_at(frozen, "/FrozenRunbookProcessId")},
               {"runbookSnapshots", text_at(frozen, "/Id")},
               {"runbookRuns", text_at(run, "/Id")},
               {"tasks", text_at(run, "/TaskId")},
               {"channels", "Channels-1"},
               {"lifecycles", "Lifecycles-1"},
               {"deploymentprocesses", "deploymentprocess-" + shop}};
    }
    // The path of a row with ids of existing documents. Each parameter belongs to the noun in front of it.
    std::string address_of(std::string const& route) {
        std::string path = space, above;
        for (auto segment : base::split(route, '/')) {
            if (segment.empty()) continue;
            if (!path.ends_with('/')) path += '/';
            if (segment == "{project}") {
                path += shop;
            } else if (segment == "{environment}") {
                path += dev;
            } else if (segment.front() == '{') {
                auto at = ids.find(above);
                path += at == ids.end() ? "1" : at->second;
            } else {
                path += segment;
                above = segment;
            }
        }
        return path + "?take=1000&verbose=true&project=" + shop + "&environment=" + dev + "&runbook=" + book;
    }
};

void expect_no_canary(std::string_view text, std::string const& where) {
    for (auto canary : canaries) EXPECT_EQ(text.find(canary), std::string_view::npos) << canary << " in " << where;
}

TEST_F(Secrets, a14_are_told_by_no_address) {
    api::Routes routes;
    api::add_all_routes(routes);
    int answered = 0, told_plain = 0;
    for (auto const& route : routes.all()) {
        if (route->method != "GET" || route->path.starts_with('~') || route->path == "live") continue;
        auto address = address_of(route->path);
        auto response = server.get(address);
        expect_no_canary(response.body, address);
        answered += response.status == 200;
        told_plain += response.body.find(plain) != std::string::npos;
    }
    EXPECT_GT(answered, 150);
    EXPECT_GE(told_plain, 5) << "variables, live and frozen, previews, the audit";
}

TEST_F(Secrets, a14_are_told_by_no_refusal) {
    auto body = R"({"Name":1,"Steps":[{"Actions":[{"Properties":{"Token":)" + sensitive("canary-property") +
                R"(,"Wrong":{"canary-property":1},"List":["canary-input"]},"Inputs":)" + sensitive("canary-input") +
                R"(}]}],"Password":["canary-proxy"],"Variables":[{"Value":{"canary-variable":1}}]})";
    for (auto const& path : {"runbookProcesses/RunbookProcess-" + book, "variables/variableset-" + shop,
                             std::string("proxies/Proxies-1")}) {
        auto response = server.put(space + path, body);
        EXPECT_EQ(response.status, 400) << path;
        expect_no_canary(response.body, path);
    }
    expect_no_canary(server.post("/api/users/login", R"({"Username":"eva","Password":"canary-password!"})").body,
                     "login");
}

TEST_F(Secrets, a43_stand_in_no_file) {
    bool told_plain = false;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(server.folder())) {
        if (!entry.is_regular_file()) continue;
        auto text = base::read_file(entry.path().string()).value_or("");
        expect_no_canary(text, entry.path().string());
        for (std::string_view told :
             {std::string_view(tests::TestServer::api_key), std::string_view("correct horse battery")})
            EXPECT_EQ(text.find(told), std::string::npos) << told << " in " << entry.path();
        told_plain = told_plain || text.find(plain) != std::string::npos;
    }
    EXPECT_TRUE(told_plain);
}

TEST_F(Secrets, a25_a_sign_in_leads_nowhere) {
    for (std::string target : {"javascript:alert(1)", "//evil.example", "https://evil.example"}) {
        auto response = server.post("/api/users/login?returnUrl=" + base::encode_percent(target),
                                    R"({"Username":"eva","Password":"canary-password"})");
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.headers["Location"], "");
        EXPECT_EQ(response.body.find(target), std::string::npos);
    }
}

TEST_F(Secrets, a35_no_json_harms_who_reads_it) {
    auto nested = [](std::string const& open, std::string const& close, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += open;
        text += "1";
        for (int i = 0; i < times; ++i) text += close;
        return text;
    };
    std::string const wide = "[" + nested("1,", "", 300'000) + "]";
    for (auto const& value :
         {nested("[", "]", 100'000), nested("{\"a\":", "}", 100'000), std::string("1e999999"), std::string("[0e1110]"),
          std::string(1'000'000, '9'), std::string("\"\\ud800\""), std::string("\"\xff\""), std::string("nul"), wide}) {
        auto response = server.post(space + "environments", R"({"Name":)" + value + "}");
        EXPECT_EQ(response.status, 400) << value.substr(0, 20) << ": " << response.body.substr(0, 200);
        EXPECT_LT(response.body.size(), 2000u) << "nobody is sent his own flood back";
    }
    auto twice = server.created(space + "environments", R"({"Name":"first","Name":"second","NAME":"third"})");
    EXPECT_EQ(get("environments/" + text_at(twice, "/Id")), twice) << "one of them, and the same for all who ask";
}

} // namespace
} // namespace stepwell::contract
