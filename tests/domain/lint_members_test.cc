#include "domain/lint_members.h"

#include "domain/nouns.h"
#include "domain/resources/lifecycle.h"
#include "domain/resources/runbook.h"
#include "domain/resources/runbook_run.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

std::vector<std::string> paths_of(Noun const& noun, Document const& object) {
    std::vector<std::string> paths;
    for (auto const& lint : lint_members(noun, object)) paths.push_back(lint.path);
    return paths;
}

TEST(LintMembers, says_nothing_about_defaults) {
    for (auto noun : all_nouns()) EXPECT_EQ(paths_of(*noun, *noun->make()), std::vector<std::string>()) << noun->name;
}

TEST(LintMembers, names_what_has_no_effect) {
    Runbook runbook;
    runbook.one_at_a_time = true;
    EXPECT_TRUE(paths_of(noun_of<Runbook>(), runbook).empty()) << "this has an effect";
    runbook.cancel_queued_tasks = true;
    runbook.retention = RetentionPeriod::count(3, "Items");
    runbook.guided_failure = GuidedFailureMode::on;
    EXPECT_EQ(paths_of(noun_of<Runbook>(), runbook),
              (std::vector<std::string>{"DefaultGuidedFailureMode", "RunRetentionPolicy", "CancelQueuedTasks"}));
    RunbookRun run;
    run.priority = "High";
    run.use_guided_failure = true;
    EXPECT_EQ(paths_of(noun_of<RunbookRun>(), run), (std::vector<std::string>{"UseGuidedFailure", "Priority"}));
}

// Every member that a client may set has an effect, or is reported as having none.
TEST(LintMembers, are_never_computed) {
    for (auto noun : all_nouns())
        for (auto const& field : noun->type->fields)
            if (field.flags.has(schema::without_effect)) EXPECT_FALSE(field.flags.has(schema::computed)) << field.name;
}

TEST(LintMembers, look_into_lists_and_compare_with_the_usual) {
    Lifecycle lifecycle;
    lifecycle.phases.resize(2);
    lifecycle.phases[1].is_optional = true;
    lifecycle.release_retention = RetentionPeriod::count(3, "Days");
    EXPECT_EQ(paths_of(noun_of<Lifecycle>(), lifecycle),
              (std::vector<std::string>{"ReleaseRetentionPolicy", "Phases[1].IsOptionalPhase"}));
    DefaultRetention usual, mine;
    usual.quantity = mine.quantity = 100;
    EXPECT_TRUE(lint_members(schema::type_of<DefaultRetention>(), &mine, &usual).empty());
    mine.quantity = 5;
    EXPECT_EQ(lint_members(schema::type_of<DefaultRetention>(), &mine, &usual).size(), 1u);
}

} // namespace
} // namespace stepwell::domain
