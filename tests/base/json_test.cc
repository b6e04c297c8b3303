#include "base/json.h"

#include "base/error.h"

#include <boost/json.hpp>
#include <cmath>
#include <gtest/gtest.h>

namespace stepwell::base {

namespace {

std::string refusal_of(std::string_view text) {
    try {
        parse_json(text);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::invalid);
        return error.message();
    }
    return "accepted";
}

void expect_refused_at(std::string_view text, std::string const& where) {
    auto refusal = refusal_of(text);
    EXPECT_TRUE(refusal.ends_with(" at " + where + ".")) << text << ": " << refusal;
}

std::string nested(int depth) { return std::string(std::size_t(depth), '[') + std::string(std::size_t(depth), ']'); }

} // namespace

TEST(Json, says_where_it_is_wrong) {
    expect_refused_at("", "line 1, column 1");
    expect_refused_at("{\"a\":1", "line 1, column 7");
    expect_refused_at("{\"a\" 1}", "line 1, column 6");
    expect_refused_at("{\n  \"a\": tru,\n}", "line 2, column 8");
    expect_refused_at("[1,\n2,\n]", "line 3, column 1");
    expect_refused_at("{} {}", "line 1, column 4");
    expect_refused_at("{}\n\nx", "line 3, column 1");
}

TEST(Json, takes_nothing_beyond_the_standard) {
    for (auto wrong : {"{a:1}", "{'a':1}", "[1,]", "// c\n1", "01", "+1", ".5", "NaN", "Infinity", "\"\\x41\"",
                       "\"a\nb\"", "\"\\ud800\"", "\"\xFF\"", "\"\xC0\xAF\"", "nul", "\"open"})
        EXPECT_NE(refusal_of(wrong), "accepted") << wrong;
}

TEST(Json, skips_a_byte_order_mark_and_blanks) {
    EXPECT_EQ(to_text(parse_json("\xEF\xBB\xBF {\"a\" : [ ] }\r\n\t ")), R"({"a":[]})");
}

TEST(Json, nests_64_deep_and_no_deeper) {
    EXPECT_EQ(to_text(parse_json(nested(64))), nested(64));
    EXPECT_NE(refusal_of(nested(65)), "accepted");
    EXPECT_NE(refusal_of(std::string(1'000'000, '[')), "accepted");
}

TEST(Json, keeps_whole_numbers_whole) {
    for (std::string number :
         {"0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "9007199254740993"})
        EXPECT_EQ(to_text(parse_json(number)), number);
    EXPECT_EQ(to_text(parse_json("0.1")), "0.1");
    EXPECT_EQ(to_text(parse_json("1.5e300")), "1.5e+300");
}

TEST(Json, never_writes_what_it_could_not_read_again) {
    for (auto number : {"123456789012345678901234567890", "1e308", "-1.7976931348623157e308", "5e-324", "1e-400"}) {
        auto written = to_text(parse_json(number));
        EXPECT_EQ(to_text(parse_json(written)), written) << number;
        EXPECT_DOUBLE_EQ(parse_json(written).to_number<double>(), std::strtod(number, nullptr)) << number;
    }
    EXPECT_EQ(to_text(parse_json("[-0.0,0.0,-0]")), "[0,0,0]");
    for (auto beyond : {"1e309", "-1e400", "[1e999]", "1e99999999999", "0e1110", "-0.0e400"})
        EXPECT_NE(refusal_of(beyond), "accepted") << beyond;
}

TEST(Json, takes_the_last_of_equal_members) { EXPECT_EQ(to_text(parse_json(R"({"a":1,"a":2})")), R"({"a":2})"); }

TEST(Json, finds_members_without_case_but_prefers_the_exact_one) {
    auto json = parse_json(R"({"name":1,"Name":2})");
    EXPECT_EQ(*find_member(json, "Name"), 2);
    EXPECT_EQ(*find_member(json, "NAME"), 1);
    EXPECT_EQ(find_member(json, "Nam"), nullptr);
    EXPECT_EQ(find_member(parse_json("[1]"), "Name"), nullptr);
}

TEST(JsonWriter, puts_commas_where_they_belong) {
    std::string out;
    JsonWriter to(out);
    to.begin_object()
        .member("a", 1)
        .key("b")
        .begin_array()
        .text("x")
        .null()
        .boolean(true)
        .begin_object()
        .end_object()
        .begin_array()
        .end_array()
        .end_array();
    to.key("c").raw("[1]").member("d", "y").member("e", false).end_object();
    EXPECT_EQ(out, R"({"a":1,"b":["x",null,true,{},[]],"c":[1],"d":"y","e":false})");
    parse_json(out);
}

TEST(JsonWriter, quotes_every_character) {
    std::string all;
    for (int byte = 0; byte < 0x80; ++byte) all += char(byte);
    all += "é日😀";
    std::string out;
    append_quoted(out, all);
    for (char c : out) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
    EXPECT_EQ(std::string(parse_json(out).as_string()), all);
}

TEST(JsonWriter, writes_any_value_as_it_was) {
    auto text = R"({"z":[1,-2,2.5,"\n",null,true,{"":{}}],"a":"é","n":18446744073709551615})";
    EXPECT_EQ(to_text(parse_json(text)), text);
}

} // namespace stepwell::base
