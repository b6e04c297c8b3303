#include "domain/lint_steps.h"

#include "samples.h"

#include <gtest/gtest.h>

using namespace stepwell::domain;

namespace {

using namespace samples;

std::vector<std::string> paths_of(std::vector<Step> const& steps) {
    std::vector<std::string> paths;
    for (auto const& lint : lint_steps(steps, "WorkerPools-1")) paths.push_back(lint.path);
    return paths;
}

} // namespace

TEST(StepLints, name_what_fails_and_what_has_no_effect) {
    auto calm = bash("calm"), busy = bash("busy"), odd = unknown_type("odd");
    busy.worker_pool = {"WorkerPools-2"};
    busy.properties.items.emplace_back("Octopus.Action.AutoRetry.MaximumCount", "#{Retries}");
    auto together = step_of({calm, busy});
    together.start_trigger = StartTrigger::with_previous;
    auto windowed = step_of({odd});
    windowed.properties.items = {{"Octopus.Action.MaxParallelism", "2"}};
    EXPECT_EQ(paths_of({step_of({calm}), together, windowed}),
              (std::vector<std::string>{"Steps[1].StartTrigger",
                                        "Steps[1].Actions[1].Properties.Octopus.Action.AutoRetry.MaximumCount",
                                        "Steps[1].StartTrigger", "Steps[1].Actions[1].WorkerPoolId",
                                        "Steps[2].Actions[0]", "Steps[2].Properties.Octopus.Action.MaxParallelism"}));
    EXPECT_EQ(lint_steps({windowed}, {})[0].message,
              "The step 'odd': it fails when it runs: the action type 'Octopus.Moon' is not supported.");
}

TEST(StepLints, are_silent_about_what_asks_for_nothing_and_what_never_runs) {
    auto quiet = bash("quiet"), off = unknown_type("off");
    quiet.worker_pool = {"workerpools-1"};
    quiet.worker_pool_variable = "";
    for (auto [key, value] :
         {std::pair("Octopus.Action.AutoRetry.MaximumCount", " 0 "), {"Octopus.Action.EnabledFeatures", ""}})
        quiet.properties.items.emplace_back(key, value);
    off.is_disabled = true;
    EXPECT_TRUE(lint_steps({step_of({quiet, off})}, "WorkerPools-1").empty());
}
