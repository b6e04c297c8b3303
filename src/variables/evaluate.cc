#include "variables/evaluate.h"

#include "base/text.h"
#include "variables/language/evaluation.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

std::string_view to_word(Refusal refusal) {
    constexpr std::array<std::string_view, 11> words{"",        "recursion", "base64",       "version",
                                                     "regex",   "jsonIndex", "eachVariable", "variableName",
                                                     "tooLong", "tooDeep",   "tooMuchWork"};
    return words[std::size_t(refusal)];
}

std::string Evaluated::error() const {
    if (refusal != Refusal::none) return refused_because;
    if (!problem.empty()) return problem;
    if (missing.empty()) return {};
    return "The following tokens were unable to be evaluated: '" + base::join(missing, "', '") + "'";
}

Variable const* Evaluated::input() const {
    auto found = std::ranges::find_if(read, &Variable::input);
    return found == read.end() ? nullptr : *found;
}

std::string Evaluated::error_for_all() const {
    if (complete() || !sensitive) return error();
    return "it cannot be evaluated, and why is not told, as a sensitive value went into it";
}

Evaluated evaluate(std::string_view text, Dictionary const& dictionary, EvaluateOptions const& options) {
    if (text.find("#{") != std::string_view::npos) return Evaluation(dictionary, options).run(text);
    Evaluated same;
    same.text = text;
    return same;
}

Evaluated evaluate_variable(Variable const& variable, Dictionary const& dictionary, EvaluateOptions const& options) {
    if (!variable.literal && variable.text.find("#{") != std::string_view::npos)
        return Evaluation(dictionary, options).run(variable);
    Evaluated same;
    same.text = variable.text;
    same.read.push_back(&variable);
    same.sensitive = variable.sensitive;
    return same;
}

bool is_truthy(std::string_view text) {
    if (text.empty() || text == "0") return false;
    auto word = trim_spaces(text);
    return !base::equal_ignoring_case(word, "false") && !base::equal_ignoring_case(word, "no");
}

} // namespace stepwell::variables
