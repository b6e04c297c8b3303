#include "domain/lint_inputs.h"

#include "base/text.h"
#include "domain/mentions.h"
#include "variables/language/names.h"

#include <set>
#include <unordered_map>

namespace stepwell::domain {

namespace {

// Returns true for texts that become part of the command: the script, its arguments (an answer could end one and add
// others), and the language.
bool is_of_script(std::string_view key) {
    return base::starts_ignoring_case(key, "Octopus.Action.Script.ScriptBody") ||
           base::equal_ignoring_case(key, "Octopus.Action.Script.ScriptParameters") ||
           base::equal_ignoring_case(key, "Octopus.Action.Script.Syntax");
}

// A text that the user who starts a run can choose.
struct Input {
    std::string what, name; // such as "the answer to the prompt 'Reason'" and Reason

    auto operator<=>(Input const&) const = default;
};
using Inputs = std::set<Input>;
// maximum number reported for one name; when these are fixed, others are reported
constexpr std::size_t max_inputs = 16;

void add(Inputs& inputs, Inputs const& more) {
    for (auto const& input : more)
        if (inputs.size() < max_inputs) inputs.insert(input);
}

// Finds the names that contain inputs, directly or through texts of authors. The time is proportional to the number of
// names in the texts.
class Tainted {
public:
    explicit Tainted(SnapshotContent const& content) {
        for (std::string run : {"Octopus.RunbookRun.", "Octopus.Deployment."}) {
            taint(run + "Comments", {{"the comment on the run", run + "Comments"}});
            for (std::string what : {"DisplayName", "EmailAddress"}) {
                auto person = run + "CreatedBy." + what;
                taint(person, {{"the name or email address of the user who starts the run", person}});
            }
        }
        for_each_variable(content, [&](Variable const& variable, VariableOrigin const&) {
            if (variable.prompt)
                taint(variable.name, {{"the answer to the prompt '" + variable.name + "'", variable.name}});
            else if (variable.value.text)
                add(variable.name, *variable.value.text);
        });
        for (auto const& step : content.steps) {
            add_properties(step.properties);
            for (auto const& action : step.actions) add_properties(action.properties);
        }
        spread();
    }
    Inputs in(std::string_view text) const {
        Inputs found;
        auto look = [&](auto const& inputs, std::string const& name) {
            if (auto at = inputs.find(name); at != inputs.end()) found.insert(at->second.begin(), at->second.end());
        };
        for (auto const& name : names_asked_for(text)) {
            auto wholes = wholes_of(name);
            for (auto const& whole : wholes) look(tainted_, whole);
            look(tainted_below_, wholes.back());
        }
        return found;
    }

private:
    // Escaped expressions are expanded if the value is read as JSON.
    void add(std::string const& name, std::string_view text) {
        auto names = names_asked_for(base::replace_all(std::string(text), "##{", "#{"));
        if (names.empty()) return;
        for (auto const& other : names) {
            auto wholes = wholes_of(other);
            naming_[wholes.back()].push_back(texts_.size());
            wholes.pop_back();
            for (auto const& whole : wholes) naming_below_[whole].push_back(texts_.size());
        }
        texts_.push_back(name);
    }
    void add_properties(Bag<PropertyValue> const& properties) {
        for (auto const& [key, value] : properties.items)
            if (auto text = std::get_if<std::string>(&value); text && !is_of_script(key)) add(key, *text);
    }
    // Foo? and Foo,Bar are parsed as Foo.
    void taint(std::string const& name, Inputs const& by) {
        std::size_t size = 0;
        variables::scan_plain_path(name, size);
        if (size > 0 && size < name.size()) taint_one(name.substr(0, size), by);
        taint_one(name, by);
    }
    void taint_one(std::string const& name, Inputs const& by) {
        auto wholes = wholes_of(name);
        auto& inputs = tainted_[wholes.back()];
        auto before = inputs.size();
        domain::add(inputs, by);
        if (inputs.size() == before) return;
        fresh_.push_back(wholes.back());
        wholes.pop_back();
        for (auto const& whole : wholes) domain::add(tainted_below_[whole], inputs);
    }
    void spread() {
        while (!fresh_.empty()) {
            auto const name = std::move(fresh_.back());
            fresh_.pop_back();
            auto const inputs = tainted_[name];
            auto taint_all = [&](auto const& index, std::string const& other) {
                if (auto found = index.find(other); found != index.end())
                    for (auto text : found->second) taint(texts_[text], inputs);
            };
            for (auto const& whole : wholes_of(name)) taint_all(naming_, whole);
            taint_all(naming_below_, name);
        }
    }

    std::unordered_map<std::string, Inputs> tainted_, tainted_below_; // by name, and by the names that contain it
    std::vector<std::string> texts_; // names of texts by authors, in which `#{…}` is expanded
    // positions in texts_, by the names in the texts
    std::unordered_map<std::string, std::vector<std::size_t>> naming_, naming_below_;
    std::vector<std::string> fresh_;
};

std::string advice(std::string const& who, Input const& input) {
    return who + " inserts " + input.what +
           " into its script. A crafted value can run any command. Read it in the script instead: get_octopusvariable "
           "\"" +
           input.name + "\".";
}

void lint_modules(SnapshotContent const& content, Tainted const& tainted, std::vector<Lint>& lints) {
    for (auto const& set : content.library_sets)
        if (set.content_type == LibraryContent::script_module)
            for (auto const& variable : set.variables)
                for (auto const& input : tainted.in(variable.value.text.value_or("")))
                    lints.push_back({"", advice("The script module '" + set.name + "'", input)});
}

} // namespace

std::vector<Lint> lint_inputs(SnapshotContent const& content) {
    Tainted const tainted(content);
    std::vector<Lint> lints;
    for (std::size_t i = 0; i < content.steps.size(); ++i)
        for (std::size_t k = 0; k < content.steps[i].actions.size(); ++k) {
            auto const& action = content.steps[i].actions[k];
            auto at = "Steps[" + std::to_string(i) + "].Actions[" + std::to_string(k) + "].Properties.";
            for (auto const& [key, value] : action.properties.items)
                if (auto text = std::get_if<std::string>(&value); text && is_of_script(key))
                    for (auto const& input : tainted.in(*text))
                        lints.push_back({at + key, advice("The step '" + action.name + "'", input)});
        }
    lint_modules(content, tainted, lints);
    return lints;
}

} // namespace stepwell::domain
