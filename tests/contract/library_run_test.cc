#include "workshop.h"

#include <thread>

namespace stepwell::contract {
namespace {

// Library variable sets and script modules as scripts see them.
class LibraryRuns : public Workshop {
protected:
    std::string const dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");

    std::string last_error; // error of the run that ended last

    std::string library(std::string const& name, std::string const& variables, std::string const& type = "Variables") {
        auto id = create("libraryvariablesets", R"({"Name":")" + name + R"(","ContentType":")" + type + R"("})");
        set_variables(id, variables);
        return id;
    }
    std::string module(std::string const& name, std::string const& language, std::string const& body) {
        return library(name,
                       R"({"Name":"Octopus.Script.Module[)" + name + R"(]","Value":")" + body +
                           R"("},{"Name":"Octopus.Script.Module.Language[)" + name + R"(]","Value":")" + language +
                           R"("})",
                       "ScriptModule");
    }
    void include(std::vector<std::string> const& ids) {
        auto document = get("projects/" + shop);
        boost::json::array list;
        for (auto const& id : ids) list.emplace_back(id);
        document.as_object()["IncludedLibraryVariableSetIds"] = list;
        put("projects/" + shop, document);
    }
    // Returns the state of the run's task, followed by its log.
    std::string run() {
        snapshot(book, "", true);
        return run_published();
    }
    std::string run_published() {
        auto started =
            at(server.created(space + "runbooks/" + book + "/run", R"({"EnvironmentIds":[")" + dev + R"("]})"), "/0");
        auto path = "/api/tasks/" + text_at(started, "/TaskId");
        for (int i = 0; i < 500; ++i) {
            auto task = server.json(path);
            if (at(task, "/IsCompleted") == Json(true)) {
                last_error = base::to_text(at(task, "/ErrorMessage"));
                return text_at(task, "/State") + "\n" + server.get(path + "/raw").body;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << "it does not end";
        return {};
    }
    void expect_in(std::string const& log, std::string const& text) {
        EXPECT_NE(log.find(text), std::string::npos) << text << " in:\n" << log;
    }
};

TEST_F(LibraryRuns, use_what_is_more_specific_then_the_project_then_the_first_set) {
    auto one = library("One", R"({"Name":"Both","Value":"one"},{"Name":"Sets","Value":"one"},)"
                              R"({"Name":"Here","Value":"one","Scope":{"Environment":[")" +
                                  dev +
                                  R"("]}},)"
                                  R"({"Name":"Password","Value":"hunter2hunter2","IsSensitive":true})");
    auto two = library("Two", R"({"Name":"Sets","Value":"two"})");
    set_variables(shop, R"({"Name":"Both","Value":"project"},{"Name":"Here","Value":"project"})");
    set_steps(book, step("Go", "echo #{Both}, #{Sets}, #{Here}, $(get_octopusvariable Password)."));
    include({one, two});
    auto log = run();
    expect_in(log, "project, one, one, ********.");
    EXPECT_EQ(log.find("hunter2"), std::string::npos);
    include({two, one});
    expect_in(run(), "project, two, one, ********.");
    set_variables(two, R"({"Name":"Sets","Value":"changed"})");
    expect_in(run_published(), "project, two, one, ********.");
}

TEST_F(LibraryRuns, have_the_functions_of_bash_modules) {
    auto tools = module("Shop tools", "Bash", "greet() { echo \\\"hello $1 of #{Octopus.Project.Name}\\\"; }");
    set_steps(book, step("Go", "greet world"));
    auto without = run();
    expect_in(without, "Failed\n");
    include({tools});
    auto log = run();
    expect_in(log, "Success\n");
    expect_in(log, "hello world of Shop");
    set_steps(book, step("Go", "source Shoptools.sh; greet again; "
                               "echo \\\"($(get_octopusvariable 'Octopus.Script.Module[Shop tools]'))\\\""));
    log = run();
    expect_in(log, "hello again of Shop");
    expect_in(log, "()");
}

TEST_F(LibraryRuns, import_python_modules) {
    include({module("2nd tools", "python",
                    "def greet(name):\\n    printverbose('asked')\\n    return 'hello ' + name + "
                    "get_octopusvariable('Octopus.Project.Name')\\n")});
    auto python =
        base::replace_all(step("Go", "import _2ndtools\\nprint(_2ndtools.greet('world'))"),
                          "\"Octopus.Action.Script.Syntax\":\"Bash\"", "\"Octopus.Action.Script.Syntax\":\"Python\"");
    set_steps(book, python);
    auto log = run();
    expect_in(log, "Success\n");
    expect_in(log, "hello worldShop");
}

TEST_F(LibraryRuns, fail_with_a_sentence_where_a_module_cannot_be_loaded) {
    include({module("Shop tools", "Bash", "greet() {"), module("Shop more", "Python", "def f(:")});
    set_steps(book, step("Go", "echo reached"));
    auto log = run();
    expect_in(log, "Failed\n");
    EXPECT_EQ(log.find("reached"), std::string::npos) << log;
    expect_in(last_error, "The script module Shoptools cannot be loaded: Shoptools.sh: line ");
    set_steps(book, base::replace_all(step("Go", "import Shopmore"), "\"Bash\"", "\"Python\""));
    expect_in(run(), "Failed\n");
    expect_in(last_error, "The script module Shopmore cannot be loaded: SyntaxError: ");
}

TEST_F(LibraryRuns, say_which_modules_cannot_be_used) {
    include({module("Windows", "PowerShell", "function x {}")});
    set_steps(book, step("Go", "echo done"));
    auto log = run();
    expect_in(log, "The script module 'Windows' is written in PowerShell, which is not supported on this server.");
    expect_in(log, "done");
}

// Names may use any alphabet, and may differ only in characters that file names cannot have.
TEST_F(LibraryRuns, have_files_of_their_own_with_the_letters_of_their_names) {
    include({module("Größe", "Bash", "a() { echo a; }"), module("Служба", "Bash", "b() { echo b; }"),
             module("Слу-жба", "Bash", "c() { echo c; }"), module("日本 2", "Python", "def d(): print('d')")});
    set_steps(book, step("Go", "ls; source Größe.sh; source Служба.sh; a; b; c"));
    auto log = run();
    expect_in(log, "Success\n");
    for (auto file : {"Größe.sh", "Служба.sh", "Служба_2.sh"}) expect_in(log, std::string("|   ") + file + "\n");
    expect_in(log, "is available as Служба_2.sh, because Служба.sh is the file of another module.");
    set_steps(book, base::replace_all(step("Go", "import 日本2; 日本2.d()"), "\"Bash\"", "\"Python\""));
    expect_in(run(), "|   d\n");
}

} // namespace
} // namespace stepwell::contract
