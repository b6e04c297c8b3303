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

TEST_F(Help, wrong_usage_is_one_sentence_and_exit_2) {
    auto const none = ran("");
    EXPECT_EQ(none.code, 2);
    auto const unknown = ran("environment lst");
    EXPECT_EQ(unknown.code, 2);
    EXPECT_NE(unknown.err.find("See `stepwell environment --help`."), std::string::npos) << unknown.err;
    EXPECT_EQ(ran("environment view").err, "stepwell: name is required\nSee `stepwell environment view --help`.\n");
    EXPECT_EQ(output("version").substr(0, 9), "Stepwell ");
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
