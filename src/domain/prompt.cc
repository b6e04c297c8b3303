#include "domain/prompt.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/decimal.h"
#include "variables/pattern.h"
#include "variables/resolve.h"

#include <limits>
#include <numeric>

namespace stepwell::domain {

namespace {

constexpr std::string_view controls[] = {"SingleLineText",
                                         "MultiLineText",
                                         "Select",
                                         "Checkbox",
                                         "Sensitive",
                                         "StepName",
                                         "Certificate",
                                         "WorkerPool",
                                         "AzureAccount",
                                         "GoogleCloudAccount",
                                         "AmazonWebServicesAccount",
                                         "UsernamePasswordAccount",
                                         "GenericOidcAccount",
                                         "Package",
                                         "Custom"};

class RulesReader {
public:
    RulesReader(Reading& reading, Place const& place) : reading_(reading), place_(place) {}

    AnswerRules read(Bag<std::string> const& settings) {
        for (auto const& [key, value] : settings.items) set(key, value);
        check_whole();
        return std::move(rules_);
    }

private:
    void wrong(std::string_view key, std::string message) { reading_.wrong(Place{&place_, key}, std::move(message)); }

    void set(std::string const& key, std::string const& value) {
        auto is = [&](std::string_view name) { return base::equal_ignoring_case(key, name); };
        constexpr std::string_view when = "Stepwell.OptionsWhen[";
        if (is("Octopus.ControlType")) {
            rules_.control = value;
        } else if (is("Octopus.SelectOptions")) {
            rules_.options = parse_options(value);
        } else if (is("Stepwell.Kind")) {
            set_kind(key, value);
        } else if (is("Stepwell.Minimum")) {
            rules_.minimum = value;
        } else if (is("Stepwell.Maximum")) {
            rules_.maximum = value;
        } else if (is("Stepwell.Pattern")) {
            rules_.pattern = value;
        } else if (is("Stepwell.PatternMessage")) {
            rules_.pattern_message = value;
        } else if (is("Stepwell.DependsOn")) {
            rules_.depends_on = value;
        } else if (base::starts_ignoring_case(key, when) && key.ends_with(']')) {
            rules_.options_when.emplace_back(key.substr(when.size(), key.size() - when.size() - 1),
                                             parse_options(value));
        } else if (is("Stepwell.Order")) {
            rules_.order = base::to_number(value);
            if (!rules_.order) wrong(key, "must be a whole number, not '" + value + "'");
        } else if (is("Stepwell.Group")) {
            rules_.group = value;
        } else if (base::starts_ignoring_case(key, "Stepwell.")) {
            wrong(key, "is not a known setting");
        }
    }

    void set_kind(std::string const& key, std::string const& value) {
        auto known = std::ranges::find_if(
            answer_kinds, [&](std::string_view name) { return base::equal_ignoring_case(name, value); });
        if (known == answer_kinds.end())
            return wrong(key, "must be Text, Number, Date, Environment or Account, not '" + value + "'");
        rules_.kind = AnswerKind(known - answer_kinds.begin());
    }

    void check_whole() {
        auto known = [&](std::string_view name) { return base::equal_ignoring_case(name, rules_.control); };
        if (!rules_.control.empty() && std::ranges::none_of(controls, known))
            wrong("Octopus.ControlType",
                  "must be SingleLineText, MultiLineText, Select, Checkbox or Sensitive, not '" + rules_.control + "'");
        if (rules_.is_select() && !picks_by_name(rules_.kind) && rules_.options.empty() && rules_.options_when.empty())
            wrong("Octopus.SelectOptions", "is required for a Select: one option per line, as value|label");
        if (rules_.is_checkbox() && rules_.kind != AnswerKind::text)
            wrong("Stepwell.Kind", "must be Text for a Checkbox");
        if (!rules_.is_select() && !rules_.options_when.empty())
            wrong("Stepwell.DependsOn", "is allowed only for a Select");
        if (rules_.depends_on.empty() != rules_.options_when.empty())
            wrong("Stepwell.DependsOn", "must be used together with Stepwell.OptionsWhen[answer]");
        check_limits();
        check_pattern();
    }

    void check_limits() {
        bool sound = true;
        for (auto [key, limit] :
             {std::pair{"Stepwell.Minimum", &rules_.minimum}, {"Stepwell.Maximum", &rules_.maximum}}) {
            if (limit->empty()) continue;
            std::string message;
            if (rules_.kind == AnswerKind::number && !is_decimal(*limit)) message = "must be a number";
            if (rules_.kind == AnswerKind::date && !is_day(*limit)) message = "must be a date such as 2026-12-31";
            if (rules_.kind != AnswerKind::number && rules_.kind != AnswerKind::date)
                message = "is allowed only for the kinds Number and Date";
            if (message.empty()) continue;
            wrong(key, message);
            sound = false;
        }
        if (!sound || rules_.minimum.empty() || rules_.maximum.empty()) return;
        bool crossed = rules_.kind == AnswerKind::number ? compare_decimals(rules_.minimum, rules_.maximum) > 0
                                                         : rules_.minimum > rules_.maximum;
        if (crossed) wrong("Stepwell.Minimum", "must not be greater than Stepwell.Maximum");
    }

    void check_pattern() {
        if (rules_.pattern.empty()) {
            if (!rules_.pattern_message.empty()) wrong("Stepwell.PatternMessage", "requires Stepwell.Pattern");
            return;
        }
        auto problem = variables::find_pattern_problem(rules_.pattern);
        if (problem.empty()) return;
        wrong("Stepwell.Pattern", problem);
        rules_.pattern.clear();
    }

    Reading& reading_;
    Place const& place_;
    AnswerRules rules_;
};

// A prompt is answered before the run, when steps and targets are not known.
void check_scope(Variable const& variable, Reading& reading, Place const& place) {
    for (auto const& [dimension, ids] : variable.scope.items)
        if (!base::equal_ignoring_case(dimension, "Environment") &&
            !base::equal_ignoring_case(dimension, "ProcessOwner"))
            reading.wrong(Place{&place, "Scope"},
                          "must contain only environments and processes for a prompted variable, not " + dimension);
}

// The prompt that this one depends on must exist, and the answers in the settings must be among its options.
void check_dependence(AnswerRules const& rules, std::string const& name, std::vector<AnswerRules const*> const& others,
                      Reading& reading, Place const& settings) {
    if (rules.depends_on.empty()) return;
    Place const at{&settings, "Stepwell.DependsOn"};
    if (base::equal_folded(rules.depends_on, name)) return reading.wrong(at, "must not name the prompt itself");
    if (others.empty()) return reading.wrong(at, "there is no prompted variable '" + rules.depends_on + "'");
    for (auto const& [answer, options] : rules.options_when) {
        bool possible = std::ranges::any_of(others, [&](AnswerRules const* other) {
            return !other->is_select() || !other->options_when.empty() || picks_by_name(other->kind) ||
                   std::ranges::find(other->options, answer, &AnswerOption::value) != other->options.end();
        });
        if (!possible)
            reading.wrong(Place{&settings, "Stepwell.OptionsWhen[" + answer + "]"},
                          "'" + rules.depends_on + "' has no option '" + answer + "'");
    }
}

bool comes_before(Prompt const& a, Prompt const& b) {
    constexpr auto last = std::numeric_limits<std::int64_t>::max();
    auto first = a.rules.order.value_or(last), second = b.rules.order.value_or(last);
    return first != second ? first < second : base::LessFolded()(a.asked.label, b.asked.label);
}

} // namespace

AnswerOptions parse_options(std::string_view lines) {
    AnswerOptions options;
    for (auto line : base::split(lines, '\n')) {
        line = base::trim(line);
        if (line.empty()) continue;
        auto bar = std::min(line.find('|'), line.size());
        std::string value(base::trim(line.substr(0, bar)));
        auto label = base::trim(line.substr(std::min(bar + 1, line.size())));
        options.push_back({value, label.empty() ? value : std::string(label)});
    }
    return options;
}

AnswerOptions const& AnswerRules::options_for(std::string const* of) const {
    if (of)
        for (auto const& [answer, listed] : options_when)
            if (answer == *of) return listed;
    return options;
}

AnswerRules read_rules(VariablePrompt const& asked, Reading& reading, Place const& place) {
    return RulesReader(reading, Place{&place, "DisplaySettings"}).read(asked.display_settings);
}

void check_prompts(std::vector<Variable> const& variables, Reading& reading, Place const& place) {
    Place const list{&place, "Variables"};
    std::vector<std::optional<AnswerRules>> rules(variables.size());
    for (std::size_t i = 0; i < variables.size(); ++i) {
        if (!variables[i].prompt) continue;
        Place const at{&list, {}, i}, prompt{&at, "Prompt"};
        rules[i] = read_rules(*variables[i].prompt, reading, prompt);
        check_scope(variables[i], reading, at);
    }
    base::MapFolded<std::vector<AnswerRules const*>> by_name;
    for (std::size_t i = 0; i < variables.size(); ++i)
        if (rules[i]) by_name[variables[i].name].push_back(&*rules[i]);
    for (std::size_t i = 0; i < variables.size(); ++i) {
        if (!rules[i]) continue;
        auto const found = by_name.find(rules[i]->depends_on);
        static std::vector<AnswerRules const*> const none;
        auto const& others = found == by_name.end() ? none : found->second;
        Place const at{&list, {}, i}, prompt{&at, "Prompt"}, settings{&prompt, "DisplaySettings"};
        check_dependence(*rules[i], variables[i].name, others, reading, settings);
    }
}

bool Prompt::has_default() const {
    return secret || (!variable->is_sensitive && !base::trim(variable->value.text.value_or("")).empty());
}

std::vector<Prompt> prompts_of(SnapshotContent const& content, variables::Context const& context) {
    std::vector<variables::Candidate> candidates;
    std::vector<std::pair<Variable const*, std::optional<std::int64_t>>> all; // with the number of its secret
    // Most runs have no prompts, so their variables need not be resolved.
    if (!any_variable(content, [](Variable const& variable) { return variable.prompt.has_value(); })) return {};
    for_each_variable(content, [&](Variable const& variable, VariableOrigin const& origin) {
        all.emplace_back(&variable,
                         variable.is_sensitive ? content.secret_of(origin.variable_set_id, variable) : std::nullopt);
        candidates.push_back(candidate_of(variable, origin));
    });
    auto resolution = variables::resolve(std::move(candidates), context);
    std::vector<Prompt> prompts;
    base::Problems ignored; // reported when the variables were saved
    Reading reading{schema::Origin::store, ignored};
    for (auto [variable, secret] : all) {
        auto winner = variable->prompt ? resolution.find(variable->name) : nullptr;
        if (!winner || winner->id != variable->id) continue;
        auto asked = *variable->prompt;
        auto rules = read_rules(asked, reading, {});
        if (asked.label.empty()) asked.label = variable->name;
        prompts.push_back({variable, std::move(asked), std::move(rules), secret});
    }
    std::vector<std::size_t> order(prompts.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (comes_before(prompts[a], prompts[b])) return true;
        return !comes_before(prompts[b], prompts[a]) && a < b; // keeps the order of the list
    });
    std::vector<Prompt> sorted;
    sorted.reserve(prompts.size());
    for (auto i : order) sorted.push_back(std::move(prompts[i]));
    return sorted;
}

} // namespace stepwell::domain
