#include "commands_support.h"

#include "cli/config.h"

#include <sys/stat.h>

namespace stepwell::cli {
namespace {

class Login : public Commands {
protected:
    Program::Setting at_home(std::string input = {}, bool terminal = false) const {
        return {
            {{"HOME", "/nonexistent"}, {"XDG_CONFIG_HOME", server.folder() + "/config"}}, std::move(input), terminal};
    }
    Ended home(std::string const& line, std::string input = {}) const {
        return Program(words_of(line), at_home(std::move(input))).end();
    }
    std::string path() const { return server.folder() + "/config/stepwell/config.json"; }
    std::size_t keys() { return server.json("/api/users/me/apikeys?take=100").at("Items").as_array().size(); }
};

TEST_F(Login, keeps_a_key_for_a_password_and_gives_it_back) {
    auto const before = keys();
    auto const ended =
        home("login " + server.address() + " --username admin --password-stdin", "correct horse battery\n");
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out, "Signed in to " + server.address() + " as admin. The key is in " + path() + ".\n");
    EXPECT_EQ(keys(), before + 1);
    struct stat stat{};
    ASSERT_EQ(::stat(path().c_str(), &stat), 0);
    EXPECT_EQ(stat.st_mode & 0777, 0600u);
    EXPECT_EQ(home("environment list").code, 0);
    // A repeated sign-in leaves no key behind.
    EXPECT_EQ(home("login " + server.address() + " --username admin --password-stdin", "correct horse battery").code,
              0);
    EXPECT_EQ(keys(), before + 1);
    EXPECT_EQ(home("logout").out, "Signed out.\n");
    EXPECT_EQ(keys(), before);
    EXPECT_EQ(home("logout").out, "No stored sign-in was found.\n");
    auto const out = home("environment list");
    EXPECT_EQ(out.code, 1);
    EXPECT_NE(out.err.find("No server is configured. Sign in with"), std::string::npos) << out.err;
}

TEST_F(Login, keeps_a_key_that_is_given) {
    auto const ended = home("login " + server.address() + "/ --api-key " + tests::TestServer::api_key);
    EXPECT_EQ(ended.code, 0) << ended.err;
    auto const config = read_config(path());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->api_key, tests::TestServer::api_key);
    EXPECT_EQ(config->key_id, "");
    EXPECT_EQ(home("environment view Production").code, 0);
    EXPECT_EQ(
        home("login " + server.address() + " --password-stdin", std::string(tests::TestServer::api_key) + "\n").code,
        0);
}

TEST_F(Login, keeps_nothing_when_it_fails) {
    struct Case {
        std::string line, input;
        int code;
    };
    for (auto const& [line, input, code] :
         std::vector<Case>{{"login " + server.address() + " --username admin --password-stdin", "wrong", 1},
                           {"login " + server.address() + " --username admin", "", 2},
                           {"login " + server.address() + " --api-key API-WRONG", "", 1},
                           {"login nonsense --api-key API-X", "", 2},
                           {"login http://127.0.0.1:1 --api-key API-X", "", 1}}) {
        auto const ended = home(line, input);
        EXPECT_EQ(ended.code, code) << line;
        EXPECT_EQ(ended.err.substr(0, 10), "stepwell: ") << line;
        EXPECT_EQ(ended.err.find("Sign in with"), std::string::npos) << line << "\n" << ended.err;
    }
    EXPECT_FALSE(read_config(path()));
    EXPECT_EQ(home("login").code, 2);
}

TEST_F(Login, does_not_show_the_password_that_is_typed) {
    Program program(words_of("login " + server.address() + " --username admin"), at_home({}, true));
    ASSERT_TRUE(program.hears("Password of admin: "));
    program.type("correct horse battery\n");
    auto const& ended = program.end();
    EXPECT_EQ(ended.code, 0) << ended.out;
    EXPECT_EQ(ended.out.find("horse"), std::string::npos) << ended.out;
}

} // namespace
} // namespace stepwell::cli
