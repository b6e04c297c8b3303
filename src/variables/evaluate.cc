#include "variables/evaluate.h"

#include "base/text.h"
#include "variables/language/evaluation.h"
#include "variables/language/memory.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

std::string_view to_word(Refusal refusal) {
    constexpr std::array<std::string_view, 12> words{"",        "recursion", "base64",       "version",
                                                     "regex",   "jsonIndex", "eachVariable", "variableName",
                                                     "tooLong", "tooDeep",   "tooMuchWork",  "tooLarge"};
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
    return "it cannot be evaluated; the reason is not shown because it contains a sensitive value";
}

namespace {

using Detail = Evaluation::Detail;

constexpr std::size_t cost_of_evaluation = 64, cost_of_stop = 1500; // the second is the cost of an exception

// Returns true if all later evaluations fail too.
bool is_out_of_budget(Refusal refusal) { return refusal == Refusal::too_much || refusal == Refusal::too_large; }

bool has_token(std::string_view text) { return text.find("#{") != std::string_view::npos; }

Evaluated unchanged(std::string_view text) {
    Evaluated same;
    same.text = text;
    return same;
}

Evaluated unchanged(Variable const& variable) {
    auto same = unchanged(variable.text);
    same.read.push_back(&variable);
    same.sensitive = variable.sensitive;
    return same;
}

} // namespace

Evaluated evaluate(std::string_view text, Dictionary const& dictionary, EvaluateOptions const& options) {
    if (!has_token(text)) return unchanged(text);
    Memory memory(dictionary, false);
    return Evaluation(dictionary, options, memory, Detail::full).run(text);
}

Evaluated evaluate_variable(Variable const& variable, Dictionary const& dictionary, EvaluateOptions const& options) {
    if (variable.literal || !has_token(variable.text)) return unchanged(variable);
    Memory memory(dictionary, false);
    return Evaluation(dictionary, options, memory, Detail::full).run(variable);
}

Evaluator::Evaluator(Dictionary const& dictionary, SharedWork& work)
    : dictionary_(dictionary), work_(work), now_(base::SystemClock().now()),
      memory_(std::make_unique<Memory>(dictionary, true)) {}
Evaluator::~Evaluator() = default;

EvaluateOptions Evaluator::options() const {
    EvaluateOptions options;
    options.shared = &work_;
    options.now = now_;
    return options;
}

Evaluated Evaluator::text(std::string_view text, bool carry_on) {
    if (!has_token(text)) return unchanged(text);
    auto options = this->options();
    options.carry_on = carry_on;
    return Evaluation(dictionary_, options, *memory_, Detail::full).run(text);
}

Evaluated Evaluator::brief(std::string_view text) {
    if (!has_token(text)) return unchanged(text);
    return run_brief([&](Evaluation& evaluation) { return evaluation.run(text); }, nullptr);
}

Evaluated Evaluator::brief(Variable const& variable) {
    if (variable.literal || !has_token(variable.text)) return unchanged(variable);
    return run_brief([&](Evaluation& evaluation) { return evaluation.run(variable); }, &variable);
}

// Values in a long chain or a cycle may all have no result, and detecting this would take the whole path again for each
// of them. Therefore, if an evaluation fails, the values it was in are evaluated separately, innermost first, and their
// results remembered. This evaluates each value a few times, and at most as many as are nested in one evaluation.
template <class Root> Evaluated Evaluator::run_brief(Root const& root, Variable const* of) {
    auto const options = this->options();
    std::vector<Variable const*> pending{of}; // first the root's variable, null for a text
    std::unordered_set<Variable const*> waiting;
    for (;;) {
        Evaluation evaluation(dictionary_, options, *memory_, Detail::brief);
        bool const at_root = pending.size() == 1;
        auto const last = pending.back();
        auto done = at_root ? root(evaluation) : evaluation.learn(*last);
        bool const stopped = done.refusal != Refusal::none && !is_out_of_budget(done.refusal);
        work_.left -= std::min(work_.left, stopped ? cost_of_stop : cost_of_evaluation);
        if (stopped)
            for (auto variable : evaluation.stopped_in())
                if (!memory_->values.contains(variable) && !memory_->failures.contains(variable) &&
                    waiting.insert(variable).second)
                    pending.push_back(variable);
        if (pending.back() != last) continue;
        if (stopped && last && evaluation.went_straight())
            memory_->failures.try_emplace(last, Stopped{done.refusal, done.refused_because}, done.sensitive);
        if (at_root) return done;
        pending.resize(work_.left == 0 || work_.bytes_left == 0 ? 1 : pending.size() - 1);
    }
}

bool is_truthy(std::string_view text) {
    if (text.empty() || text == "0") return false;
    auto word = trim_spaces(text);
    return !base::equal_ignoring_case(word, "false") && !base::equal_ignoring_case(word, "no");
}

} // namespace stepwell::variables
