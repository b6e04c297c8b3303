#include "engine/print_variables.h"

#include "base/text.h"

namespace stepwell::engine {

namespace {

constexpr std::string_view hidden = "********";
constexpr char const* carrier = "Stepwell.PrintedVariables";

bool is_debugged(domain::RunbookRun const& run) {
    auto mode = run.debug_mode.value_or("");
    return variables::is_truthy(mode) && !base::equal_ignoring_case(mode, "None");
}

std::string line_of(std::string_view name, std::string_view value) {
    // Text that looks like a service message would be treated as one.
    return base::replace_all("[" + std::string(name) + "] = '" + std::string(value) + "'\n", "##octopus[",
                             "##octopus [");
}

std::string raw(variables::Dictionary const& dictionary) {
    std::string text = "Variables before evaluation (remove OctopusPrintVariables when it is no longer needed):\n";
    for (auto const& variable : dictionary.all())
        text += line_of(variable.name, variable.sensitive ? hidden : variable.text);
    return text;
}

std::string evaluated(StepEvaluator& evaluator) {
    std::string text =
        "Variables after evaluation (remove OctopusPrintEvaluatedVariables when it is no longer needed):\n";
    for (auto const& variable : evaluator.dictionary().all()) {
        auto done = evaluator.value(variable);
        text += line_of(variable.name, variable.sensitive || done.sensitive ? hidden : done.text);
    }
    return text;
}

} // namespace

void print_variables(run::Script& script, StepEvaluator& evaluator, domain::RunbookRun const& run) {
    std::string text;
    if (is_debugged(run) || evaluator.is_on("OctopusPrintVariables")) text += raw(evaluator.dictionary());
    if (is_debugged(run) || evaluator.is_on("OctopusPrintEvaluatedVariables")) text += evaluated(evaluator);
    if (text.empty()) return;
    script.values.emplace_back(carrier, std::move(text));
    // A Bash script defines its helpers by the names that it contains, so the call is added to the script. Python reads
    // the value itself, because the first statement of a script may have to stay the first. Line numbers do not change.
    if (script.syntax == run::Syntax::bash)
        script.body = "write_verbose \"$(get_octopusvariable " + std::string(carrier) + ")\"; " + script.body;
}

} // namespace stepwell::engine
