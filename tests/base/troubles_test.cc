#include "base/troubles.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace stepwell::base {

namespace {

// Returns the lines that `act` logs, without times.
std::vector<std::string> said(std::function<void()> const& act) {
    testing::internal::CaptureStderr();
    act();
    auto text = testing::internal::GetCapturedStderr();
    std::vector<std::string> lines;
    for (auto line : split(text, '\n'))
        if (!line.empty()) lines.emplace_back(line.substr(line.find(' ') + 1));
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace

TEST(Troubles, are_said_when_they_begin_change_and_are_over) {
    Troubles troubles;
    auto meet = [&](std::string const& what) {
        return said([&] {
            for (int i = 0; i < 100; ++i) troubles.met("A", what);
        });
    };
    EXPECT_EQ(meet("full"), Lines{"error   A: full; trying again"});
    EXPECT_EQ(meet("full"), Lines{});
    EXPECT_EQ(meet("busy"), (Lines{"info    A: recovered from: full", "error   A: busy; trying again"}));
    EXPECT_EQ(said([&] { troubles.over("A"); }), Lines{"info    A: recovered from: busy"});
    EXPECT_EQ(said([&] { troubles.over("A"); }), Lines{});
    EXPECT_EQ(meet("busy"), Lines{"error   A: busy; trying again"}) << "it began anew";
}

TEST(Troubles, of_many_are_said_once) {
    Troubles troubles;
    auto all = [](char const* names, auto act) {
        for (auto name = names; *name; ++name) act(std::string(1, *name));
    };
    auto meet = [&](auto const& who) { troubles.met(who, "full"); };
    auto leave = [&](auto const& who) { troubles.over(who); };
    EXPECT_EQ(said([&] { all("ABCABC", meet); }), Lines{"error   A: full; trying again"});
    EXPECT_EQ(said([&] { all("ABX", leave); }), Lines{}) << "C has it still";
    EXPECT_EQ(said([&] { all("A", meet); }), Lines{});
    EXPECT_EQ(said([&] { troubles.met("A", "another"); }), Lines{"error   A: another; trying again"});
    EXPECT_EQ(said([&] { all("C", leave); }), Lines{"info    C: recovered from: full"});
}

} // namespace stepwell::base
