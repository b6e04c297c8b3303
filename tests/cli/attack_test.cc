// Tests that scripts and names chosen by users cannot control the terminal of the person who displays them, and that
// words of a command line cannot be misinterpreted.
#include "commands_support.h"

namespace stepwell::cli {
namespace {

class AttackOnTerminal : public Commands {};

// Sequences for title, clipboard, link, report, clear, alternate screen and function keys, also in their 8-bit forms.
constexpr char const* hostile =
    R"(printf '\\033]0;OWNED\\007\\033]52;c;ZXZpbA==\\007\\033]8;;http://evil\\007' ; )"
    R"(printf '\\033[6n\\033[2J\\033[?1049h\\033P+q\\033\\\\\\302\\2350;OWNED\\302\\234\\n' ; )"
    R"(printf '\\033[31mred\\033[0m end\\n')";

void expect_harmless(std::string const& shown) {
    EXPECT_NE(shown.find("end"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("OWNED"), std::string::npos);
    EXPECT_EQ(shown.find('\x07'), std::string::npos);
    for (auto at = shown.find('\x1b'); at != std::string::npos; at = shown.find('\x1b', at + 1)) {
        auto const last = shown.find_first_not_of("0123456789;:", at + 2);
        EXPECT_TRUE(shown.substr(at, 2) == "\x1b[" && last != std::string::npos && shown[last] == 'm') << "at " << at;
    }
}

TEST_F(AttackOnTerminal, a24_a_log_steers_no_terminal) {
    published("Loud", hostile);
    output("run Loud --project Shop --environment Production --wait");
    auto const id = text_at(server.json("/api/tasks?take=1"), "/Items/0/Id");
    for (std::string line : {"task log " + id, "task log " + id + " --follow",
                             std::string("run Loud --project Shop --environment Production --follow")}) {
        auto const shown = start(line, true).end().out;
        expect_harmless(shown);
        EXPECT_NE(shown.find("\x1b[31mred"), std::string::npos) << "twin: colours stay, in " << line;
        auto const piped = output(line);
        EXPECT_EQ(piped.find('\x1b'), std::string::npos) << line;
    }
}

TEST_F(AttackOnTerminal, a24_a_name_steers_no_terminal) {
    server.created(space + "environments", R"({"Name":"E\u001b]0;OWNED\u0007\u009b2J\u202eend"})");
    for (auto line : {"environment list", "environment list --output json"}) {
        auto const shown = start(line, true).end().out;
        EXPECT_EQ(shown.find("\xC2\x9B"), std::string::npos) << line;
        EXPECT_EQ(shown.find("\xE2\x80\xAE"), std::string::npos) << line;
        EXPECT_EQ(shown.find('\x1b'), std::string::npos) << line;
        EXPECT_NE(shown.find("end"), std::string::npos) << "twin: in " << line;
    }
}

TEST_F(AttackOnTerminal, a36_no_word_reads_a_file) {
    auto const file = server.folder() + "/words";
    base::replace_file(file, "CANARY\n", 0600);
    for (std::string line : {"task log @" + file, "environment view @" + file, "run @" + file + " --project Shop -e x",
                             "task list --config " + file, "@" + file}) {
        auto const ended = ran(line);
        EXPECT_NE(ended.code, 0) << line;
        EXPECT_EQ((ended.out + ended.err).find("CANARY"), std::string::npos) << line;
    }
    auto const id = published("Echo", "echo told");
    set_variables(project_id, R"({"Name":"Answer","Prompt":{"Label":"A"}})");
    set_steps(id, step("Do it", "get_octopusvariable Answer"));
    snapshot(id, "Second", true);
    EXPECT_NE(output("run Echo --project Shop -e Production --follow --var Answer=@" + file).find("@" + file),
              std::string::npos)
        << "it is the answer itself";
}

} // namespace
} // namespace stepwell::cli
