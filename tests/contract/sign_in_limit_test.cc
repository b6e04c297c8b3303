// The delay for password guessing, tested without waiting.
#include "api/sign_in_limit.h"
#include "base/error.h"
#include "support/held_clock.h"

#include <gtest/gtest.h>

namespace stepwell::contract {

namespace {

using namespace std::chrono_literals;
using Attempt = api::SignInLimit::Attempt;

struct SignInLimit : testing::Test {
    tests::HeldClock clock{base::Time(std::chrono::hours(500'000))};
    api::SignInLimit limit{clock};

    bool may_try(std::string const& name, std::string const& address) {
        try {
            Attempt(limit, name, address);
            return true;
        } catch (base::Error const& error) {
            EXPECT_EQ(error.kind(), base::Kind::too_many);
            return false;
        }
    }
    bool fail(std::string const& name, std::string const& address) { return Attempt(limit, name, address).failed(); }
};

} // namespace

TEST_F(SignInLimit, grows_with_failures_and_is_forgotten_with_time) {
    EXPECT_TRUE(fail("ann", "10.0.0.1")) << "the first is worth an event";
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(fail("ann", "10.0.0." + std::to_string(i + 2)));
    EXPECT_TRUE(may_try("ann", "10.0.0.9"));
    fail("ann", "10.0.0.5");
    EXPECT_FALSE(may_try("ann", "10.0.0.9")) << "from a new address too";
    EXPECT_FALSE(may_try(" ANN ", "10.0.0.9"));
    EXPECT_TRUE(may_try("ben", "10.0.0.9")) << "twin: others may";
    clock.advance(1001ms);
    EXPECT_TRUE(may_try("ann", "10.0.0.9"));
    fail("ann", "10.0.0.6");
    clock.advance(1001ms);
    EXPECT_FALSE(may_try("ann", "10.0.0.9")) << "twice as long now";
    for (int i = 0; i < 40; ++i) {
        clock.advance(301s);
        fail("ann", "10.0.0.6");
    }
    clock.advance(299s);
    EXPECT_FALSE(may_try("ann", "10.0.0.9"));
    clock.advance(2s);
    EXPECT_TRUE(may_try("ann", "10.0.0.9")) << "never longer than five minutes";
    clock.advance(31min);
    fail("ann", "10.0.0.6");
    EXPECT_TRUE(may_try("ann", "10.0.0.6")) << "old failures of name and address count no more";
}

TEST_F(SignInLimit, is_that_of_all_spellings_of_a_name) {
    for (auto spelling : {"jörg", "JÖRG", "Jo\xcc\x88rg", "jÖrg", "JöRG"}) fail(spelling, "10.0.0.1");
    EXPECT_FALSE(may_try("JÖrg", "10.0.0.9"));
    EXPECT_TRUE(may_try("jorg", "10.0.0.9"));
}

TEST_F(SignInLimit, is_lifted_for_a_name_by_success_and_for_an_address_not) {
    for (int i = 0; i < 5; ++i) fail("ann", "10.0.0.1");
    clock.advance(1001ms);
    Attempt(limit, "ANN", "10.0.0.2").succeeded();
    fail("ben", "10.0.0.1");
    EXPECT_TRUE(may_try("ann", "10.0.0.2"));
    EXPECT_FALSE(may_try("ann", "10.0.0.1"));
}

TEST_F(SignInLimit, a05_lets_those_it_slows_down_try_one_at_a_time) {
    {
        Attempt one(limit, "ann", "10.0.0.1"), other(limit, "ann", "10.0.0.1");
        other.succeeded();
        EXPECT_TRUE(may_try("ann", "10.0.0.1")) << "twin: as long as nobody failed";
    }
    for (int i = 0; i < 5; ++i) fail("ann", "10.0.0.1");
    clock.advance(1001ms);
    {
        Attempt under_way(limit, "ann", "10.0.0.7");
        EXPECT_FALSE(may_try("ann", "10.0.0.8")) << "at the same time";
        EXPECT_TRUE(may_try("ben", "10.0.0.8"));
    }
    EXPECT_TRUE(may_try("ann", "10.0.0.8")) << "after it";
}

TEST_F(SignInLimit, a74_takes_few_threads_however_many_sign_in_at_a_time) {
    std::vector<std::unique_ptr<Attempt>> under_way;
    for (int i = 0; i < 4; ++i) {
        auto name = "user" + std::to_string(i);
        under_way.push_back(std::make_unique<Attempt>(limit, name, "10.0.1." + std::to_string(i)));
    }
    EXPECT_FALSE(may_try("ann", "10.0.0.1"));
    EXPECT_EQ(limit.find_wait("ann", "10.0.0.1"), 1s);
    under_way.pop_back();
    EXPECT_TRUE(may_try("ann", "10.0.0.1")) << "twin: when one has ended";
    EXPECT_EQ(limit.find_wait("ann", "10.0.0.1"), 0s);
}

TEST_F(SignInLimit, says_how_long_to_wait) {
    for (int i = 0; i < 7; ++i) {
        fail("ann", "10.0.0.1");
        clock.advance(5min);
    }
    fail("ann", "10.0.0.1");
    EXPECT_EQ(limit.find_wait("ann", "10.0.0.9"), 8s);
    EXPECT_EQ(limit.find_wait("ben", "10.0.0.1"), 8s);
    EXPECT_EQ(limit.find_wait("ben", "10.0.0.9"), 0s);
}

TEST_F(SignInLimit, a05_takes_a_network_of_ipv6_for_one_address) {
    for (int i = 0; i < 5; ++i) fail("name" + std::to_string(i), "2001:db8:1:2::" + std::to_string(i));
    EXPECT_FALSE(may_try("any", "2001:db8:1:2:ffff:1:2:3"));
    EXPECT_TRUE(may_try("any", "2001:db8:1:3::1")) << "twin: the next network";
}

TEST_F(SignInLimit, a05_frees_nobody_for_a_flood_of_names) {
    for (int i = 0; i < 5; ++i) fail("ann", "10.0.0.1");
    for (int i = 0; i < 60'000; ++i) {
        auto part = [&](int shift) { return std::to_string((i >> shift) & 255); };
        fail("name" + std::to_string(i), "10." + part(16) + "." + part(8) + "." + part(0) + "x");
    }
    EXPECT_FALSE(may_try("ann", "10.9.9.9"));
}

TEST_F(SignInLimit, a65_does_not_wait_for_a_clock_that_was_set_back) {
    for (int i = 0; i < 5; ++i) fail("ann", "10.0.0.1");
    clock.advance(-std::chrono::hours(8766));
    EXPECT_FALSE(may_try("ann", "10.0.0.9"));
    clock.advance(1001ms);
    EXPECT_TRUE(may_try("ann", "10.0.0.9"));
}

} // namespace stepwell::contract
