#include "domain/outputs.h"

#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::domain;

namespace {

RunOutput evaluated(OutputType type, std::string const& expression, std::vector<variables::Variable> values = {}) {
    DeclaredOutput declared;
    declared.name = "X";
    declared.type = type;
    declared.value = expression;
    variables::Dictionary const dictionary(std::move(values));
    variables::SharedWork work;
    variables::Evaluator evaluator(dictionary, work);
    return evaluate_output(declared, evaluator);
}

// Returns the value as JSON, or '!' and the problem.
std::string told(OutputType type, std::string const& text) {
    auto output = evaluated(type, "#{V}", {{"V", text, true}});
    return output.problem.empty() ? json_of(output) : "!" + output.problem;
}

} // namespace

TEST(Outputs, are_of_their_type) {
    EXPECT_EQ(told(OutputType::string, "a \"b\""), R"("a \"b\"")");
    EXPECT_EQ(told(OutputType::string, ""), R"("")");
    EXPECT_EQ(told(OutputType::number, " 12345678901234567890.10 "), "12345678901234567890.10");
    for (auto bad : {"", "x", "007", "1,5", "NaN", "\"1\""})
        EXPECT_EQ(told(OutputType::number, bad), "!it is not a number") << bad;
    EXPECT_EQ(told(OutputType::boolean, "true"), "true");
    EXPECT_EQ(told(OutputType::boolean, " False\n"), "false");
    EXPECT_EQ(told(OutputType::boolean, "yes"), "!it is neither True nor False");
    EXPECT_EQ(told(OutputType::json, R"({"a":[1]})"), R"({"a":[1]})");
    EXPECT_EQ(told(OutputType::json, "{"), "!it is not valid JSON");
    EXPECT_EQ(told(OutputType::string, std::string(300'000, 'x')), "!it is longer than 262144 bytes");
}

TEST(Outputs, say_what_is_missing) {
    auto output = evaluated(OutputType::string, "a#{Octopus.Action[Go].Output.Url}");
    EXPECT_FALSE(output.value);
    EXPECT_NE(output.problem.find("#{Octopus.Action[Go].Output.Url}"), std::string::npos) << output.problem;
    auto none = evaluated(OutputType::string, "#{ | null}");
    EXPECT_FALSE(none.value);
    EXPECT_EQ(none.problem, "");
}

TEST(Outputs, are_sensitive_by_type_or_by_what_went_into_them) {
    EXPECT_TRUE(evaluated(OutputType::sensitive, "x").sensitive);
    auto mixed = evaluated(OutputType::string, "a#{V}", {{"V", "hunter2", true, true}});
    EXPECT_TRUE(mixed.sensitive);
    EXPECT_EQ(mixed.value, "ahunter2");
    EXPECT_EQ(json_of(mixed), "null");
}
