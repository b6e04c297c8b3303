#include "variables/pattern.h"

#include "variables/filters/regex.h"

namespace stepwell::variables {

namespace {

constexpr std::size_t max_work = 16u << 20; // some tens of milliseconds

Budget new_budget() {
    EvaluateOptions options;
    options.work = max_work;
    return Budget(options);
}

std::string as_a_whole(std::string_view pattern) { return "\\A(?:" + std::string(pattern) + ")\\z"; }

} // namespace

Fits fits_pattern(std::string_view text, std::string_view pattern) try {
    auto budget = new_budget();
    return Regex(as_a_whole(pattern), budget).matches(text, budget) ? Fits::yes : Fits::no;
} catch (Stopped const&) {
    return Fits::unknown;
}

std::string find_pattern_problem(std::string_view pattern) try {
    auto budget = new_budget();
    Regex alone(pattern, budget); // rejects a pattern that is complete only inside the brackets added below
    Regex(as_a_whole(pattern), budget);
    return {};
} catch (Stopped const& stopped) {
    return stopped.because;
}

} // namespace stepwell::variables
