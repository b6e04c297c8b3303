// Measures the selection among values of many names. Each name has a general value, one for this environment and one
// for another. For comparison, uses a hash table of the same texts with case-insensitive names. Prints JSON.
#include "variables/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <unordered_map>

using namespace stepwell::variables;

namespace {

constexpr int values_each = 3;

std::vector<Candidate> make_candidates(std::size_t names) {
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < names; ++i)
        for (int value = 0; value < values_each; ++value) {
            Candidate made;
            made.name = fmt::format("Service{}:Setting.Number{}", i % 50, i);
            made.text = fmt::format("value {} of {}", value, i);
            if (value > 0) made.scope = {{"Environment", {fmt::format("Environments-{}", value)}}};
            all.push_back(std::move(made));
        }
    return all;
}

std::size_t resolved(std::vector<Candidate> candidates) {
    Context context;
    context.hold("Environment", "Environments-1").hold("ProcessOwner", "Runbooks-1").hold("Project", "Projects-1");
    return resolve(std::move(candidates), std::move(context)).dictionary().all().size();
}

std::size_t hashed(std::vector<Candidate> const& candidates) {
    std::unordered_map<std::string, std::string> table;
    for (auto const& candidate : candidates)
        table.insert_or_assign(stepwell::base::to_lower(candidate.name), candidate.text);
    return table.size();
}

template <class Work> double milliseconds(Work const& work) {
    auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double>& all) {
    std::ranges::sort(all);
    return all[all.size() / 2];
}

} // namespace

int main() {
    auto const candidates = make_candidates(5000);
    if (resolved(candidates) != hashed(candidates)) return 1;
    std::vector<double> ours, limit;
    for (int i = 0; i < 51; ++i) {
        auto copy = candidates;
        ours.push_back(milliseconds([&] { resolved(std::move(copy)); }));
        limit.push_back(milliseconds([&] { hashed(candidates); }));
    }
    fmt::print("{{\"resolve_5000_ms\": {:.3f}, \"limit_ms\": {:.3f}}}\n", median(ours), median(limit));
    return 0;
}
