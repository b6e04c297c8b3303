#include "variables/scope.h"

#include <gtest/gtest.h>

using namespace stepwell::variables;

namespace {

Context run_in_test() {
    Context context;
    context.hold("Environment", "Environments-1").hold("ProcessOwner", "Runbooks-1").hold("Action", "action-1");
    return context.hold("Action", "step-1").hold("Machine", "");
}

} // namespace

TEST(Scope, is_a_choice_within_a_dimension_and_a_demand_across_them) {
    struct Case {
        Scope scope;
        bool matches;
    };
    Case const cases[] = {
        {{}, true},
        {{{"Environment", {}}}, true},
        {{{"Environment", {"Environments-1"}}}, true},
        {{{"environment", {"ENVIRONMENTS-1"}}}, true},
        {{{"Environment", {"Environments-2", "Environments-1"}}}, true},
        {{{"Environment", {"Environments-2", "Environments-3"}}}, false},
        {{{"Environment", {"Environments-1"}}, {"Action", {"action-1"}}}, true},
        {{{"Environment", {"Environments-1"}}, {"Action", {"step-1"}}}, true},
        {{{"Environment", {"Environments-1"}}, {"Action", {"action-2"}}}, false},
        {{{"Environment", {"Environments-2"}}, {"Action", {"action-1"}}}, false},
        {{{"Machine", {"Machines-1"}}}, false}, // the machine is unknown
        {{{"Machine", {""}}}, false},           // an empty id was not added
        {{{"Channel", {"Channels-1"}}}, false},
        {{{"Weather", {"rain"}}}, false},
    };
    for (auto const& [scope, expected] : cases) {
        EXPECT_EQ(matches(scope, run_in_test()), expected) << to_words(scope);
        EXPECT_EQ(find_mismatch(scope, run_in_test()).has_value(), !expected) << to_words(scope);
    }
}

TEST(Scope, is_ranked_by_its_strongest_dimension_then_by_the_next) {
    Scope const weakest_first[] = {
        {},
        {{"Weather", {"rain"}}},
        {{"Project", {"p"}}},
        {{"ProcessOwner", {"r"}}},
        {{"Channel", {"c"}}},
        {{"Channel", {"c"}}, {"ProcessOwner", {"r"}}},
        {{"Environment", {"e"}}},
        {{"Environment", {"e"}}, {"ProcessOwner", {"r"}}},
        {{"Environment", {"e"}}, {"Channel", {"c"}}},
        {{"TenantTag", {"t"}}},
        {{"Tenant", {"t"}}},
        {{"Tenant", {"t"}}, {"Environment", {"e"}}},
        {{"Role", {"web"}}},
        {{"TargetRole", {"web"}}},
        {{"Machine", {"m"}}},
        {{"Machine", {"m"}}, {"Environment", {"e"}}},
        {{"Action", {"a"}}},
        {{"Environment", {"e"}}, {"Action", {"a"}}},
    };
    for (std::size_t i = 1; i < std::size(weakest_first); ++i)
        EXPECT_LT(specificity(weakest_first[i - 1]), specificity(weakest_first[i])) << to_words(weakest_first[i]);
}

TEST(Scope, is_not_more_specific_for_naming_more_ids) {
    EXPECT_EQ(specificity({{"Environment", {"a"}}}), specificity({{"Environment", {"a", "b"}}}));
    EXPECT_EQ(specificity({{"Environment", {}}}), 0u);
}

TEST(Scope, is_said_in_words) {
    EXPECT_EQ(to_words(Scope{}), "everywhere");
    EXPECT_EQ(to_words(Scope{{"Environment", {"a", "b"}}, {"Role", {"web"}}, {"Channel", {}}}),
              "Environment a or b, Role web");
    EXPECT_EQ(*find_mismatch({{"Environment", {"Environments-1"}}, {"Role", {"web", "db"}}}, run_in_test()),
              "Role web or db");
}
