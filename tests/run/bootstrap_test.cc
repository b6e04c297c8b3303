#include "run/bootstrap.h"
#include "run/script_runner.h"

#include "base/crypto.h"
#include "base/text.h"

#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace stepwell::run {

namespace {

Script bash(std::string body) { return {Syntax::bash, std::move(body), {}, {}, {}}; }
Script python(std::string body) { return {Syntax::python, std::move(body), {}, {}, {}}; }

std::unique_ptr<Ran> run(Script const& script, std::string const& nonce = {}) {
    return ScriptRunner().run(script, nonce);
}

std::string const text_with_everything = "it's \"x\" $(id) `id` \\ * ä\nline two\n";

void expect_message(Ran const& ran, std::size_t index, std::string const& name,
                    std::vector<std::pair<std::string, std::string>> const& attributes) {
    ASSERT_GT(ran.filtered.messages.size(), index) << ran.out << ran.err;
    EXPECT_EQ(ran.filtered.messages[index].name, name);
    EXPECT_EQ(ran.filtered.messages[index].attributes, attributes);
}

} // namespace

TEST(Bootstrap, gives_bash_every_value_byte_for_byte) {
    ScriptRunner runner;
    std::string const canary = runner.folder() + "/canary";
    Script script = bash("for ((i = 0; i < COUNT; ++i)); do\n"
                         "    get_octopusvariable \"name$i\" >\"direct$i\"\n"
                         "    value=$(get_octopusvariable \"name$i\"; echo x)\n"
                         "    printf '%s' \"${value%x}\" | sed -z '$!b' >\"captured$i\"\n"
                         "done\n");
    auto const texts = nasty_texts(canary);
    ASSERT_GE(texts.size(), 140u);
    script.body = base::replace_all(script.body, "COUNT", std::to_string(texts.size()));
    for (std::size_t i = 0; i < texts.size(); ++i) script.values.emplace_back("name" + std::to_string(i), texts[i]);
    auto const ran = runner.run(script);
    EXPECT_EQ(ran->code, 0);
    EXPECT_EQ(ran->out + ran->err, "");
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_TRUE(base::read_file(runner.folder() + "/direct" + std::to_string(i)) == texts[i])
            << texts[i].substr(0, 100);
        EXPECT_TRUE(base::read_file(runner.folder() + "/captured" + std::to_string(i)) == texts[i])
            << texts[i].substr(0, 100);
    }
    EXPECT_FALSE(std::filesystem::exists(canary));
}

TEST(Bootstrap, gives_python_every_value_byte_for_byte) {
    ScriptRunner runner;
    std::string const canary = runner.folder() + "/canary";
    auto const texts = nasty_texts(canary);
    Script script = python(
        fmt::format("for i in range({}):\n"
                    "    with open('direct%d' % i, 'wb') as file:\n"
                    "        file.write(get_octopusvariable('name%d' % i).encode('utf-8', 'surrogateescape'))\n"
                    "    assert octopusvariables['name%d' % i] == get_octopusvariable('name%d' % i)\n"
                    "    assert decode(encode(octopusvariables['name%d' % i])) == octopusvariables['name%d' % i]\n"
                    "assert get_octopusvariable('missing') == ''\n",
                    texts.size()));
    for (std::size_t i = 0; i < texts.size(); ++i) script.values.emplace_back("name" + std::to_string(i), texts[i]);
    auto const ran = runner.run(script);
    EXPECT_EQ(ran->code, 0) << ran->err;
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_TRUE(base::read_file(runner.folder() + "/direct" + std::to_string(i)) == texts[i])
            << texts[i].substr(0, 100);
    EXPECT_FALSE(std::filesystem::exists(canary));
}

TEST(Bootstrap, finds_values_by_any_name_in_any_locale) {
    std::vector<std::string> names = {"a",    "A",    "aB",    "Ab",   "ab", "a b", "a.b",
                                      "a-b",  "_",    "ä",     "z",    "Z",  "é",   "Octopus.Action[Step 1].Output.X",
                                      "\xff", "1",    "10",    "2",    "@",  "*",   "a]b",
                                      "a'b",  "a\"b", "$(id)", "`id`", "\\", "!",   "a\nb",
                                      " ",    "-n"};
    Script script = bash("");
    for (auto const& name : names) script.values.emplace_back(name, "<" + name + ">");
    for (auto const& name : names)
        script.body +=
            "get_octopusvariable $'" +
            base::replace_all(base::replace_all(base::replace_all(name, "\\", "\\\\"), "'", "\\'"), "\n", "\\n") +
            "'\n";
    std::string expected;
    for (auto const& name : names) expected += "<" + name + ">";
    for (char const* locale : {"C", "C.UTF-8", "de_DE.UTF-8"}) {
        ScriptRunner runner;
        runner.environment.push_back(std::string("LC_ALL=") + locale);
        EXPECT_EQ(runner.run(script)->out, expected) << locale;
    }
    script.body =
        "get_octopusvariable nothing\nget_octopusvariable zzz\nget_octopusvariable ''\nget_octopusvariable OCTOPUS\n";
    EXPECT_EQ(run(script)->out, "\n\n\n\n");
    EXPECT_EQ(run(bash("get_octopusvariable x"))->out, "\n");
}

TEST(Bootstrap, fills_the_array_octopus_parameters_for_scripts_that_mention_it) {
    Script script = bash("echo \"${octopus_parameters[a b]}|${octopus_parameters['x]y']}|${#octopus_parameters[@]}\"\n"
                         "for k in @ '*' \"a'b\" '$(id)'; do printf '%s,' \"${octopus_parameters[$k]}\"; done\n");
    script.values = {{"a b", "1\n"}, {"x]y", "'2'"}, {"@", "3"}, {"*", "4"}, {"a'b", "5"}, {"$(id)", "6"}};
    auto const ran = run(script);
    EXPECT_EQ(ran->out, "1\n|'2'|6\n3,4,5,6,") << ran->err;
    EXPECT_EQ(run(bash("declare -p octopus_parameters 2>/dev/null; true"))->out, "");
}

TEST(Bootstrap, leaves_a_bash_script_as_alone_as_possible) {
    ScriptRunner runner;
    runner.environment.push_back("LC_ALL=C.UTF-8");
    Script script = bash("\xEF\xBB\xBF# with a byte order mark\r\n"
                         "echo \"$-|$0|$#|${BASH_SOURCE[0]}|$PWD\"\r\n"
                         "[ -e /proc/self/fd/3 ] && echo 'descriptor 3 is open'\r\n"
                         "false\r\n"
                         "get_octopusvariable x; v=ä; echo \"${#v} $LC_ALL\"\r\n"
                         "bash -c 'type get_octopusvariable' 2>/dev/null || echo not exported\r\n"
                         "env | sort | cut -d= -f1 | tr '\\n' ' '\r\n"
                         "return 7\r\n"
                         "echo not here\r\n");
    script.values = {{"x", "value\n"}};
    auto const ran = runner.run(script, "nonce");
    EXPECT_EQ(ran->code, 7);
    EXPECT_EQ(ran->err, "");
    EXPECT_EQ(ran->out, fmt::format("hB|Bootstrap.sh|0|{0}/Script.sh|{0}\nvalue\n1 C.UTF-8\nnot exported\n"
                                    "HOME LANG LC_ALL PATH PWD SHLVL _ ",
                                    runner.folder()));
    EXPECT_EQ(run(bash("exit 3"))->code, 3);
    EXPECT_EQ(run(bash("false"))->code, 1);
    EXPECT_EQ(run(bash("trap 'echo bye' EXIT; exit 4"))->out, "bye\n");
    EXPECT_EQ(run(bash("kill -TERM $$"))->code, 128 + 15);
}

TEST(Bootstrap, works_under_every_shell_option) {
    Script script =
        bash("set -euo pipefail; set -f; shopt -s nocasematch nullglob failglob extglob; IFS=_x; readonly "
             "readonly_thing=1; PATH=/nowhere\n"
             "[ \"$(get_octopusvariable name_x)\" = 'a value_x' ]\n"
             "[ \"$(get_octopusvariable NAME_x)\" = '' ]\n"
             "set_octopusvariable n 'v x_*'; set_octopusvariable e ''; update_progress 5; write_verbose a '*' b\n"
             "report_kubernetes_manifest a; set_environmentstate k v; new_octopustarget -n x -t y; echo done\n");
    script.values = {{"name_x", "a value_x"}, {"other", "z"}};
    auto const ran = run(script);
    EXPECT_EQ(ran->code, 0) << ran->err;
    EXPECT_EQ(ran->err, "");
    EXPECT_EQ(ran->filtered.text(), "«verbose»a * b\n«standard»done\n");
    EXPECT_EQ(ran->filtered.messages.size(), 6u);
}

TEST(Bootstrap, works_in_a_locale_that_cannot_be_changed) {
    Script script =
        bash("readonly LC_ALL=C.UTF-8\nget_octopusvariable ä\nget_octopusvariable _\nget_octopusvariable B\n"
             "set_octopusvariable ä é\n");
    script.values = {{"ä", "1"}, {"_", "2"}, {"B", "3"}, {"a", "4"}, {"Z", "5"}};
    auto const ran = run(script);
    EXPECT_EQ(ran->filtered.text() + ran->err, "123\n");
    expect_message(*ran, 0, "setVariable", {{"name", "ä"}, {"value", "é"}});
}

TEST(Bootstrap, hands_parameters_over_without_expanding_them) {
    ScriptRunner runner;
    std::string const canary = runner.folder() + "/canary";
    std::string const parameters = "one 'two  words' \"it's\" a\\ b '' \"q\\\"q\" $HOME `touch " + canary +
                                   "` \"$(touch " + canary + ")\" * -n --flag=x\n last";
    std::vector<std::string> const expected = {
        "one", "two  words", "it's",     "a b", "", "q\"q", "$HOME", "`touch", canary + "`", "$(touch " + canary + ")",
        "*",   "-n",         "--flag=x", "last"};
    std::string lines;
    for (auto const& word : expected) lines += "<" + word + ">\n";
    for (Script script :
         {bash("printf '<%s>\\n' \"$@\""), python("for word in sys.argv[1:]: print('<' + word + '>')")}) {
        script.parameters = parameters;
        auto const ran = runner.run(script);
        EXPECT_EQ(ran->out, lines) << ran->err;
        EXPECT_FALSE(std::filesystem::exists(canary));
    }
    Launch const launch = make_launch({Syntax::bash, "", "s3cret", {{"a", "s3cret"}}, {}}, "n0nce");
    for (auto const& word : launch.argv) EXPECT_EQ(word.find("s3cret"), word.npos);
    for (auto const& file : launch.files) EXPECT_EQ(file.bytes.find("s3cret"), file.bytes.npos);
}

TEST(Bootstrap, refuses_what_no_script_can_receive) {
    EXPECT_THROW(make_launch({Syntax::bash, "", "", {{"a", std::string("x\0y", 3)}}, {}}, ""), base::Error);
    EXPECT_THROW(make_launch({Syntax::bash, "", "", {{std::string("x\0y", 3), "a"}}, {}}, ""), base::Error);
    EXPECT_THROW(make_launch({Syntax::bash, "", "", {{"", "a"}}, {}}, ""), base::Error);
    EXPECT_THROW(make_launch({Syntax::bash, "", "'open", {}, {}}, ""), base::Error);
    EXPECT_THROW(make_launch({Syntax::bash, "", "\"open", {}, {}}, ""), base::Error);
    EXPECT_THROW(make_launch({Syntax::bash, "", "end\\", {}, {}}, ""), base::Error);
    EXPECT_EQ(run({Syntax::bash, "get_octopusvariable a", "", {{"a", "1"}, {"a", "2"}}, {}})->out, "2");
}

TEST(BashHelpers, set_variables) {
    Script script = bash("set_octopusvariable 'a name' \"$(get_octopusvariable v; echo x)\"\nset_octopusvariable s "
                         "secret-value -sensitive\n"
                         "set_octopusvariable empty ''\nset_octopusvariable missing\necho secret-value\n");
    script.values = {{"v", text_with_everything}};
    auto const ran = run(script);
    expect_message(*ran, 0, "setVariable", {{"name", "a name"}, {"value", text_with_everything + "x"}});
    expect_message(*ran, 1, "setVariable", {{"name", "s"}, {"value", "secret-value"}, {"sensitive", "True"}});
    expect_message(*ran, 2, "setVariable", {{"name", "empty"}, {"value", ""}});
    expect_message(*ran, 3, "setVariable", {{"name", "missing"}, {"value", ""}});
    EXPECT_TRUE(ran->filtered.messages[1].secret);
    EXPECT_EQ(ran->filtered.text(), "********\n");
}

TEST(BashHelpers, write_at_levels) {
    Script script = bash("write_verbose '  two  blanks' '*' \"it's\"\nwrite_highlight \"$(get_octopusvariable "
                         "v)\"\nwrite_wait -n\nwrite_warning\necho end\n");
    script.values = {{"v", text_with_everything}};
    EXPECT_EQ(run(script)->filtered.text(), "«verbose»  two  blanks * it's\n«highlight»" + text_with_everything +
                                                "«wait»-n\n«warning»\n«standard»end\n");
}

TEST(BashHelpers, report_progress_failure_and_state) {
    auto ran = run(bash("update_progress 50 'Half Way'\nupdate_progress 60\nset_environmentstate k "
                        "v\nset_environmentstate k v -sensitive\n"
                        "set_environmentstate k v '' Other\nset_environmenturl k https://x\n"));
    expect_message(*ran, 0, "progress", {{"percentage", "50"}, {"message", "Half Way"}});
    expect_message(*ran, 1, "progress", {{"percentage", "60"}, {"message", ""}});
    expect_message(*ran, 2, "set-environmentstate", {{"key", "k"}, {"value", "v"}, {"type", "State"}});
    expect_message(*ran, 3, "set-environmentstate",
                   {{"key", "k"}, {"value", "v"}, {"sensitive", "True"}, {"type", "State"}});
    expect_message(*ran, 4, "set-environmentstate", {{"key", "k"}, {"value", "v"}, {"type", "Other"}});
    expect_message(*ran, 5, "set-environmentstate", {{"key", "k"}, {"value", "https://x"}, {"type", "Url"}});
    ran = run(bash("fail_step \"it's over\"\necho not here"));
    EXPECT_EQ(ran->code, 1);
    expect_message(*ran, 0, "resultMessage", {{"message", "it's over"}});
    EXPECT_EQ(ran->filtered.text(), "");
    ran = run(bash("fail_step"));
    EXPECT_EQ(ran->code, 1);
    EXPECT_EQ(ran->out, "");
}

TEST(BashHelpers, report_artifacts) {
    ScriptRunner runner;
    auto ran = runner.run(bash(
        "printf 12345 >'a file'\nnew_octopusartifact './a file'\nnew_octopusartifact \"$PWD/a file\" 'other name'\n"));
    std::string const path = runner.folder() + "/a file";
    expect_message(*ran, 0, "createArtifact", {{"path", path}, {"name", "a file"}, {"length", "5"}});
    expect_message(*ran, 1, "createArtifact", {{"path", path}, {"name", "other name"}, {"length", "5"}});
    EXPECT_EQ(ran->code, 0);
    ran = runner.run(bash("new_octopusartifact 'no such'\necho not here"));
    EXPECT_NE(ran->code, 0);
    EXPECT_EQ(ran->filtered.text(Stream::err), "new_octopusartifact: there is no file no such\n");
    EXPECT_EQ(ran->out, "");
}

TEST(BashHelpers, report_manifests) {
    auto const ran = run(bash("m=$'a: 1\\nb: 2\\n---\\nc: \"3\"\\n---  \\n\\n'\nreport_kubernetes_manifest "
                              "\"$m\"\nreport_kubernetes_manifest \"$m\" my\n"
                              "printf '%s' \"$m\" >file.yaml\nreport_kubernetes_manifest_file file.yaml "
                              "ns\nreport_kubernetes_manifest_file 'no such'\necho end"));
    EXPECT_EQ(ran->code, 0) << ran->err;
    ASSERT_EQ(ran->filtered.messages.size(), 6u);
    expect_message(*ran, 0, "k8s-manifest-applied", {{"manifest", "a: 1\nb: 2\n"}});
    expect_message(*ran, 1, "k8s-manifest-applied", {{"manifest", "c: \"3\"\n"}});
    expect_message(*ran, 3, "k8s-manifest-applied", {{"manifest", "c: \"3\"\n"}, {"ns", "my"}});
    expect_message(*ran, 4, "k8s-manifest-applied", {{"manifest", "a: 1\nb: 2\n"}, {"ns", "ns"}});
    EXPECT_EQ(ran->filtered.text(), "«verbose»There is no file no such, so no manifest is reported.\n«standard»end\n");
}

TEST(BashHelpers, make_and_remove_targets) {
    auto ran = run(bash("new_octopustarget --name 'my target' --target-id aws --inputs '{\"a\": 1}' --roles 'web,db' "
                        "--worker-pool p --update-if-existing\n"
                        "new_octopustarget -n n -t t\nremove-octopustarget \"it's\"\n"));
    expect_message(*ran, 0, "createStepPackageTarget",
                   {{"name", "my target"},
                    {"targetId", "aws"},
                    {"inputs", "{\"a\": 1}"},
                    {"octopusRoles", "web,db"},
                    {"octopusDefaultWorkerPoolIdOrName", "p"},
                    {"updateIfExisting", "true"}});
    expect_message(*ran, 1, "createStepPackageTarget", {{"name", "n"}, {"targetId", "t"}});
    expect_message(*ran, 2, "delete-target", {{"machine", "it's"}});
    EXPECT_EQ(run(bash("new_octopustarget --wrong"))->code, 1);
}

TEST(BashHelpers, encode_and_decode) {
    Script script = bash(
        "e=$(encode_servicemessagevalue \"$(get_octopusvariable v)\")\necho \"$e\"\ndecode_servicemessagevalue \"$e\"");
    std::string const value = "x\xff" + std::string(200, 'y');
    script.values = {{"v", value}};
    EXPECT_EQ(run(script)->out, base::to_base64(value) + "\n" + value);
}

TEST(PythonHelpers, write_messages) {
    ScriptRunner runner;
    Script script =
        python("set_octopusvariable('a', get_octopusvariable('v'))\nset_octopusvariable('s', 'secret-value', True)\n"
               "set_octopusvariable('e', '')\nset_octopusvariable('n', 5)\nassert get_octopusvariable('n') == '5'\n"
               "open('a file', 'w').write('12345')\ncreateartifact('a file')\ncreateartifact('nothing', 'name')\n"
               "updateprogress(50, 'Half')\nupdateprogress(60)\nprint('secret-value')\nfailstep(\"it's "
               "over\")\nprint('not here')\n");
    script.values = {{"v", text_with_everything}};
    auto ran = runner.run(script);
    EXPECT_EQ(ran->code, 255) << ran->err;
    expect_message(*ran, 0, "setVariable", {{"name", "a"}, {"value", text_with_everything}});
    expect_message(*ran, 1, "setVariable", {{"name", "s"}, {"value", "secret-value"}, {"sensitive", "True"}});
    expect_message(*ran, 2, "setVariable", {{"name", "e"}, {"value", ""}});
    expect_message(*ran, 3, "setVariable", {{"name", "n"}, {"value", "5"}});
    expect_message(*ran, 4, "createArtifact",
                   {{"path", runner.folder() + "/a file"}, {"name", "a file"}, {"length", "5"}});
    expect_message(*ran, 5, "createArtifact",
                   {{"path", runner.folder() + "/nothing"}, {"name", "name"}, {"length", "0"}});
    expect_message(*ran, 6, "progress", {{"percentage", "50"}, {"message", "Half"}});
    expect_message(*ran, 7, "progress", {{"percentage", "60"}, {"message", ""}});
    expect_message(*ran, 8, "resultMessage", {{"message", "it's over"}});
    EXPECT_EQ(ran->filtered.text(), "********\n");
    EXPECT_EQ(run(python("failstep()"))->code, 255);
}

TEST(PythonHelpers, write_at_levels) {
    EXPECT_EQ(run(python("printverbose('a')\nprinthighlight('b ä')\nprintwait('c')\nprintwarning(5)\nprint('end')"))
                  ->filtered.text(),
              "«verbose»a\n«highlight»b ä\n«wait»c\n«warning»5\n«standard»end\n");
}

TEST(Bootstrap, runs_a_python_script_as_the_main_program) {
    ScriptRunner runner;
    auto ran = runner.run(python(
        "assert __name__ == '__main__'\nbase64, binascii\nprint(os.path.basename(__file__), sys.argv[0] == __file__)\n"
        "try: os.fstat(3)\nexcept OSError: print('closed')\nprint('_stepwell' in str(dict(os.environ)))\n"
        "import pickle\nclass C: pass\npickle.loads(pickle.dumps(C()))\nsys.exit(9)"));
    EXPECT_EQ(ran->code, 9) << ran->err;
    EXPECT_EQ(ran->out, "Script.py True\nclosed\nFalse\n");
    ran = runner.run(python("def inner():\n    raise ValueError('wrong')\n\ninner()\n"));
    EXPECT_EQ(ran->code, 1);
    EXPECT_EQ(
        ran->err,
        fmt::format("Traceback (most recent call last):\n  File \"{0}/Script.py\", line 4, in <module>\n    inner()\n"
                    "  File \"{0}/Script.py\", line 2, in inner\n    raise ValueError('wrong')\nValueError: wrong\n",
                    runner.folder()));
    ran = runner.run(python("def broken(:\n"));
    EXPECT_EQ(ran->code, 1);
    EXPECT_NE(ran->err.find("Script.py\", line 1\n"), std::string::npos) << ran->err;
    EXPECT_EQ(ran->err.find("Bootstrap"), std::string::npos) << ran->err;
    EXPECT_EQ(runner.run(python("\xEF\xBB\xBFprint('a')\r\nprint('b')\r\n"))->out, "a\nb\n");
    EXPECT_EQ(runner.run(python("import helper_module\n"))->code, 1);
}

TEST(Bootstrap, ends_a_bash_script_whose_module_is_none) {
    Script script = bash("echo reached; greet");
    script.modules = {{"Good.sh", "greet() { echo hello; }\n[ -n '' ] && never=1\n"}};
    auto ran = run(script);
    EXPECT_EQ(ran->code, 0) << ran->err;
    EXPECT_EQ(ran->filtered.text(), "reached\nhello\n") << "its last command may fail";
    script.modules.push_back({"Shoptools.sh", "first() { true; }\nsecond() {\n    echo \"never ends\n}\n"});
    for (auto body : {"echo reached", "echo reached; write_warning w"}) {
        script.body = body;
        ran = run(script);
        EXPECT_EQ(ran->code, 1);
        EXPECT_EQ(ran->out.find("reached"), std::string::npos);
        ASSERT_EQ(ran->filtered.messages.size(), 1u);
        auto const& [name, sentence] = ran->filtered.messages[0].attributes.at(0);
        EXPECT_TRUE(sentence.starts_with("The script module Shoptools cannot be loaded: Shoptools.sh: line 3: "))
            << sentence;
        EXPECT_EQ(sentence.find('/'), std::string::npos) << sentence;
    }
}

TEST(Bootstrap, says_which_python_module_cannot_be_loaded) {
    Script script = python("import Good\nGood.greet()\nimport Bad\nprint('reached')");
    script.modules = {{"Good.py", "def greet(): print('hello')\n"}, {"Bad.py", "def f(:\n"}};
    auto ran = run(script);
    EXPECT_EQ(ran->code, 1);
    ASSERT_EQ(ran->filtered.messages.size(), 1u) << ran->err;
    expect_message(
        *ran, 0, "resultMessage",
        {{"message", "The script module Bad cannot be loaded: SyntaxError: invalid syntax (Bad.py, line 1)"}});
    script.modules[1].bytes = "def f(): return missing\nf()\n";
    expect_message(*run(script), 0, "resultMessage",
                   {{"message", "The script module Bad cannot be loaded: NameError: name 'missing' is not defined"}});
    script.modules[1].bytes = "def f(): return missing\n";
    script.body += "\nimport Bad\nBad.f()";
    ran = run(script);
    EXPECT_TRUE(ran->filtered.messages.empty()) << "it was loaded";
    EXPECT_NE(ran->out.find("reached"), std::string::npos);
    script.body = "try:\n    import Bad\nexcept SyntaxError:\n    print('reached')";
    script.modules[1].bytes = "def f(:\n";
    EXPECT_EQ(run(script)->code, 0) << "the script can do without it";
}

TEST(Bootstrap, puts_the_nonce_into_every_message_and_nowhere_else) {
    std::string const nonce = "0123456789abcdef0123456789abcdef";
    std::string const body = "write_warning w\nset_octopusvariable a b\nupdate_progress 1\necho "
                             "\"##octopus[setVariable name='QQ==' value='QQ==']\"\nenv\n";
    auto ran = run(bash(body), nonce);
    EXPECT_EQ(ran->filtered.messages.size(), 2u);
    EXPECT_TRUE(
        ran->filtered.text().starts_with("«warning»w\n«standard»##octopus[setVariable name='QQ==' value='QQ==']\n"));
    EXPECT_EQ(ran->filtered.text().find(nonce), std::string::npos);
    EXPECT_EQ(ran->filtered.text().find(base::to_base64(nonce)), std::string::npos);
    ran =
        run(python("printwarning('w')\nset_octopusvariable('a', 'b')\nprint(\"##octopus[mask value='QQ==']\")"), nonce);
    EXPECT_EQ(ran->filtered.messages.size(), 1u);
    EXPECT_EQ(ran->filtered.text(), "«warning»w\n«standard»##octopus[mask value='QQ==']\n");
}

TEST(Bootstrap, starts_quickly_with_many_values) {
    Script script = bash(
        "start=${EPOCHREALTIME/./}\nfor i in {1..200}; do get_octopusvariable Variable.$((i * 25)) >/dev/null; done\n"
        "echo $(((${EPOCHREALTIME/./} - start) / 200))\n");
    for (int i = 0; i < 5000; ++i)
        script.values.emplace_back(fmt::format("Variable.{}", i), "value " + std::to_string(i));
    auto const begin = std::chrono::steady_clock::now();
    auto const ran = run(script);
    auto const spent = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    auto const empty = std::chrono::steady_clock::now();
    run(bash(""));
    auto const alone = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - empty).count();
    fmt::print("5000 values and 200 look-ups: {:.1f} ms; no value: {:.1f} ms; one look-up: {} us\n", spent, alone,
               base::trim(ran->out));
    EXPECT_LT(std::stoi(ran->out), 2000);
}

} // namespace stepwell::run
