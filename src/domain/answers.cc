#include "domain/answers.h"

#include "base/fold.h"
#include "base/text.h"
#include "domain/decimal.h"
#include "domain/variable_types.h"
#include "variables/pattern.h"

namespace stepwell::domain {

namespace {

bool is_blank(std::string_view text) { return base::trim(text).empty(); }

// Returns up to 20 names as a text for users.
std::string listed(std::vector<std::string> const& names) {
    constexpr std::size_t most = 20;
    if (names.empty()) return "none";
    std::vector<std::string> some(names.begin(), names.begin() + std::ptrdiff_t(std::min(names.size(), most)));
    return base::join(some, ", ") + (names.size() > most ? " …" : "");
}

std::optional<std::string> find_fault_of_pick(std::string const& answer, std::vector<std::string> const& names,
                                              char const* what, std::string const& shown) {
    for (auto const& name : names)
        if (base::equal_folded(name, answer)) return std::nullopt;
    return shown + " is not a valid " + what + ": " + listed(names);
}

std::optional<std::string> find_fault_of_limits(AnswerRules const& rules, std::string const& answer,
                                                std::string const& shown) {
    bool number = rules.kind == AnswerKind::number;
    if (number && !is_decimal(answer)) return shown + " is not a number";
    if (!number && !is_day(answer)) return shown + " is not a date such as 2026-12-31";
    auto less = [&](std::string const& a, std::string const& b) { return number ? compare_decimals(a, b) < 0 : a < b; };
    if (!rules.minimum.empty() && less(answer, rules.minimum)) return shown + " is less than " + rules.minimum;
    if (!rules.maximum.empty() && less(rules.maximum, answer)) return shown + " is greater than " + rules.maximum;
    return std::nullopt;
}

std::optional<std::string> find_fault_of_option(AnswerOptions const& options, std::string const& answer,
                                                std::string const& shown) {
    std::vector<std::string> values;
    for (auto const& option : options) values.push_back(option.value);
    if (std::ranges::find(values, answer) != values.end()) return std::nullopt;
    return shown + " is not one of the options: " + listed(values);
}

std::optional<std::string> find_fault_of_pattern(AnswerRules const& rules, std::string const& answer,
                                                 std::string const& shown) {
    switch (variables::fits_pattern(answer, rules.pattern)) {
    case variables::Fits::yes: return std::nullopt;
    case variables::Fits::unknown: return shown + " cannot be matched against the pattern: this takes too many steps";
    case variables::Fits::no: break;
    }
    if (!rules.pattern_message.empty()) return rules.pattern_message;
    return shown + " does not match the pattern " + rules.pattern;
}

// Returns the answer in the spelling of the document's name, because users may ignore case.
std::string as_it_is_called(Prompt const& prompt, std::string const& answer, NamesOf const& names_of) {
    if (!picks_by_name(prompt.rules.kind)) return answer;
    auto const& names = names_of(prompt.rules.kind);
    auto same = std::ranges::find_if(names, [&](std::string const& name) { return base::equal_folded(name, answer); });
    return same == names.end() ? answer : *same;
}

// Returns why a text is not a valid answer; nullopt if it is valid. The result does not contain a secret.
std::optional<std::string> find_fault(Prompt const& prompt, std::string const& answer, bool is_secret,
                                      AnswerOptions const& options, NamesOf const& names) {
    auto const& rules = prompt.rules;
    auto shown = is_secret ? std::string("the answer") : "'" + answer.substr(0, 100) + "'";
    std::optional<std::string> fault;
    if (rules.is_checkbox() && !base::to_bool(answer)) return shown + " is neither True nor False";
    switch (rules.kind) {
    case AnswerKind::environment: fault = find_fault_of_pick(answer, names(rules.kind), "environment", shown); break;
    case AnswerKind::account:
        // An answer to a variable that refers to an account may be an id. The start of the run checks if it exists.
        if (find_referring_type(prompt.variable->type)) break;
        fault = find_fault_of_pick(answer, names(rules.kind), "account", shown);
        break;
    case AnswerKind::number:
    case AnswerKind::date: fault = find_fault_of_limits(rules, answer, shown); break;
    case AnswerKind::text: break;
    }
    if (!fault && rules.is_select() && !picks_by_name(rules.kind)) fault = find_fault_of_option(options, answer, shown);
    if (!fault && !rules.pattern.empty()) fault = find_fault_of_pattern(rules, answer, shown);
    return fault;
}

std::optional<std::string> find_fault(Prompt const& prompt, Default const& usual, AnswerOptions const& options,
                                      NamesOf const& names) {
    if (is_blank(usual.text)) return std::nullopt;
    auto fault = find_fault(prompt, usual.text, usual.is_secret, options, names);
    if (fault) fault->insert(0, "its default is not a valid answer: ");
    return fault;
}

} // namespace

std::optional<std::string> find_fault_of_default(Prompt const& prompt, Reveal const& reveal, NamesOf const& names) {
    Default usual{prompt.variable->value.text.value_or(""), false};
    if (prompt.secret) usual = {reveal(*prompt.secret), true};
    if (usual.text.find("#{") != std::string::npos) return std::nullopt;
    auto options = prompt.rules.options;
    for (auto const& [answer, more] : prompt.rules.options_when)
        options.insert(options.end(), more.begin(), more.end());
    return find_fault(prompt, usual, options, names);
}

AnswerSheet::AnswerSheet(Bag<std::string> const& given, std::string member, NamesOf names)
    : given_(given), member_(std::move(member)), names_(std::move(names)), index_(given) {}

AnswerSheet::Given const* AnswerSheet::find(Prompt const& prompt) {
    Given const* found = nullptr;
    for (auto at : index_.find(*prompt.variable)) {
        auto const& answer = given_.items[at];
        used_.insert(&answer);
        if (found) wrong(prompt, &answer, "is answered by '" + found->first + "' already");
        if (!found) found = &answer;
    }
    return found;
}

// Finds the prompt that this one depends on by name. If it is not answered, its default applies.
AnswerOptions const& AnswerSheet::options_of(Prompt const& prompt, Prompts const& prompts,
                                             DefaultOf const& default_of) {
    auto const found = prompts.find(prompt.rules.depends_on);
    if (found == prompts.end()) return prompt.rules.options;
    auto const& other = *found->second;
    for (auto at : index_.find(*other.variable))
        if (auto const& answer = given_.items[at].second; !is_blank(answer)) return prompt.rules.options_for(&answer);
    auto usual = default_of(other);
    return prompt.rules.options_for(usual ? &usual->text : nullptr);
}

void AnswerSheet::wrong(Prompt const& prompt, Given const* given, std::string const& message) {
    auto const& name = prompt.variable->name;
    auto label = base::equal_folded(prompt.asked.label, name) ? "" : prompt.asked.label + ": ";
    base::Problem problem{member_ + "." + (given ? given->first : name), label + message};
    if (told_.emplace(problem.path, problem.message).second) problems_.push_back(std::move(problem));
}

void AnswerSheet::check_default(Prompt const& prompt, Prompts const& prompts, DefaultOf const& default_of) {
    auto usual = prompt.has_default() ? default_of(prompt) : std::nullopt;
    if (!usual) return;
    if (auto fault = find_fault(prompt, *usual, options_of(prompt, prompts, default_of), names_))
        wrong(prompt, nullptr, *fault);
}

Answers AnswerSheet::check(std::vector<Prompt> const& prompts, DefaultOf const& default_of) {
    Answers answers;
    Prompts by_name;
    for (auto const& prompt : prompts) by_name.emplace(prompt.variable->name, &prompt);
    for (auto const& prompt : prompts) {
        auto const& variable = *prompt.variable;
        if (asked_names_.insert(variable.name).second) asked_.push_back(variable.name);
        auto given = find(prompt);
        if (!given || is_blank(given->second)) {
            if (prompt.asked.required && !prompt.has_default()) wrong(prompt, given, "is required");
            if (!given || prompt.asked.required || !prompt.rules.takes_any_text()) {
                check_default(prompt, by_name, default_of);
                continue;
            }
        } else if (auto fault = find_fault(prompt, given->second, variable.is_sensitive,
                                           options_of(prompt, by_name, default_of), names_)) {
            wrong(prompt, given, *fault);
        }
        auto& to = variable.is_sensitive ? answers.sensitive : answers.plain;
        to.items.emplace_back(variable.id, as_it_is_called(prompt, given->second, names_));
    }
    return answers;
}

void AnswerSheet::finish() {
    for (auto const& answer : given_.items)
        if (!used_.contains(&answer))
            problems_.push_back(
                {member_ + "." + answer.first, "is not a prompt of this run; prompts: " + listed(asked_)});
    base::reject_if_any(std::move(problems_));
}

} // namespace stepwell::domain
