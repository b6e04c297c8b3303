#include "run/bootstrap.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "run/shell_words.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

// Written by embed() in CMakeLists.txt.
extern "C" {
extern char const stepwell_bash_begin[], stepwell_bash_end[];
extern char const stepwell_bash_helpers_begin[], stepwell_bash_helpers_end[];
extern char const stepwell_bash_parameters_begin[], stepwell_bash_parameters_end[];
extern char const stepwell_bash_modules_begin[], stepwell_bash_modules_end[];
extern char const stepwell_bash_run_begin[], stepwell_bash_run_end[];
extern char const stepwell_python_begin[], stepwell_python_end[];
}

namespace stepwell::run {

namespace {

using base::Kind;

std::string_view bash_text() { return {stepwell_bash_begin, stepwell_bash_end}; }
std::string_view bash_helpers_text() { return {stepwell_bash_helpers_begin, stepwell_bash_helpers_end}; }
std::string_view bash_parameters_text() { return {stepwell_bash_parameters_begin, stepwell_bash_parameters_end}; }
std::string_view bash_modules_text() { return {stepwell_bash_modules_begin, stepwell_bash_modules_end}; }
std::string_view bash_run_text() { return {stepwell_bash_run_begin, stepwell_bash_run_end}; }
std::string_view python_text() { return {stepwell_python_begin, stepwell_python_end}; }

void append_pair(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).push_back('\0');
    out.append(value).push_back('\0');
}

bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

// The last of several values of one name counts.
std::map<std::string_view, std::string_view> sorted(Script const& script) {
    std::map<std::string_view, std::string_view> values;
    for (auto const& [name, value] : script.values) {
        if (name.empty()) throw base::Error(Kind::invalid, "A variable has no name.");
        if (has_nul(name) || has_nul(value))
            throw base::Error(Kind::invalid, "The variable " + name.substr(0, name.find('\0')) +
                                                 " contains a NUL character, which no script can receive.");
        values.insert_or_assign(name, value);
    }
    return values;
}

std::string values_of(Script const& script, std::string_view nonce, std::string_view helpers) {
    std::string out;
    append_pair(out, "", base::to_base64(nonce));
    append_pair(out, "", helpers);
    for (auto const& word : split_shell_words(script.parameters)) append_pair(out, "", word);
    for (auto const& [name, value] : sorted(script)) append_pair(out, name, value);
    return out;
}

std::string without_byte_order_mark(std::string_view text) {
    return std::string(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
}

// Of the functions that scripts may call.
std::vector<std::string_view> const& helper_names() {
    static std::vector<std::string_view> const all = [] {
        std::vector<std::string_view> names;
        for (auto line : base::split(bash_helpers_text(), '\n')) {
            auto name = line.substr(0, line.find("()"));
            if (name.size() < line.size() && name.front() != '_' && name.find(' ') == name.npos) names.push_back(name);
        }
        return names;
    }();
    return all;
}

// Reading all helpers takes bash a quarter of its start: who calls none directly gets words that fetch them.
bool needs_helpers(Script const& script) {
    return std::ranges::any_of(helper_names(),
                               [&](std::string_view name) { return script.body.find(name) != std::string::npos; });
}

std::string const& words_for_helpers() {
    static std::string const text = [] {
        std::string words = "_stepwell_load() { eval \"${_stepwell_values[3]}\"; }\n";
        for (auto name : helper_names())
            words += fmt::format("{0}() {{ _stepwell_untraced _stepwell_load; {0} \"$@\"; }}\n", name);
        return words;
    }();
    return text;
}

std::string bash_file(std::string_view text) { return base::replace_all(without_byte_order_mark(text), "\r\n", "\n"); }

// Reads the modules; their names are words of the shell. One that cannot be read is looked at only then.
std::string words_for_modules(Script const& script) {
    if (script.modules.empty()) return {};
    std::string words(bash_modules_text());
    for (auto const& module : script.modules)
        words += fmt::format("source \"$PWD/{}\"\n[ $? = 0 ] || _stepwell_check_module {}\n", module.name,
                             module.name.substr(0, module.name.rfind('.')));
    return words;
}

bool mentions_parameters(Script const& script) {
    auto mentions = [](std::string const& text) { return text.find("octopus_parameters[") != std::string::npos; };
    return mentions(script.body) || std::ranges::any_of(script.modules, mentions, &ScriptFile::bytes);
}

Launch launch_bash(Script const& script, std::string_view nonce) {
    bool whole = needs_helpers(script);
    std::string bootstrap(bash_text());
    bootstrap += whole ? bash_helpers_text() : words_for_helpers();
    if (mentions_parameters(script)) bootstrap += bash_parameters_text();
    bootstrap += words_for_modules(script);
    bootstrap += bash_run_text();
    std::vector<ScriptFile> files{{"Bootstrap.sh", std::move(bootstrap)}, {"Script.sh", bash_file(script.body)}};
    for (auto const& module : script.modules) files.push_back({module.name, bash_file(module.bytes)});
    return {{"bash", "Bootstrap.sh"},
            std::move(files),
            values_of(script, nonce, whole ? std::string_view() : bash_helpers_text())};
}

Launch launch_python(Script const& script, std::string_view nonce) {
    std::vector<ScriptFile> files{{"Bootstrap.py", std::string(python_text())}, {"Script.py", script.body}};
    files.insert(files.end(), script.modules.begin(), script.modules.end());
    return {{"python3", "-u", "Bootstrap.py"}, std::move(files), values_of(script, nonce, {})};
}

} // namespace

Launch make_launch(Script const& script, std::string_view nonce) {
    return script.syntax == Syntax::bash ? launch_bash(script, nonce) : launch_python(script, nonce);
}

} // namespace stepwell::run
