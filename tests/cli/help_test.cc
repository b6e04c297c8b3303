#include "commands_support.h"

#include "base/text.h"
#include "cli/commands.h"
#include "support/golden.h"

namespace stepwell::cli {
namespace {

class Help : public Commands {
protected:
    struct Text {
        std::string command; // "stepwell environment list"
        std::vector<std::string> examples, below;
    };

    Text help_of(std::string const& command) const {
        Text text{command, {}, {}};
        auto const line = command + " --help";
        enum { elsewhere, in_examples, in_commands } part = elsewhere;
        auto const printed = output(line.substr(line.find(' ') + 1));
        for (auto each : base::split(printed, '\n')) {
            bool const inside = each.starts_with("  ") && !each.starts_with("   ");
            if (each == "Examples:")
                part = in_examples;
            else if (each == "Subcommands:")
                part = in_commands;
            else if (!each.starts_with(" "))
                part = elsewhere;
            else if (inside && part == in_examples)
                text.examples.emplace_back(base::trim(each));
            else if (inside && part == in_commands)
                text.below.push_back(command + " " + std::string(each.substr(2, each.find(' ', 2) - 2)));
        }
        return text;
    }
    void add_all(std::string const& command, std::vector<Text>& texts) const {
        auto const text = help_of(command);
        texts.push_back(text);
        for (auto const& one : text.below) add_all(one, texts);
    }

    // Creates the documents that the examples use. Called before each example, because some delete documents.
    void make_old(std::string const& command) {
        auto const name = std::string(R"("Name":"Old")");
        auto const body = [&]() -> std::pair<std::string, std::string> {
            if (command == "user")
                return {"/api/users", R"({"Username":"Old","DisplayName":"Old","Password":"correct horse battery"})"};
            if (command == "space") return {"/api/spaces", "{" + name + R"(,"SpaceManagersTeamMembers":["Users-1"]})"};
            if (command == "project") return {space + "projects", project_body("Old")};
            if (command == "channel" || command == "runbook")
                return {space + command + "s", "{" + name + R"(,"ProjectId":"Projects-1"})"};
            if (command == "snapshot")
                return {space + "runbookSnapshots", "{" + name + R"(,"RunbookId":"Runbooks-1"})"};
            if (command == "proxy") return {space + "proxies", "{" + name + R"(,"Host":"proxy"})"};
            if (command == "account") return {space + "accounts", "{" + name + R"(,"AccountType":"None"})"};
            if (command == "certificate")
                return {space + "certificates/generate", "{" + name + R"(,"SubjectCommonName":"old.example.org"})"};
            if (command == "machine-policy") return {space + "machinepolicies", "{" + name + "}"};
            return {space + base::replace_all(command, "-", "") + "s", "{" + name + "}"};
        }();
        auto const made = server.created(body.first, body.second);
        if (command == "certificate") server.post(text_at(made, "/Links/Archive"));
        if (command != "space") return;
        auto stopped = made;
        stopped.as_object()["TaskQueueStopped"] = true;
        server.changed("/api/spaces/" + text_at(made, "/Id"), base::to_text(stopped));
    }
};

TEST_F(Help, ends_with_examples_that_work) {
    set_variables(project_id, R"({"Name":"Reason","Value":"","Prompt":{}})");
    published("Restart Tomcat", "echo restarting");
    published("Slow", "sleep 600");
    EXPECT_EQ(ran("run \"Restart Tomcat\" -p Shop -e Production --wait").code, 0);
    EXPECT_EQ(output("run Slow -p Shop -e Production"), "ServerTasks-2\n");
    ASSERT_EQ(server.post(space + "proxies", R"({"Name":"First","Host":"proxy"})").status, 201);
    ASSERT_EQ(server.post(space + "accounts", R"({"Name":"First","AccountType":"None"})").status, 201);
    ASSERT_EQ(server.post(space + "libraryvariablesets", R"({"Name":"First"})").status, 201);
    server.created(space + "certificates/generate", R"({"Name":"First","SubjectCommonName":"first.example.org"})");
    std::vector<Text> texts;
    add_all("stepwell", texts);
    EXPECT_GT(texts.size(), 60u);
    for (auto const& [command, examples, below] : texts) {
        EXPECT_FALSE(examples.empty()) << command;
        for (auto const& example : examples) {
            EXPECT_TRUE((example + " ").starts_with(command + " ")) << command << ": " << example;
            auto const words = words_of(example);
            ASSERT_EQ(words.at(0), "stepwell") << example;
            if (words.at(1) == "login" || words.at(1) == "logout")
                continue; // these use a server URL of their own: login_test.cc
            bool const deletes = words.size() > 3 && words.at(2) == "delete";
            if (deletes && words[3] == "Old") make_old(words[1]);
            auto line = example.substr(example.find(' ') + 1);
            if (deletes && words.back() != "--yes") {
                Program program = start(line, true);
                if (!program.hears("[y/N] ")) continue;
                program.type("y\n");
                EXPECT_EQ(program.end().code, 0) << example;
            } else {
                auto const ended = ran(line);
                EXPECT_EQ(ended.code, 0) << example << "\n" << ended.out << ended.err;
            }
        }
    }
}

// Without a server: none is needed to find wrong usage.
class Usage : public ::testing::Test {
protected:
    static Ended ran(std::string const& line) {
        return Program(words_of(line), {{{"HOME", "/nonexistent"}, {"STEPWELL_URL", "http://127.0.0.1:1"}}, "", false})
            .end();
    }
    static void expect_refusal(std::string const& line, std::string const& message) {
        auto const ended = ran(line);
        EXPECT_EQ(ended.code, 2) << line;
        EXPECT_EQ(ended.out, "") << line;
        EXPECT_EQ(ended.err.substr(0, ended.err.find('\n')), "stepwell: " + message) << line;
        EXPECT_EQ(std::ranges::count(ended.err, '\n'), ended.err.find("See `") == std::string::npos ? 1 : 2);
    }
};

TEST_F(Usage, of_an_unknown_command_suggests_one) {
    auto const meant = [](std::string const& word, std::string const& name) {
        return "There is no command '" + word + "'. Did you mean '" + name + "'?";
    };
    expect_refusal("environments list", meant("environments", "environment"));
    expect_refusal("--space Home environments list", meant("environments", "environment"));
    expect_refusal("servre --data x", meant("servre", "server"));
    expect_refusal("runbook rnu", meant("rnu", "run"));
    expect_refusal("environment lst", meant("lst", "list"));
    expect_refusal("migrate stats", meant("stats", "status"));
    expect_refusal("template", "A command is required. Commands: eval.");
    expect_refusal("variables list", "There is no command 'list'. Commands: explain.");
    expect_refusal("environment --odd", "There is no option '--odd'.");
    for (auto line : {"", "foo", "list", "event list"}) {
        auto const ended = ran(line);
        EXPECT_EQ(ended.code, 2) << line;
        EXPECT_NE(ended.err.find("Commands: run, login"), std::string::npos) << ended.err;
        EXPECT_NE(ended.err.find(", rotate-key.\nSee `stepwell --help`.\n"), std::string::npos) << ended.err;
    }
}

TEST_F(Usage, that_is_wrong_is_one_sentence_and_exit_2) {
    expect_refusal("environment view", "name is required");
    expect_refusal("environment view \"\"", "name: must not be empty");
    expect_refusal("runbook list --project \"\"", "--project: must not be empty");
    expect_refusal("task list --take 0", "--take: must be between 1 and 2,147,483,647, not '0'");
    expect_refusal("task list --take -1", "--take: must be between 1 and 2,147,483,647, not '-1'");
    expect_refusal("team list --skip few", "--skip: must be between 0 and 2,147,483,647, not 'few'");
    expect_refusal("task list --take", "--take: needs a value");
    expect_refusal("task list --state Running", "--state: must be Queued, Executing, Failed, Canceled, TimedOut, "
                                                "Success or Cancelling, not 'Running'");
    expect_refusal("task list -o yaml", "--output: must be table or json, not 'yaml'");
    expect_refusal("variables explain", "--project: is required without --run");
    expect_refusal("run R -p P -e E --var novalue", "--var: must be NAME=VALUE, not 'novalue'");
    expect_refusal("login localhost:1", "localhost:1: must be http://HOST[:PORT]");
    expect_refusal("team list --server localhost:1", "localhost:1: must be http://HOST[:PORT]");
    expect_refusal("login http://localhost:1", "Cannot prompt for the API key: standard input or standard error is not "
                                               "a terminal.");
    expect_refusal("server", "--data is required");
    expect_refusal("check --odd", "--data is required");
    expect_refusal("check --data /dev/null", "--data: '/dev/null' is not a folder");
    expect_refusal("migrate up --data \"\"", "--data: must not be empty");
    expect_refusal("server --data /nonexistent/x --listen 8070", "--listen: must be HOST:PORT");
    expect_refusal("server --data /nonexistent/x --run-uids 10-5", "--run-uids: must be a range such as 61000-61063");
    expect_refusal("server --data /nonexistent/x --max-connections 5",
                   "--max-connections: must be between 64 and 1,000,000, not '5'");
}

TEST_F(Usage, of_version_as_an_option_or_a_command) {
    auto const version = ran("version");
    EXPECT_EQ(version.out.substr(0, 9), "Stepwell ");
    EXPECT_EQ(ran("--version").out, version.out);
    EXPECT_EQ(ran("--version").code, 0);
}

void add_help(CLI::App& command, std::string const& parent, std::string& text) {
    auto const name = parent + command.get_name();
    text += "$ " + name + " --help\n" + command.help(std::string(base::trim(parent))) + "\n";
    for (auto below : command.get_subcommands([](CLI::App const*) { return true; })) add_help(*below, name + " ", text);
}

TEST(HelpText, of_every_command_is_the_golden_file) {
    Shared shared;
    CLI::App app;
    add_all_commands(app, shared);
    std::string text;
    add_help(app, "", text);
    for (std::string const command :
         {"server", "launcher", "rotate-key", "check", "migrate", "migrate status", "migrate up"})
        text += "$ stepwell " + command + " --help\n" + Program(words_of(command + " --help"), {}).end().out + "\n";
    tests::expect_golden("help.txt", text);
}

} // namespace
} // namespace stepwell::cli
