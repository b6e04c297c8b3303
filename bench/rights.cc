// Measures permission checks of one user in 50 teams with 200 grants each. Half of the grants are narrowed to projects,
// half to projects and environments. Prints JSON. The number of other users does not affect a check.
#include "domain/rights.h"

#include <fmt/format.h>

#include <chrono>

using namespace stepwell::domain;

namespace {

constexpr int teams = 50, grants_of_team = 200, rounds = 2000;

std::vector<Grant> grants() {
    std::vector<Grant> all;
    for (int team = 0; team < teams; ++team)
        for (int i = 0; i < grants_of_team; ++i) {
            auto& grant = all.emplace_back();
            grant.permissions = {Permission::runbook_view, Permission::runbook_run_create, Permission::task_view};
            grant.space = fmt::format("Spaces-{}", team % 10);
            grant.area.projects = {fmt::format("Projects-{}", team * grants_of_team + i)};
            if (i % 2) grant.area.environments = {fmt::format("Environments-{}", i)};
        }
    return all;
}

double nanoseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main() {
    auto const all = grants();
    auto const begin = std::chrono::steady_clock::now();
    Rights const rights(all);
    auto const made = nanoseconds_since(begin);
    std::vector<Subject> subjects;
    for (int i = 0; i < grants_of_team; ++i)
        subjects.push_back({"Spaces-3", "ProjectGroups-1", fmt::format("Projects-{}", 3 * grants_of_team + i),
                            fmt::format("Environments-{}", i), "", "Runbooks-7"});
    int allowed = 0;
    auto const asked = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round)
        for (auto const& subject : subjects) allowed += rights.allows(Permission::runbook_run_create, subject);
    auto const check = nanoseconds_since(asked) / rounds / grants_of_team;
    fmt::print("{{\"grants\":{},\"allowed\":{},\"make_ms\":{:.2f},\"check_ns\":{:.0f}}}\n", all.size(),
               allowed / rounds, made / 1e6, check);
}
