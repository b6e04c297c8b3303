// A script that traces itself shows a value only as a whole, which is masked. For two secrets of the same length, the
// filter returns the same output.
#include "run/script_runner.h"

#include "base/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace stepwell::run {

namespace {

struct Shown {
    std::string out, err;
    int code;
    bool operator==(Shown const&) const = default;
};

// The script's folder has a different name each time.
std::string without_folder(std::string text) {
    constexpr std::string_view before = "/tmp/script-";
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += before.size())
        text.replace(at + before.size(), 6, "XXXXXX");
    return text;
}

// The trace lines of the two ends of a pipe have no fixed order.
std::string in_order(std::string const& text) {
    auto lines = base::split(text, '\n');
    std::ranges::sort(lines);
    return base::join(std::vector<std::string>(lines.begin(), lines.end()), "\n");
}

Shown run_with(ScriptRunner& runner, Script script, std::string const& secret) {
    script.values = {{"Token", secret}, {"Other", "other"}};
    auto const ran = runner.run(script);
    Filtered filtered({secret});
    filtered.feed(ran->out).feed(ran->err, Stream::err).end();
    return {without_folder(filtered.plain()), without_folder(filtered.plain(Stream::err)), ran->code};
}

void expect_nothing_shown(Script const& script) {
    ScriptRunner runner;
    for (std::size_t const size : {10u, 14u, 150u}) { // the last one is encoded by another program
        std::string one, two;
        for (std::size_t i = 0; i < size; ++i) {
            one += "xK7qPw9LmZ"[i * 7 % 10];
            two += "aRf0GtNu3b"[i * 3 % 10];
        }
        auto const first = run_with(runner, script, one), second = run_with(runner, script, two);
        EXPECT_EQ(first.code, second.code);
        EXPECT_EQ(first.out, second.out) << script.body;
        EXPECT_EQ(in_order(first.err), in_order(second.err)) << script.body;
        EXPECT_NE(first.out.find("reached"), std::string::npos) << first.err;
    }
}

// None of these prints to standard output, which becomes part of `value`: its base64 shows some bits at both ends of a
// secret.
constexpr std::string_view tracings[] = {
    "set -x",
    "set -v",
    "set -xv; PS4='+${1-} ${_stepwell_a-} ${_stepwell_text-} ${_stepwell_encoded-} $(echo \"${_stepwell_at-}\") '",
    "exec 8>trace; BASH_XTRACEFD=8; set -x; trap 'cat trace' EXIT",
    "set -T; trap 'local >&2 2>/dev/null' DEBUG",
    "set -T; trap 'local >&2 2>/dev/null' RETURN",
    "set -E; trap 'local >&2 2>/dev/null; :' ERR",
    "set -xvTE; trap 'local 2>/dev/null' DEBUG RETURN ERR",
    "set -o functrace -o errtrace -o xtrace -o allexport; trap 'echo \"$BASH_COMMAND $*\" >&2' DEBUG",
    "shopt -s extdebug; trap 'echo \"${BASH_ARGV[*]} ${_stepwell_encoded-}\" >&2' DEBUG",
    "trap 'local >&2 2>/dev/null' DEBUG; declare -ft $(compgen -A function)",
    "trap 'local >&2 2>/dev/null' RETURN; declare -ft $(compgen -A function); shopt -s extdebug; set +TE",
    "trap 'echo \"$BASH_COMMAND $*\" >&2' DEBUG; trace() { set -T; }; trace",
    // The trap switches the trace on again.
    "set -T; trap 'set -x' DEBUG",
    "set -T; trap 'set +x; echo at $LINENO >&2; set -x' DEBUG",
    "set -T; trap 'set -vxTE' DEBUG RETURN",
    "trap 'set -x' DEBUG; declare -ft $(compgen -A function)",
    "trap 'set -xT' DEBUG; declare -ft $(compgen -A function)",
    "set() { builtin set \"$@\" -x; }; set -T",
};

constexpr std::string_view uses = "value=$(get_octopusvariable Token)\n"
                                  "get_octopusvariable Token\n"
                                  "decode_servicemessagevalue \"$(encode_servicemessagevalue \"$value\")\"\n"
                                  "set_octopusvariable Name \"$value\" -sensitive\n"
                                  "set_octopusvariable Name \"$value\"\n"
                                  "set_environmentstate key \"$value\"\n"
                                  "set_environmentstate key \"$value\" -sensitive\n"
                                  "set_environmenturl key \"$value\"\n"
                                  "new_octopusartifact Script.sh \"$value\"\n"
                                  "update_progress 5 \"$value\"\n"
                                  "write_verbose \"$value\"; write_highlight \"$value\"\n"
                                  "write_wait \"$value\"; write_warning \"$value\"\n"
                                  "report_kubernetes_manifest \"$value\"\n"
                                  "printf %s \"$value\" >manifest; report_kubernetes_manifest_file manifest\n"
                                  "new_octopustarget --name \"$value\" --target-id \"$value\"\n"
                                  "remove-octopustarget \"$value\"\n"
                                  "[[ $value == \"$value\" ]]\n"
                                  "(fail_step \"$value\")\n"
                                  "echo reached\n";

} // namespace

TEST(Untraced, helpers_of_bash_show_no_part_of_a_value) {
    for (auto const tracing : tracings) {
        std::string const body = std::string(tracing) + "\n" + std::string(uses);
        expect_nothing_shown({Syntax::bash, body, {}, {}, {}});
    }
}

// A script that names no helper gets a text that fetches the helpers.
TEST(Untraced, nor_do_they_when_they_are_fetched) {
    for (auto const tracing : tracings) {
        std::string const body =
            std::string(tracing) +
            "\nword=octopusvariable\nvalue=$(get_$word Token)\nset_$word a \"$value\"\necho reached\n";
        expect_nothing_shown({Syntax::bash, body, {}, {}, {}});
    }
    ScriptRunner runner;
    std::string const body = "set -v\nword=octopusvariable\nget_$word Other\n";
    EXPECT_EQ(run_with(runner, {Syntax::bash, body, {}, {}, {}}, "secret").err, body.substr(7));
}

TEST(Untraced, nor_when_a_module_traces) {
    Script script{Syntax::bash, std::string(uses), {}, {}, {}};
    script.modules = {{"Trace.sh", "set -xT\ntrap 'local >&2 2>/dev/null' DEBUG\n"}};
    expect_nothing_shown(script);
}

// Traces by the script itself are masked as a whole. No letters of the secrets, which occur nowhere else, remain.
TEST(Untraced, a_value_is_masked_however_a_shell_quotes_it) {
    ScriptRunner runner;
    std::string const body = "s=$(get_octopusvariable Token)\nprintf 'set -x\\n: \"$1\"\\nA=$1\\n' >t; sh t \"$s\"\n"
                             "set -x\n: \"$s\"; A=$s; [ \"$s\" = a ]; [[ $s == \"$s\" ]]; [[ $s == a ]]; [[ a < $s ]]\n"
                             "[[ a =~ \"$s\" ]]; [[ -n $s ]]; declare B=\"$s\"; declare -A m=([a]=$s [$s]=a)\n"
                             "for i in \"$s\"; do : \"b$i\" c\"$i\"d; done; set -- \"$s\"; : \"$@\" \"$*\"\n"
                             "set +x; declare -p s; printf '%q\\n' \"$s\"; echo \"${s@Q} ${s@A}\"; echo reached\n";
    for (std::string const secret : {"zqxjvw", "zq xj'vw", "zq\"xj$vw`zz", "zq\\xj\\nvw", "zq\nxj\tvw",
                                     "zq\x1b[31mxj\x01vw", "zqäq€xj𝄞vw", "!zq#xj*vw?[z]", "-zq=xj;vw|&<>(){}~",
                                     "'zq'xj'vw'", "zq'''xj'vw", "zq\x7fxj\xffvw", " zq xj\r\nvw", "^zq$(xj)${vw}+."}) {
        for (std::string const locale : {"C", "C.UTF-8"}) {
            runner.environment = {"PATH=/usr/bin:/bin", "LC_ALL=" + locale};
            auto const shown = run_with(runner, {Syntax::bash, body, {}, {}, {}}, secret);
            EXPECT_NE(shown.out.find("reached"), std::string::npos) << shown.err;
            std::string const left = shown.out + base::replace_all(shown.err, "set +x", "");
            EXPECT_EQ(left.find_first_of("zqxjvw"), left.npos) << secret << " in " << left;
        }
    }
}

TEST(Untraced, nor_when_no_file_can_be_opened) {
    expect_nothing_shown({Syntax::bash,
                          "value=$(get_octopusvariable Token)\nset -x; ulimit -n 3\n"
                          "set_octopusvariable Name \"$value\"; write_warning \"$value\"\necho reached\n",
                          {},
                          {},
                          {}});
}

// The helpers leave all settings of the script unchanged.
TEST(Untraced, helpers_leave_the_settings_of_the_script) {
    ScriptRunner runner;
    std::string body =
        "state() { printf '%s %s %s %s %s|' \"$?\" \"$-\" \"$SHELLOPTS\" \"${BASH_REMATCH-}\" \"$PIPESTATUS\"; trap "
        "-p; }\n"
        "trap 'debug=$((debug + 1))' DEBUG; trap ': e' ERR; trap ': r' RETURN; trap 'echo \"end $-\"' EXIT\n"
        "exec 2>/dev/null\n";
    std::size_t count = 0;
    for (auto const* const options :
         {"set -x", "set -T", "set -E", "set -f", "set -u -o pipefail", "set -C", "set -m", "set -a"}) {
        body += std::string(options) + "\n[[ abc =~ b ]]; true; before=$(state)\n";
        for (auto line : base::split(uses, '\n')) {
            if (line.find("value ==") != line.npos || line.starts_with("value=") || line.empty()) continue;
            body += std::string("value=x; [[ abc =~ b ]]; ") + std::string(line) +
                    " >/dev/null; true; [ \"$(state)\" = \"$before\" ] || echo 'changed'\n";
            ++count;
        }
    }
    body += "value=x; false; get_octopusvariable Other >/dev/null; echo \"status $?\"\n"
            "decode_servicemessagevalue '%' >/dev/null; echo \"status $?\"\n"
            "fail_step\n";
    auto const shown = run_with(runner, {Syntax::bash, body, {}, {}, {}}, "secret-value");
    EXPECT_GT(count, 100u);
    EXPECT_EQ(shown.code, 1);
    EXPECT_EQ(shown.out.find("changed"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("status 0\nstatus 1\nend afhmuxBCET\n"), std::string::npos) << shown.out;
}

TEST(Untraced, an_error_is_one_of_the_line_that_calls) {
    ScriptRunner runner;
    auto const shown = run_with(runner,
                                {Syntax::bash,
                                 "set -eE\ntrap 'echo \"line $LINENO\"' ERR\n"
                                 "if decode_servicemessagevalue '%' 2>/dev/null; then echo no; fi\n"
                                 "decode_servicemessagevalue '%' 2>/dev/null || echo or\n\n"
                                 "decode_servicemessagevalue '%' 2>/dev/null\necho 'not here'\n",
                                 {},
                                 {},
                                 {}},
                                "secret");
    EXPECT_EQ(shown.out, "or\nline 6\n") << shown.err;
    EXPECT_EQ(shown.code, 1);
}

namespace {

constexpr std::string_view python_uses =
    "value = get_octopusvariable('Token')\n"
    "assert decode(encode(value)) == value\n"
    "set_octopusvariable('Name', value, True)\n"
    "set_octopusvariable('Name', value)\n"
    "createartifact('Script.py', value)\n"
    "updateprogress(5, value)\n"
    "printverbose(value); printhighlight(value); printwait(value); printwarning(value)\n"
    "try: failstep(value)\n"
    "except SystemExit: pass\n";

// Everything that is visible in any frame except the script's own.
constexpr std::string_view tracer =
    "import sys, threading\n"
    "def trace(frame, event, argument):\n"
    "    if frame.f_code.co_filename.endswith('Bootstrap.py'):\n"
    "        shown = sorted((k, v) for k, v in frame.f_locals.items() if not callable(v))\n"
    "        sys.stderr.write('%s %s\\n' % (event, shown))\n"
    "    return trace\n";

} // namespace

TEST(Untraced, helpers_of_python_show_no_part_of_a_value) {
    std::string const indented =
        "def uses():\n    " + base::replace_all(std::string(python_uses), "\n", "\n    ") + "pass\n";
    for (std::string const tracing :
         {"sys.settrace(trace)\nuses()\nassert sys.gettrace() is trace\n",
          "sys.setprofile(trace)\nuses()\nassert sys.getprofile() is trace\n",
          "threading.settrace(trace)\nthread = threading.Thread(target=uses)\nthread.start()\nthread.join()\n"})
        expect_nothing_shown({Syntax::python,
                              std::string(tracer) + indented + tracing +
                                  "sys.settrace(None)\nsys.setprofile(None)\n"
                                  "print('reached')\n",
                              {},
                              {},
                              {}});
}

// A script that prints the variables of all frames, shortened, shows none of the helpers'.
TEST(Untraced, frames_of_python_hold_no_value) {
    expect_nothing_shown({Syntax::python,
                          "import sys, traceback\n"
                          "class Full:\n"
                          "    def write(self, text): raise OSError('full')\n"
                          "def call(use):\n"
                          "    kept, sys.stdout = sys.stdout, Full()\n"
                          "    try: use()\n"
                          "    finally: sys.stdout = kept\n"
                          "for use in (lambda: set_octopusvariable('Name', get_octopusvariable('Token')),\n"
                          "            lambda: updateprogress(5, get_octopusvariable('Token')),\n"
                          "            lambda: failstep(get_octopusvariable('Token')),\n"
                          "            lambda: printwarning(get_octopusvariable('Token'))):\n"
                          "    try: call(use)\n"
                          "    except OSError as error:\n"
                          "        trace = error.__traceback__\n"
                          "        while trace:\n"
                          "            for name, held in sorted(trace.tb_frame.f_locals.items()):\n"
                          "                print(name, ' '.join(repr(held)[i:i + 5] for i in range(0, 100, 5)\n"
                          "                                     if ' at 0x' not in repr(held)))\n"
                          "            trace = trace.tb_next\n"
                          "print('reached')\n",
                          {},
                          {},
                          {}});
}

} // namespace stepwell::run
