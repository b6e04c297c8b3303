#include "domain/lint_inputs.h"

#include "base/text.h"
#include "variables/evaluate.h"

#include <set>

namespace stepwell::domain {

namespace {

bool is_body(std::string_view key) { return base::starts_ignoring_case(key, "Octopus.Action.Script.ScriptBody"); }

// Foo, Foo.Bar and Foo[x] may be parts of one another's values.
bool is_part_of(std::string_view part, std::string_view whole) {
    return base::starts_ignoring_case(part, whole) &&
           (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
}

// Which names hold answers: name → the prompted variable.
class Tainted {
public:
    explicit Tainted(SnapshotContent const& content) {
        for_each_variable(content, [&](Variable const& variable, VariableOrigin const&) {
            if (variable.prompt)
                prompted_.emplace(base::to_lower(variable.name), variable.name);
            else if (variable.value.text)
                texts_.emplace_back(variable.name, *variable.value.text);
        });
        for (auto const& step : content.steps) {
            add_properties(step.properties);
            for (auto const& action : step.actions) add_properties(action.properties);
        }
        while (spread()) continue;
    }
    // Prompted variables whose answers a text takes in.
    std::vector<std::string> in(std::string_view text) const {
        std::set<std::string, base::LessIgnoringCase> found;
        if (text.find("#{") == std::string_view::npos) return {};
        for (auto const& name : variables::names_in(text, true))
            for (auto const& [known, prompt] : prompted_)
                if (is_part_of(name, known) || is_part_of(known, name)) found.insert(prompt);
        return {found.begin(), found.end()};
    }

private:
    void add_properties(Bag<PropertyValue> const& properties) {
        for (auto const& [key, value] : properties.items)
            if (auto text = std::get_if<std::string>(&value); text && !is_body(key)) texts_.emplace_back(key, *text);
    }
    bool spread() {
        auto before = prompted_.size();
        for (auto const& [name, text] : texts_)
            for (auto const& prompt : in(text)) prompted_.emplace(base::to_lower(name), prompt);
        return prompted_.size() > before;
    }

    std::set<std::pair<std::string, std::string>> prompted_; // name in lower case → prompted variable
    std::vector<std::pair<std::string, std::string>> texts_; // of authors: `#{…}` in them counts
};

} // namespace

std::vector<Lint> lint_inputs(SnapshotContent const& content) {
    Tainted const tainted(content);
    std::vector<Lint> lints;
    for (std::size_t i = 0; i < content.steps.size(); ++i)
        for (std::size_t k = 0; k < content.steps[i].actions.size(); ++k) {
            auto const& action = content.steps[i].actions[k];
            for (auto const& [key, value] : action.properties.items) {
                auto body = std::get_if<std::string>(&value);
                if (!body || !is_body(key)) continue;
                for (auto const& prompt : tainted.in(*body))
                    lints.push_back(
                        {"Steps[" + std::to_string(i) + "].Actions[" + std::to_string(k) + "].Properties." + key,
                         "The step '" + action.name + "' makes the answer to the prompt '" + prompt +
                             "' a part of its script, so whoever answers can make it do anything. Let the "
                             "script read it instead: get_octopusvariable \"" +
                             prompt + "\"."});
            }
        }
    return lints;
}

} // namespace stepwell::domain
