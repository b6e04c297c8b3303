#include "base/json.h"
#include "base/text.h"
#include "program.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace stepwell::cli {
namespace {

using base::Json;

Ended eval(std::string const& lines) {
    return Program({"template", "eval"}, {{{"HOME", "/nonexistent"}}, lines, false}).end();
}
// Returns the answers, one per line.
std::vector<Json> answers(Ended const& ended) {
    std::vector<Json> all;
    for (auto line : base::split(ended.out, '\n'))
        if (!line.empty()) all.push_back(base::parse_json(line));
    return all;
}
std::string answer(std::string const& line) {
    auto ended = eval(line);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return std::string(base::trim(ended.out));
}

} // namespace

TEST(TemplateEval, answers_with_result_and_errors) {
    EXPECT_EQ(answer(R"({"template":"#{A | ToUpper} #{B}","variables":{"A":"a","B":null}})"),
              R"({"result":"A ","errors":[]})");
    EXPECT_EQ(answer(R"({"template":"#{Gone}"})"),
              R"({"result":"#{Gone}","errors":["The following tokens were unable to be evaluated: '#{Gone}'"]})");
    EXPECT_EQ(answer(R"({"template":"#{ | null}","variables":{}})"), R"({"result":null,"errors":[]})");
    EXPECT_EQ(answer(R"({"template":"#{A} #{bad, #{A}","variables":{"A":"x"},"haltOnError":false})"),
              R"({"result":"x #{bad, x","errors":[]})");
    EXPECT_NE(answer(R"({"template":"#{A} #{bad, #{A}"})").find(R"("errors":["Parsing failure: )"), std::string::npos);
}

TEST(TemplateEval, keeps_the_order_it_is_told) {
    auto const loop = R"("template":"#{each x in L}#{x}#{/each}","variables":{"L[b]":"1","L[a]":"2"})";
    EXPECT_EQ(answer("{" + std::string(loop) + "}"), R"({"result":"12","errors":[]})");
    EXPECT_EQ(answer("{" + std::string(loop) + R"(,"order":["L[a]","L[b]"]})"), R"({"result":"21","errors":[]})");
}

TEST(TemplateEval, says_what_throws) {
    auto const said = answer(R"({"template":"#{A}","variables":{"A":"#{B}","B":"#{A}"}})");
    EXPECT_TRUE(said.starts_with(R"({"throws":"recursion","errors":["An attempt to parse)")) << said;
    EXPECT_TRUE(
        answer(R"({"template":"#{A | FromBase64}","variables":{"A":"?"}})").starts_with(R"({"throws":"base64")"));
    EXPECT_TRUE(
        answer(R"({"template":"#{A | Match \"(\"}","variables":{"A":"?"}})").starts_with(R"({"throws":"regex")"));
}

TEST(TemplateEval, knows_other_questions) {
    auto ask = [](std::string const& op, std::string const& text, std::string const& more = "") {
        return answer(R"({"op":")" + op + R"(","template":")" + text +
                      R"(","variables":{"A":"#{B}","B":"True","N":"42","I[x].y":"","E":""})" + more + "}");
    };
    EXPECT_EQ(ask("get", "a"), R"({"result":"True","errors":[]})");
    EXPECT_EQ(ask("get", "none", R"(,"default":"d")"), R"({"result":"d","errors":[]})");
    EXPECT_EQ(ask("get_raw", "A"), R"({"result":"#{B}","errors":[]})");
    EXPECT_EQ(ask("get_flag", "A"), R"({"result":true,"errors":[]})");
    EXPECT_EQ(ask("get_flag", "N"), R"({"result":false,"errors":[]})");
    EXPECT_EQ(ask("get_flag", "none", R"(,"default":true)"), R"({"result":true,"errors":[]})");
    EXPECT_EQ(ask("get_int32", "N"), R"({"result":42,"errors":[]})");
    EXPECT_EQ(ask("get_int32", "A"), R"({"result":null,"errors":[]})");
    EXPECT_EQ(ask("truthy", "#{A}"), R"({"result":true,"errors":[]})");
    EXPECT_TRUE(ask("truthy", "#{A}#{Gone}").starts_with(R"({"result":false,"errors":["The following)"));
    EXPECT_EQ(ask("arguments", "#{if p}#{q}#{/if}"), R"({"result":["p","q"],"errors":[]})");
    EXPECT_EQ(ask("print", "#{ if  p}#{q|r}#{/if}"), R"({"result":"#{if p}#{q | r}#{/if}","errors":[]})");
    EXPECT_EQ(ask("get_indexes", "I"), R"({"result":["x"],"errors":[]})");
    EXPECT_TRUE(ask("require", "E").starts_with(R"({"throws":"missing")"));
    EXPECT_EQ(ask("require", "N"), R"({"result":"42","errors":[]})");
    EXPECT_TRUE(ask("parse", "#{").find("Parsing failure") != std::string::npos);
}

TEST(TemplateEval, tells_wrong_lines_and_answers_the_others) {
    auto const ended =
        eval("{\"template\":\"a\"}\nnonsense\n\n[1]\n{\"variables\":{}}\n{\"template\":1}\n"
             "{\"template\":\"\",\"variables\":{\"x\":5}}\n{\"template\":\"\",\"order\":[\"x\"],\"variables\":{}}\n"
             "{\"template\":\"\",\"op\":\"fly\"}\n{\"template\":\"z\"}");
    EXPECT_EQ(ended.code, 2);
    auto const all = answers(ended);
    ASSERT_EQ(all.size(), 9u);
    EXPECT_EQ(all.front().at("result"), "a");
    EXPECT_EQ(all.back().at("result"), "z");
    for (std::size_t i = 1; i < 8; ++i) EXPECT_TRUE(all[i].as_object().contains("error")) << i;
    EXPECT_EQ(all[4].at("error"), "template: must be a string");
    EXPECT_EQ(all[5].at("error"), "variables.x: must be a string");
}

} // namespace stepwell::cli
