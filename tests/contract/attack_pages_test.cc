// Requests that other sites make a browser send, and responses that a browser could misinterpret.
#include "contract/attack.h"

#include "base/utf8.h"

namespace stepwell::contract {

namespace {

struct AttackByPages : Attack {
    std::string host() const { return "127.0.0.1:" + std::to_string(server.port()); }
    std::vector<net::Headers> other_sites() const {
        std::vector<net::Headers> all;
        for (std::string origin : {std::string("http://evil.example"), std::string("null"), std::string("file://"),
                                   "http://" + host() + ".evil.example", "http://" + host() + "0",
                                   std::string("http://127.0.0.1"), "http://user@" + host()})
            all.push_back(with("Origin", origin));
        for (auto site : {"cross-site", "same-site", "anything"}) all.push_back(with("Sec-Fetch-Site", site));
        auto both = with("Sec-Fetch-Site", "cross-site");
        both.add("Origin", "http://" + host());
        all.push_back(both);
        return all;
    }
    std::vector<net::Headers> own_pages() const {
        auto behind_a_proxy = with("Sec-Fetch-Site", "same-origin");
        behind_a_proxy.add("Origin", "https://stepwell.example");
        return {with("Origin", "http://" + host()), with("Sec-Fetch-Site", "same-origin"),
                with("Sec-Fetch-Site", "none"), behind_a_proxy, net::Headers()};
    }
};

net::Headers joined(net::Headers one, net::Headers const& more) {
    for (auto const& [name, value] : more) one.add(name, value);
    return one;
}

} // namespace

TEST_F(AttackByPages, a07_sign_nobody_in) {
    for (auto const& headers : other_sites()) {
        auto response = sign_in(server, "admin", "correct horse battery", headers);
        EXPECT_EQ(response.status, 403) << headers.begin()->second;
        EXPECT_EQ(response.headers["Set-Cookie"], "");
    }
    for (auto const& headers : own_pages())
        EXPECT_EQ(sign_in(server, "admin", "correct horse battery", headers).status, 200) << "twin";
}

TEST_F(AttackByPages, a07_change_nothing_even_with_the_token) {
    auto browser = as_admin(server);
    auto before = number_of_environments();
    for (auto const& headers : other_sites())
        EXPECT_EQ(
            server.send("POST", "/api/environments", R"({"Name":"Forged"})", joined(browser.headers(), headers)).status,
            403);
    EXPECT_EQ(number_of_environments(), before);
    int number = 0;
    for (auto const& headers : own_pages())
        EXPECT_EQ(server
                      .send("POST", "/api/environments", R"({"Name":"Own )" + std::to_string(++number) + R"("})",
                            joined(browser.headers(), headers))
                      .status,
                  201)
            << "twin";
    EXPECT_EQ(server
                  .send("POST", "/api/environments", R"({"Name":"By key"})",
                        joined(TestServer::as_admin(), with("Origin", "http://evil.example")))
                  .status,
              201)
        << "twin: no page knows a key that it was not given";
}

TEST_F(AttackByPages, a34_take_no_answer_for_a_page_of_ours) {
    for (std::string path : {"/", "/api", "/api/environments", "/api/nothing", "/api/environments/%ff", "/healthz",
                             "/readyz", "/api/openapi.json", "/api/tasks/ServerTasks-1/raw",
                             "/api/tasks/ServerTasks-1/output", "/%3Cscript%3Ealert(1)%3C/script%3E"})
        for (auto method : {"GET", "POST"}) {
            auto response = server.send(method, path, "{}");
            EXPECT_EQ(response.headers["X-Content-Type-Options"], "nosniff") << path;
            auto policy = std::string(response.headers["Content-Security-Policy"]);
            EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path << ": " << policy;
            if (path != "/") EXPECT_EQ(response.headers["Content-Type"].find("html"), std::string::npos) << path;
        }
}

TEST_F(AttackByPages, a30_no_address_leads_to_a_file) {
    for (std::string path :
         {"/../../../../etc/passwd", "/app/../../etc/passwd", "/app/..%2f..%2f..%2fetc%2fpasswd", "/app/%2e%2e/key",
          "/app//etc/passwd", "/app/..%5c..%5cetc%5cpasswd", "/app/....//etc/passwd", "/file:///etc/passwd",
          "/api/environments/..%2f..%2f..%2fetc%2fpasswd", "/api/tasks/..%2f..%2fkey/raw",
          "/api/tasks/%2fetc%2fpasswd/output", "/api/certificates/..%2fkey/export", "/app/C:%5cwindows", "/app/CON"}) {
        auto response = server.get(path);
        EXPECT_TRUE(response.status == 404 || response.status == 400) << path << ": " << response.status;
        EXPECT_EQ(response.body.find("root:"), std::string::npos) << path;
    }
}

TEST_F(AttackByPages, a02_what_is_no_text_stands_in_no_answer) {
    for (std::string bad : {"%ff", "%c0%af", "%ed%a0%80", "x%00y", "%f5%80%80%80"})
        for (std::string query :
             {"environments?skip=", "environments?take=", "environments?partialName=", "environments?ids=",
              "variables/names?project=", "tasks?states=", "tasks?partialName=", "events?regarding=", "events?from=",
              "users?filter=", "environments/", "tasks/", "projects/all?ids="}) {
            auto response = server.get("/api/" + query + bad);
            EXPECT_EQ(response.status, query.ends_with("/") ? 404 : 400) << query << bad;
            EXPECT_TRUE(base::is_utf8(response.body)) << query << bad;
            EXPECT_NO_THROW(base::parse_json(response.body)) << query << bad;
        }
    EXPECT_EQ(server.get("/api/environments?partialName=%c3%a4").status, 200) << "twin";
}

} // namespace stepwell::contract
