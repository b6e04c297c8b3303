#include "domain/lint_inputs.h"

#include "base/text.h"
#include "variables/evaluate.h"
#include "variables/language/names.h"

#include <set>

namespace stepwell::domain {

namespace {

// What becomes a part of what runs: text, arguments (which an answer could end and add to), the language.
bool is_of_script(std::string_view key) {
    return base::starts_ignoring_case(key, "Octopus.Action.Script.ScriptBody") ||
           base::equal_ignoring_case(key, "Octopus.Action.Script.ScriptParameters") ||
           base::equal_ignoring_case(key, "Octopus.Action.Script.Syntax");
}

// Foo, Foo.Bar and Foo[x] may be parts of one another's values.
bool is_part_of(std::string_view part, std::string_view whole) {
    return base::starts_ignoring_case(part, whole) &&
           (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
}
bool may_hold(std::string_view name, std::string_view other) {
    return is_part_of(name, other) || is_part_of(other, name);
}

// Words of whoever starts a run.
struct Input {
    std::string what, name; // "the answer to the prompt 'Reason'", Reason

    auto operator<=>(Input const&) const = default;
};
using Inputs = std::set<Input>;

// Which names hold such words, directly or by way of texts that authors wrote. Each name is looked at once.
class Tainted {
public:
    explicit Tainted(SnapshotContent const& content) {
        for (std::string run : {"Octopus.RunbookRun.", "Octopus.Deployment."}) {
            taint(run + "Comments", {{"the comment on the run", run + "Comments"}});
            for (std::string what : {"DisplayName", "EmailAddress"}) {
                auto person = run + "CreatedBy." + what;
                taint(person, {{"what whoever starts the run is called", person}});
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
        for (auto const& name : names_of(text))
            for (auto const& [known, inputs] : tainted_)
                if (may_hold(name, known)) found.insert(inputs.begin(), inputs.end());
        return found;
    }

private:
    struct Text {
        std::string name;
        std::vector<std::string> names; // that stand in it
    };

    static std::vector<std::string> names_of(std::string_view text) {
        if (text.find("#{") == std::string_view::npos) return {};
        auto names = variables::names_in(text, true);
        for (auto& name : names) name = name.substr(0, name.find("[*]")); // any of them
        return names;
    }
    // What is escaped is filled in after all where the value is read as JSON.
    void add(std::string const& name, std::string_view text) {
        auto names = names_of(base::replace_all(std::string(text), "##{", "#{"));
        if (!names.empty()) texts_.push_back({name, std::move(names)});
    }
    void add_properties(Bag<PropertyValue> const& properties) {
        for (auto const& [key, value] : properties.items)
            if (auto text = std::get_if<std::string>(&value); text && !is_of_script(key)) add(key, *text);
    }
    // Foo? and Foo,Bar are read as Foo.
    void taint(std::string const& name, Inputs const& by) {
        std::size_t size = 0;
        variables::scan_plain_path(name, size);
        if (size > 0 && size < name.size()) taint_one(name.substr(0, size), by);
        taint_one(name, by);
    }
    void taint_one(std::string const& name, Inputs const& by) {
        auto& inputs = tainted_[name];
        auto before = inputs.size();
        inputs.insert(by.begin(), by.end());
        if (inputs.size() > before) fresh_.push_back(name);
    }
    void spread() {
        while (!fresh_.empty()) {
            auto name = std::move(fresh_.back());
            fresh_.pop_back();
            auto const inputs = tainted_[name];
            for (auto const& text : texts_)
                if (std::ranges::any_of(text.names, [&](auto const& other) { return may_hold(other, name); }))
                    taint(text.name, inputs);
        }
    }

    base::MapIgnoringCase<Inputs> tainted_;
    std::vector<Text> texts_; // of authors: `#{…}` in them counts
    std::vector<std::string> fresh_;
};

std::string advice(std::string const& who, Input const& input) {
    return who + " makes " + input.what +
           " a part of its script, so whoever gives it can make that do anything. Let the script read it instead: "
           "get_octopusvariable \"" +
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
