// The cases in tests/golden/template-cases.jsonl: known results of other implementations.
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "variables/dotnet/date.h"
#include "variables/dotnet/number.h"
#include "variables/evaluate.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>

using namespace stepwell;
using namespace stepwell::variables;
using base::Json;

namespace {

struct Case {
    explicit Case(Json given) : json(std::move(given)) {
        std::vector<Variable> all;
        for (auto const& name : json.at("order").as_array()) {
            auto const& value = json.at("variables").at(name.as_string());
            Variable variable;
            variable.name = name.as_string();
            variable.is_null = value.is_null();
            if (!variable.is_null) variable.text = value.as_string();
            all.push_back(variable);
        }
        dictionary = Dictionary(std::move(all));
    }

    std::string text(char const* member) const {
        auto found = json.as_object().if_contains(member);
        return found ? std::string(found->as_string()) : std::string();
    }
    bool has(char const* member) const { return json.as_object().contains(member); }

    Json json;
    Dictionary dictionary;
};

std::vector<Json> all_cases() {
    std::vector<Json> all;
    auto file = base::read_file(std::string(STEPWELL_GOLDEN) + "/template-cases.jsonl").value();
    for (auto line : base::split(file, '\n'))
        if (!line.empty()) all.push_back(base::parse_json(line));
    return all;
}

std::optional<std::string> own_filter(std::string_view argument, std::vector<std::string_view> const&) {
    std::vector<std::string> numbers;
    for (auto c : argument) numbers.push_back(std::to_string(std::toupper(c) - 64));
    return base::join(numbers, "-");
}

EvaluateOptions options_of(Case const& one) {
    EvaluateOptions options;
    options.carry_on = one.has("halt_on_error") && !one.json.at("halt_on_error").as_bool();
    if (one.has("extensions")) options.filters["supercoolfunc"] = own_filter;
    return options;
}

std::string normalized(Case const& one, std::string text) {
    if (one.has("normalize"))
        for (auto const& how : one.json.at("normalize").as_array()) {
            if (how.as_string() == "strip_dquotes") text = base::replace_all(text, "\"", "");
            if (how.as_string() == "trim") text = base::trim(text);
        }
    return text;
}

// Returns the scalar after `Key: `, as a YAML parser reads it.
std::string unquoted_yaml(std::string text) {
    auto content = text.substr(text.find(": ") + 3);
    content.pop_back();
    std::string out;
    if (text[text.find(": ") + 2] == '"') {
        return std::string(base::parse_json("\"" + content + "\"").as_string());
    }
    content = base::replace_all(base::replace_all(content, "''", "'"), "\r\n", "\n");
    auto lines = base::split(content, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto line = lines.size() == 1 ? lines[i] : base::trim(lines[i]);
        // One line break is a blank; each further one stays.
        bool empty_before = i > 0 && base::trim(lines[i - 1]).empty() && i > 1;
        if (i > 0) out += base::trim(line).empty() ? "\n" : empty_before ? "" : " ";
        out += line;
    }
    return out;
}

std::optional<Evaluated> value_named(Case const& one) {
    auto variable = one.dictionary.find(one.text("template"));
    if (!variable || variable->is_null) return std::nullopt;
    return evaluate_variable(*variable, one.dictionary);
}

void check_now(Case const& one, Evaluated const& done) {
    auto const& wanted = one.json.at("now").as_object();
    bool utc = wanted.at("zone").as_string() != "local";
    auto now = base::SystemClock().now();
    if (auto format = wanted.if_contains("format")) {
        auto here = dotnet::utc_date(now);
        if (!utc) here = dotnet::to_local(here);
        EXPECT_EQ(done.text, dotnet::format(here, format->as_string(), dotnet::As::date));
    } else {
        auto said = dotnet::read_date(done.text, now);
        ASSERT_TRUE(said) << done.text;
        auto difference = dotnet::to_local(*said).ticks - dotnet::to_local(dotnet::utc_date(now)).ticks;
        EXPECT_LT(std::abs(difference), 60 * dotnet::Date::ticks_of_second) << done.text;
    }
}

std::vector<std::string> texts(Json const& list) {
    std::vector<std::string> all;
    for (auto const& item : list.as_array()) all.emplace_back(item.as_string());
    return all;
}

void check_names(Case const& one) {
    auto names = names_in(one.text("template"));
    for (auto const& name : texts(one.json.at("expected_contains"))) EXPECT_THAT(names, testing::Contains(name));
    if (one.has("expected_not_contains"))
        for (auto const& name : texts(one.json.at("expected_not_contains")))
            EXPECT_THAT(names, testing::Not(testing::Contains(name)));
}

void check_performance() {
    std::vector<std::string> names;
    for (int i = 0; i < 5000; ++i) names.push_back(fmt::format("Octopus.Step[{}].Action[{}]", i, i));
    for (int round = 0; round < 100; ++round) {
        std::vector<Variable> all{{"a", "a"}};
        for (auto const& name : names) all.push_back({name, "Value"});
        EXPECT_EQ(evaluate("#{foo}", Dictionary(std::move(all))).text, "#{foo}");
    }
}

void check_evaluation(Case const& one) {
    auto done = evaluate(one.text("template"), one.dictionary, options_of(one));
    EXPECT_EQ(done.refusal, Refusal::none) << done.refused_because;
    if (one.has("now")) return check_now(one, done);
    auto const& expected = one.json.at("expected");
    EXPECT_EQ(done.is_null, expected.is_null()) << done.text;
    if (!expected.is_null()) {
        auto text = one.text("op") == "yaml_roundtrip" ? unquoted_yaml(done.text) : normalized(one, done.text);
        EXPECT_EQ(text, std::string(expected.as_string()));
    }
    if (one.has("error")) EXPECT_NE(done.error(), "");
    if (one.has("no_error")) EXPECT_EQ(done.error(), "");
    if (one.has("error_message")) EXPECT_EQ(done.error(), one.text("error_message"));
}

void check_flag(Case const& one) {
    auto value = value_named(one);
    bool otherwise = one.has("default") && one.json.at("default").as_bool();
    EXPECT_EQ(base::to_bool(base::trim(value ? value->text : "")).value_or(otherwise),
              one.json.at("expected").as_bool());
}

void check(Case const& one) {
    auto op = one.text("op");
    auto text = one.text("template");
    if (op == "arguments") return check_names(one);
    if (op == "performance") return check_performance();
    if (op == "get_flag") return check_flag(one);
    if (op == "get") {
        auto value = value_named(one);
        ASSERT_TRUE(value);
        EXPECT_EQ(value->text, one.text("expected"));
    } else if (op == "get_raw") {
        EXPECT_EQ(one.dictionary.find(text)->text, one.text("expected"));
    } else if (op == "get_int32") {
        auto value = value_named(one);
        auto number = value ? dotnet::parse_integer(value->text, INT32_MIN, INT32_MAX) : std::nullopt;
        EXPECT_EQ(number ? Json(*number) : Json(nullptr), one.json.at("expected"));
    } else if (op == "truthy") {
        auto done = evaluate(text, one.dictionary);
        EXPECT_EQ(done.complete() && is_truthy(done.text), one.json.at("expected").as_bool());
    } else if (op == "parse") {
        EXPECT_EQ(!find_problem(text, options_of(one).carry_on).empty(), one.has("error"));
    } else if (op == "print") {
        EXPECT_EQ(to_normal_form(text), one.text("expected"));
    } else if (op == "get_indexes") {
        EXPECT_EQ(indexes_below(text, one.dictionary), texts(one.json.at("expected_set")));
    } else {
        check_evaluation(one);
    }
}

} // namespace

TEST(Golden, cases_give_what_they_give_elsewhere) {
    auto all = all_cases();
    EXPECT_EQ(all.size(), 416u);
    for (auto& json : all) {
        Case one(std::move(json));
        SCOPED_TRACE(one.text("name") + "  " + one.text("template"));
        check(one);
    }
}
