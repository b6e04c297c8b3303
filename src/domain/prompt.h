// What a person is asked before a run, and what may be answered. docs/manual/variables.md tells authors of the
// settings, docs/decisions/0008-prompts.md why they are named as they are.
#pragma once
#include "domain/content.h"

namespace stepwell::domain {

// What kind of answer a text box or a list takes.
enum class AnswerKind { text, number, date, environment, account };
constexpr std::array<std::string_view, 5> answer_kinds{"Text", "Number", "Date", "Environment", "Account"};
constexpr auto const& names_of(AnswerKind) { return answer_kinds; }
constexpr bool picks_by_name(AnswerKind kind) { return kind == AnswerKind::environment || kind == AnswerKind::account; }

struct AnswerOption {
    std::string value, label;

    friend bool operator==(AnswerOption const&, AnswerOption const&) = default;
};
using AnswerOptions = std::vector<AnswerOption>;
AnswerOptions parse_options(std::string_view lines); // value|label, one a line

// DisplaySettings, understood.
struct AnswerRules {
    std::string control; // Octopus.ControlType
    AnswerKind kind = AnswerKind::text;
    AnswerOptions options;
    std::string minimum, maximum; // of numbers and dates; empty: none
    std::string pattern, pattern_message;
    std::string depends_on;                                          // name of another prompted variable
    std::vector<std::pair<std::string, AnswerOptions>> options_when; // by what that one is answered
    std::optional<std::int64_t> order;
    std::string group;

    bool is_select() const { return base::equal_ignoring_case(control, "Select"); }
    bool is_checkbox() const { return base::equal_ignoring_case(control, "Checkbox"); }
    // An empty one too; of all others none means the default.
    bool takes_any_text() const { return kind == AnswerKind::text && !is_select() && !is_checkbox(); }
    // `of` is the answer to the prompt it depends on; null when it depends on none, or there is no answer.
    AnswerOptions const& options_for(std::string const* of) const;
};
// What makes no sense is told to `reading` and left out.
AnswerRules read_rules(VariablePrompt const& asked, Reading& reading, Place const& place);

// Tells every prompt that could not be asked or answered: bad settings, scopes that are not known before a run.
void check_prompts(std::vector<Variable> const& variables, Reading& reading, Place const& place);

struct Prompt {
    Variable const* variable; // of the content
    VariablePrompt asked;     // with a label
    AnswerRules rules;
    std::optional<std::int64_t> secret = {}; // number of the default of a sensitive one

    bool has_default() const;
};
// Those that count in the context: by Stepwell.Order, then by label, which is how authors of Octopus order them. Of
// several values of one name only the one that counts is asked for.
std::vector<Prompt> prompts_of(SnapshotContent const& content, variables::Context const& context);

} // namespace stepwell::domain
