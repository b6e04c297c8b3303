// The examples on pages of the manual: blocks of requests with parts of the responses.
#include "workshop.h"

#include "support/certificates.h"
#include "support/manual.h"

#include <thread>

namespace stepwell::contract {
namespace {

struct Request {
    std::string method, path, body;
    std::vector<std::pair<int, std::string>> answers; // status, and parts of the response
};

std::vector<Request> requests_of(std::vector<std::string> const& lines) {
    std::vector<Request> all;
    for (auto const& line : lines) {
        auto word = line.substr(0, line.find(' '));
        if (word == "=>")
            all.back().answers.emplace_back(std::stoi(line.substr(3, 3)),
                                            line.substr(std::min<std::size_t>(7, line.size())));
        else if (word == "GET" || word == "PUT" || word == "POST" || word == "DELETE" || word == "RUN")
            all.push_back({word, line.substr(word.size() + 1), {}, {}});
        else
            all.back().body += line + "\n";
    }
    return all;
}

class Manual : public Workshop {
protected:
    std::string const dev = environment("Dev"), prod = environment("Prod");
    std::string const shop = project("Shop"), restart = runbook(shop, "Restart");

    std::string filled(std::string text) {
        std::string const pfx(tests::modern_pfx), pem(tests::root_pem);
        for (auto const& [name, value] : {std::pair{"$shop", shop},
                                          {"$restart", restart},
                                          {"$dev", dev},
                                          {"$prod", prod},
                                          {"$pfx", pfx},
                                          {"$pem", pem}})
            text = base::replace_all(std::move(text), name, value);
        return text;
    }
    net::Response answer_of(Request const& request) {
        if (request.method == "RUN") return run(filled(request.path), filled(request.body));
        auto path = filled(request.path);
        auto body = filled(request.body);
        // Members that a client sends back unchanged are omitted in the examples.
        if ((path == "runbooks/" + restart || path == "projects/" + shop) && request.method == "PUT") {
            auto whole = get(path);
            auto change = parsed(body);
            for (auto const& member : change.as_object()) whole.as_object()[member.key()] = member.value();
            body = base::to_text(whole);
        }
        return server.send(request.method, path.starts_with('/') ? path : space + path, body);
    }
    net::Response run(std::string const& runbook_id, std::string const& answers) {
        auto made = at(server.created(space + "runbooks/" + runbook_id + "/run",
                                      R"({"EnvironmentIds":[")" + dev + R"("],"FormValues":)" + answers + "}"),
                       "/0");
        for (int i = 0; i < 1000; ++i) {
            auto task = server.json("/api/tasks/" + text_at(made, "/TaskId"));
            if (at(task, "/IsCompleted") == Json(true)) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return server.get(space + "runbookRuns/" + text_at(made, "/Id") + "/outputs");
    }
    void expect_true(std::string const& page) {
        auto requests = requests_of(tests::lines_of_manual(page, "api"));
        EXPECT_GT(requests.size(), 5u);
        for (auto const& request : requests) {
            auto response = answer_of(request);
            EXPECT_FALSE(request.answers.empty()) << request.path;
            for (auto const& [expected, words] : request.answers) {
                EXPECT_EQ(response.status, expected) << request.method << " " << request.path << "\n" << response.body;
                EXPECT_NE(response.body.find(filled(words)), std::string::npos)
                    << request.method << " " << request.path << " says no " << words << "\n"
                    << response.body;
            }
        }
    }
};

TEST_F(Manual, of_accounts_gives_examples_that_are_true) {
    expect_true("accounts.md");
    EXPECT_EQ(server.get(space + "events?take=1000").body.find("choose-a-long-one"), std::string::npos);
}

TEST_F(Manual, of_certificates_gives_examples_that_are_true) {
    expect_true("certificates.md");
    EXPECT_EQ(server.get(space + "events?take=1000").body.find("PRIVATE KEY"), std::string::npos);
}

TEST_F(Manual, of_library_sets_gives_examples_that_are_true) {
    expect_true("library.md");
    EXPECT_EQ(server.get(space + "events?take=1000").body.find("choose-a-long-one"), std::string::npos);
}

TEST_F(Manual, of_variables_gives_examples_that_are_true) {
    set_steps(restart, step("Go", "true"));
    expect_true("variables.md");
    EXPECT_EQ(server.get(space + "runbookRuns").body.find("4711-secret"), std::string::npos);
}

} // namespace
} // namespace stepwell::contract
