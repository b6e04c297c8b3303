// Runs a prepared script with the machine's bash or python3 like a shim, with a folder and values on descriptor 3.
#pragma once
#include "base/error.h"
#include "base/files.h"
#include "run/bootstrap.h"
#include "run/filter_support.h"

#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>

namespace stepwell::run {

struct Ran {
    int code = -1;
    std::string out, err; // unfiltered
    Filtered filtered;    // the same, filtered

    explicit Ran(std::string nonce) : filtered({}, std::move(nonce)) {}
};

class ScriptRunner {
public:
    ScriptRunner() {
        char name[] = "/tmp/script-XXXXXX";
        if (!mkdtemp(name)) base::fail_with_errno("mkdtemp");
        folder_ = name;
    }
    ~ScriptRunner() { std::system(("rm -rf " + folder_).c_str()); }

    std::string const& folder() const { return folder_; }
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/tmp"};

    std::unique_ptr<Ran> run(Script const& script, std::string const& nonce = {}) {
        Launch const launch = make_launch(script, nonce);
        for (auto const& file : launch.files) std::ofstream(folder_ + "/" + file.name, std::ios::binary) << file.bytes;
        base::Fd const values = base::sealed_memfd("values", launch.values);
        auto ran = std::make_unique<Ran>(nonce);
        ran->code = wait(spawn(launch.argv, values.get()));
        ran->out = base::read_file(folder_ + "/.out").value();
        ran->err = base::read_file(folder_ + "/.err").value();
        ran->filtered.feed(ran->out).feed(ran->err, Stream::err).end();
        return ran;
    }

private:
    static std::vector<char*> pointers(std::vector<std::string> const& texts) {
        std::vector<char*> all;
        for (auto const& text : texts) all.push_back(const_cast<char*>(text.c_str()));
        all.push_back(nullptr);
        return all;
    }
    pid_t spawn(std::vector<std::string> const& argv, int values) {
        std::string const out = folder_ + "/.out", err = folder_ + "/.err";
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_adddup2(&actions, values, values_descriptor);
        posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
        std::string const program = (argv[0] == "bash" ? "/bin/" : "/usr/bin/") + argv[0];
        pid_t pid = -1;
        int const failed =
            posix_spawn(&pid, program.c_str(), &actions, nullptr, pointers(argv).data(), pointers(environment).data());
        posix_spawn_file_actions_destroy(&actions);
        if (failed) base::fail_with_errno("posix_spawn");
        return pid;
    }
    static int wait(pid_t pid) {
        int status = 0;
        if (waitpid(pid, &status, 0) != pid) base::fail_with_errno("waitpid");
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    std::string folder_;
};

// Values that cause errors in other programs: quotes, expansions, options, globs, line ends, unusual UTF-8.
inline constexpr std::string_view nasty_plain_texts[] = {
    "",
    " ",
    "  two  blanks  ",
    "\t",
    "\n",
    "\n\n\n",
    "a\n",
    "a\nb\nc\n\n",
    "\r\n",
    "a\r\nb\r",
    "\\",
    "\\\\",
    "\\n",
    "a\\",
    "'",
    "''",
    "\"",
    "\"\"",
    "'\"'\"'",
    "it's",
    "`",
    "``",
    "$",
    "$$",
    "${",
    "${}",
    "$(",
    "$()",
    "$((1+1))",
    "$HOME",
    "${HOME}",
    "${IFS}",
    "$IFS",
    "$1",
    "$@",
    "$*",
    "$?",
    "$#",
    "!",
    "!!",
    "!$",
    "#",
    "# comment",
    "##octopus[",
    "##octopus[stdout-ignore]",
    "##octopus[setVariable name='QQ==' value='Qg==']",
    "]",
    "[",
    "[[",
    "]]",
    "*",
    "?",
    "[a-z]*",
    "~",
    "~root",
    "/etc/*",
    "{a,b}",
    "{1..9}",
    "&",
    "&&",
    "|",
    "||",
    ";",
    ";;",
    "<",
    ">",
    ">>",
    "<<EOF",
    "<<<",
    ">(x)",
    "<(x)",
    "-",
    "--",
    "-n",
    "-e",
    "-rf",
    "--help",
    "-E a",
    "%",
    "%s",
    "%n%n%n",
    "%%",
    "^",
    "=",
    "a=b",
    "A[0]=1",
    "x[$(id)]",
    "@",
    "@file",
    ",",
    ":",
    "()",
    "() { :; }; id",
    "null",
    "None",
    "true",
    "0",
    "-0",
    "1e999",
    "0x10",
    "012",
    "\x01\x02\x1b[31m",
    "\x7f",
    "\b\b\b",
    "\v\f",
    "\a",
    "ä",
    "€",
    "𝄞",
    "é\xcc\x81",
    "\xe2\x80\xae"
    "rtl",
    "\xe2\x80\x8b",
    "\xef\xbb\xbf"
    "bom",
    "\xff",
    "\xfe\xff",
    "\xc0\xaf",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "\x80",
    "a\xffz",
    "'; exit 3; '",
    "\"; exit 3; \"",
    "\nexit 3\n",
    "')\nimport os\n#",
    "#{Octopus.X}",
    "{{x}}",
    "<script>",
    "%0A",
    "&#10;",
    "\\x41",
    "\\u0041",
    "\\'",
    "\\\"",
    "a'b\"c`d$e\\f",
};

// The same values, and others that create the file `canary` if they are evaluated.
inline std::vector<std::string> nasty_texts(std::string const& canary) {
    std::vector<std::string> texts(std::begin(nasty_plain_texts), std::end(nasty_plain_texts));
    std::string const touch = "touch " + canary;
    for (std::string const& attack :
         {"$(" + touch + ")", "`" + touch + "`", "';" + touch + ";'", "\";" + touch + ";\"", "\n" + touch + "\n",
          "|" + touch, "& " + touch + " &", "x[$(" + touch + ")]", "a[`" + touch + "`]", "$((a[$(" + touch + ")]))",
          "\"$(" + touch + ")\"", "${x:-$(" + touch + ")}", "__import__('os').system('" + touch + "')"})
        texts.push_back(attack);
    texts.push_back(std::string(300'000, 'x') + "'");
    texts.push_back(std::string(1000, '\n') + "end");
    return texts;
}

} // namespace stepwell::run
