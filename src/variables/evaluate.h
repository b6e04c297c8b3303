// The `#{…}` language. docs/manual/templates.md describes it; docs/decisions/0006-templates.md describes its limits.
#pragma once
#include "base/clock.h"
#include "variables/dictionary.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::variables {

class Memory;

constexpr std::size_t max_evaluated_bytes = 16u << 20;
constexpr std::size_t max_evaluation_work = 192u << 20;
constexpr std::size_t max_evaluation_bytes = 32u << 20;

// A filter supplied by the caller. It is available only in the text itself, not in loops, options and values.
using OwnFilter =
    std::function<std::optional<std::string>(std::string_view argument, std::vector<std::string_view> const& options)>;

// A budget of work and bytes that several evaluations share. Not thread-safe.
struct SharedWork {
    std::size_t left = max_evaluation_work;
    std::size_t bytes_left = max_evaluation_bytes; // of created texts and remembered values
};

struct EvaluateOptions {
    // If true, copies text that does not parse and continues, as in files and scripts; if false, a parse error rejects
    // the text.
    bool carry_on = false;
    std::size_t limit = max_evaluated_bytes;               // bytes; limit for each created text
    std::size_t work = max_evaluation_work;                // work units; one is about the cost of copying a byte
    std::size_t bytes = max_evaluation_bytes;              // bytes of all created texts and remembered values
    SharedWork* shared = nullptr;                          // if set, further limits `work` and `bytes`
    std::optional<base::Time> now;                         // time for NowDate; default: the system clock
    std::map<std::string, OwnFilter, std::less<>> filters; // by lower-case name
};

// The reason why an evaluation has no result.
enum class Refusal {
    none,
    recursion,     // a variable refers to itself
    base64,        // FromBase64 of invalid base64
    version,       // a Version… filter applied to text that is not a version
    regex,         // Match or Replace: invalid expression, or too many steps
    json_index,    // negative array index
    each_variable, // a loop variable is named Octopus
    variable_name, // a variable name contains a token, such as Foo[#{x}]
    too_long,      // a text would exceed `limit`
    too_deep,      // values, blocks or options are nested too deep
    too_much,      // exceeds the work limit
    too_large,     // exceeds the byte limit, together with earlier evaluations
};
std::string_view to_word(Refusal refusal); // "recursion", "tooLong"

struct Evaluated {
    std::string text;                  // the result; the given text if there is no result
    bool is_null = false;              // the text requests no value at all: #{ | null}
    std::vector<Variable const*> read; // variables whose values were used, in order of first use
    std::vector<std::string> unknown;  // names that no variable has, also from conditions and loops
    std::vector<std::string> missing;  // tokens left in the text because they have no value
    std::string problem;               // "Parsing failure: …"; nothing was evaluated then
    Refusal refusal = Refusal::none;
    std::string refused_because;
    bool sensitive = false; // a sensitive value was used

    bool complete() const { return missing.empty() && problem.empty() && refusal == Refusal::none; }
    std::string error() const; // one sentence; empty if complete
    // Like error(), but without details if a sensitive value was used, because an error quotes values.
    std::string error_for_all() const;
    // Returns the first used variable with `input` set; null if there is none.
    Variable const* input() const;
    // Returns the text; nullopt if a sensitive value was used.
    std::optional<std::string> shown() const { return sensitive ? std::nullopt : std::optional(text); }
};

// Evaluates a text. Work and memory are limited for every input; the cost is linear if nothing repeats. The result
// refers to the dictionary.
Evaluated evaluate(std::string_view text, Dictionary const& dictionary, EvaluateOptions const& options = {});
// Evaluates the value of a variable. Use an Evaluator for many variables.
Evaluated evaluate_variable(Variable const& variable, Dictionary const& dictionary,
                            EvaluateOptions const& options = {});

// Evaluates several texts and values of one dictionary. Each variable is evaluated only once, and all evaluations share
// the budget `work`. Not thread-safe.
class Evaluator {
public:
    // `dictionary` and `work` must outlive the evaluator. Results refer to the dictionary.
    Evaluator(Dictionary const& dictionary, SharedWork& work);
    ~Evaluator();

    Dictionary const& dictionary() const { return dictionary_; }
    // Like evaluate().
    Evaluated text(std::string_view text, bool carry_on = false);
    // Faster variants with less detail, for many texts and values. `read` and `unknown` may be incomplete. If tokens
    // have no value, `missing` names at least one. A refusal for recursion may name only a part of the cycle.
    Evaluated brief(std::string_view text);
    Evaluated brief(Variable const& variable);

private:
    EvaluateOptions options() const;
    template <class Root> Evaluated run_brief(Root const& root, Variable const* of);

    Dictionary const& dictionary_;
    SharedWork& work_;
    base::Time now_;
    std::unique_ptr<Memory> memory_;
};

// Returns true for every text except "", "0", "False" and "No" (ignoring case).
bool is_truthy(std::string_view text);

// Returns the names used in a text, except loop variables, without evaluating it. Empty if the text does not parse,
// unless `carry_on` is set.
std::vector<std::string> names_in(std::string_view text, bool carry_on = false);
// Returns the parse error of a text; empty if it parses.
std::string find_problem(std::string_view text, bool carry_on = false);
// Returns the text in normal form; unchanged if it does not parse.
std::string to_normal_form(std::string_view text);
// Returns the indexes below a path, in order. For example, Octopus.Action[A].Name has the index A below Octopus.Action.
std::vector<std::string> indexes_below(std::string_view path, Dictionary const& dictionary);

} // namespace stepwell::variables
