// The `#{…}` language: docs/manual/templates.md says what it can do, docs/decisions/0006-templates.md how it is kept
// from doing harm.
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

// A filter beside those of the language; it is asked only in the text itself, not in loops, options and values.
using OwnFilter =
    std::function<std::optional<std::string>(std::string_view argument, std::vector<std::string_view> const& options)>;

// Work and bytes that several evaluations have together. Not for several threads at once.
struct SharedWork {
    std::size_t left = max_evaluation_work;
    std::size_t bytes_left = max_evaluation_bytes; // of texts that come into being, and of values kept
};

struct EvaluateOptions {
    // Copies what cannot be read as it stands, as in files and scripts; else such a text is no template at all.
    bool carry_on = false;
    std::size_t limit = max_evaluated_bytes;               // of every text that comes into being
    std::size_t work = max_evaluation_work;                // a unit is about the work of copying a byte
    std::size_t bytes = max_evaluation_bytes;              // of all texts together, and of values kept
    SharedWork* shared = nullptr;                          // `work` and `bytes` are no more than what is left of it
    std::optional<base::Time> now;                         // of NowDate; the system's clock when it is not said
    std::map<std::string, OwnFilter, std::less<>> filters; // by name in lower case
};

// Why there is no result at all.
enum class Refusal {
    none,
    recursion,     // a variable refers to itself
    base64,        // FromBase64 of what is none
    version,       // a Version… filter of what is no version
    regex,         // Match or Replace: the expression is wrong, or takes too many steps
    json_index,    // a negative index of an array
    each_variable, // a loop variable named Octopus
    variable_name, // a variable is named such as Foo[#{x}]
    too_long,      // a text would exceed the limit
    too_deep,      // values, blocks or options are nested too deep
    too_much,      // it takes too much work
    too_large,     // it takes too many bytes, with those evaluated before it
};
std::string_view to_word(Refusal refusal); // "recursion", "tooLong"

struct Evaluated {
    std::string text;                  // where there is no result: the given text
    bool is_null = false;              // the text says that there is no value: #{ | null}
    std::vector<Variable const*> read; // variables whose values were looked at, wherever, in that order
    std::vector<std::string> unknown;  // names asked for that there are none of, in conditions and loops too
    std::vector<std::string> missing;  // tokens that stand in the text as they are, for want of a value
    std::string problem;               // "Parsing failure: …": nothing was evaluated
    Refusal refusal = Refusal::none;
    std::string refused_because;
    bool sensitive = false; // a sensitive value was looked at

    bool complete() const { return missing.empty() && problem.empty() && refusal == Refusal::none; }
    std::string error() const; // in one sentence; empty when complete
    // The same for who may not know sensitive values: an error quotes what it is about.
    std::string error_for_all() const;
    // The first of those looked at that is words of whoever starts the run.
    Variable const* input() const;
    // The text, unless a secret went into it.
    std::optional<std::string> shown() const { return sensitive ? std::nullopt : std::optional(text); }
};

// Work and memory are bounded whatever the text and the values are; linear where nothing repeats itself.
// The result refers to the dictionary.
Evaluated evaluate(std::string_view text, Dictionary const& dictionary, EvaluateOptions const& options = {});
// The value of a variable, evaluated. An Evaluator does it for many of them.
Evaluated evaluate_variable(Variable const& variable, Dictionary const& dictionary,
                            EvaluateOptions const& options = {});

// Evaluates texts and values of one dictionary, one after another. Each value is evaluated once, whatever refers to it,
// and all of them spend from `work`. Not for several threads at once.
class Evaluator {
public:
    // Both must outlive it, and what it returns refers to the dictionary.
    Evaluator(Dictionary const& dictionary, SharedWork& work);
    ~Evaluator();

    Dictionary const& dictionary() const { return dictionary_; }
    // The same as evaluate().
    Evaluated text(std::string_view text, bool carry_on = false);
    // The same in brief, for many texts and values: `read` and `unknown` may be incomplete; `missing` is not empty if a
    // token has no value, and names one; a refusal may name a part of what goes round in circles.
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

// Everything but "", "0", "False" and "No", the words without case.
bool is_truthy(std::string_view text);

// Without evaluating:
// The names in a text, but for loop variables. What is no template names nothing, unless it carries on.
std::vector<std::string> names_in(std::string_view text, bool carry_on = false);
// Why a text is no template; empty when it is one.
std::string find_problem(std::string_view text, bool carry_on = false);
// The text in normal form; as it is when it is no template.
std::string to_normal_form(std::string_view text);
// Indexes below a path, in order: of Octopus.Action[A].Name and Octopus.Action, A.
std::vector<std::string> indexes_below(std::string_view path, Dictionary const& dictionary);

} // namespace stepwell::variables
