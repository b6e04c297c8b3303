// Prompts for values before a run, and the rules for their answers. docs/manual/variables.md describes the settings for
// authors; docs/decisions/0008-prompts.md explains their names.
#pragma once
#include "domain/content.h"

namespace stepwell::domain {

// The kind of answer that a text box or a list takes.
enum class AnswerKind { text, number, date, environment, account };
constexpr std::array<std::string_view, 5> answer_kinds{"Text", "Number", "Date", "Environment", "Account"};
constexpr auto const& names_of(AnswerKind) { return answer_kinds; }
constexpr bool picks_by_name(AnswerKind kind) { return kind == AnswerKind::environment || kind == AnswerKind::account; }

struct AnswerOption {
    std::string value, label;

    friend bool operator==(AnswerOption const&, AnswerOption const&) = default;
};
using AnswerOptions = std::vector<AnswerOption>;
AnswerOptions parse_options(std::string_view lines); // one "value|label" per line

// The parsed DisplaySettings.
struct AnswerRules {
    std::string control; // Octopus.ControlType
    AnswerKind kind = AnswerKind::text;
    AnswerOptions options;
    std::string minimum, maximum; // for numbers and dates; empty means no limit
    std::string pattern, pattern_message;
    std::string depends_on;                                          // name of another prompted variable
    std::vector<std::pair<std::string, AnswerOptions>> options_when; // by the answer to that variable
    std::optional<std::int64_t> order;
    std::string group;

    bool is_select() const { return base::equal_ignoring_case(control, "Select"); }
    bool is_checkbox() const { return base::equal_ignoring_case(control, "Checkbox"); }
    // Returns true if an empty answer is valid. For other controls, an empty answer selects the default.
    bool takes_any_text() const { return kind == AnswerKind::text && !is_select() && !is_checkbox(); }
    // Returns the options to choose from. `of` is the answer to the prompt that this one depends on; null if there is
    // no such prompt or no answer.
    AnswerOptions const& options_for(std::string const* of) const;
};
// Reports invalid settings to `reading` and omits them.
AnswerRules read_rules(VariablePrompt const& asked, Reading& reading, Place const& place);

// Reports every prompt that cannot be shown or answered: invalid settings, scopes that are not known before a run.
void check_prompts(std::vector<Variable> const& variables, Reading& reading, Place const& place);

struct Prompt {
    Variable const* variable; // in the content
    VariablePrompt asked;     // never without a label
    AnswerRules rules;
    std::optional<std::int64_t> secret = {}; // number of the secret default, if the variable is sensitive and has one

    bool has_default() const;
};
// Returns the prompts of the context, sorted by Stepwell.Order, then by label. Authors of Octopus runbooks sort prompts
// by their labels. If several variables have the same name, only the winning one is prompted for.
std::vector<Prompt> prompts_of(SnapshotContent const& content, variables::Context const& context);

} // namespace stepwell::domain
