#include "schema/sample.h"

namespace stepwell::schema {

namespace {

Everything read_everything(std::string const& members) {
    return read_as<Everything>(parsed(R"({"Name":"n")" + (members.empty() ? "" : "," + members) + "}"));
}

} // namespace

TEST(Codecs, read_and_write_every_kind_of_value) {
    std::string const json =
        R"({"Name":"n","Slug":"s","Stamp":"","Count":-0,"On":false,"When":"2024-08-02T05:07:42.445+00:00","Until":null,"Note":"x",)"
        R"("TownId":"Towns-1","OldTownId":null,"TownIds":["Towns-2","towns-3"],"Colour":"Blue",)"
        R"("Password":{"HasValue":true,"NewValue":null,"Hint":null},"Properties":{"b":"1","a":"","c":{"HasValue":false,"NewValue":null,"Hint":null}},)"
        R"("Scope":{"Environment":["a","b"],"Role":[]},"Any":{"z":[1,2.5,null]},"Flag":"#{x}",)"
        R"("Steps":[{"Id":"1","Name":"one","Actions":[{"Id":"","Name":"act","Properties":{}}]}]})";
    auto value = read_as<Everything>(parsed(json));
    EXPECT_EQ(base::to_text(parsed(to_json(value))), base::to_text(parsed(json)));
    EXPECT_EQ(to_json(read_stored<Everything>(to_json(value))), to_json(value));
}

TEST(Codecs, take_defaults_for_what_is_missing) {
    auto value = read_everything("");
    EXPECT_EQ(value.count, 7);
    EXPECT_TRUE(value.on);
    EXPECT_EQ(value.colour, Colour::green);
    EXPECT_EQ(value.settled, 1);
    EXPECT_EQ(value.any.json, "null");
}

TEST(Codecs, take_null_for_empty_or_not_given) {
    auto value = read_everything(
        R"("Slug":null,"Count":null,"On":null,"When":null,"Until":null,"Note":null,"TownId":null,"TownIds":null,"Colour":null,)"
        R"("Password":null,"Properties":null,"Scope":null,"Any":null,"Flag":null,"Steps":null)");
    EXPECT_EQ(value.count, 7);
    EXPECT_TRUE(value.on);
    EXPECT_EQ(value.colour, Colour::green);
    EXPECT_FALSE(value.note);
    EXPECT_TRUE(value.towns.empty());
    EXPECT_FALSE(value.password.has_value);
    auto json = parsed(to_json(value));
    for (auto list : {"TownIds", "Steps"}) EXPECT_TRUE(json.at(list).is_array()) << list;
    for (auto map : {"Properties", "Scope"}) EXPECT_TRUE(json.at(map).is_object()) << map;
    for (auto null : {"Until", "Note", "TownId", "Any"}) EXPECT_TRUE(json.at(null).is_null()) << null;
}

TEST(Codecs, take_an_empty_text_for_not_given_where_it_is_no_free_text) {
    auto value = read_everything(
        R"("Count":"","On":"","When":"","Until":"","TownId":"","Colour":"","Password":"","Slug":"","Note":"","Flag":"")");
    EXPECT_EQ(value.count, 7);
    EXPECT_TRUE(value.on);
    EXPECT_EQ(value.colour, Colour::green);
    EXPECT_FALSE(value.until);
    EXPECT_TRUE(value.town.empty());
    EXPECT_FALSE(value.password.has_value);
    EXPECT_EQ(value.note, "") << "a free text: empty is a value";
    EXPECT_EQ(
        problems_of(parsed(R"({"Name":"n","TownIds":["Towns-1",""],"Properties":{"p":""},"Scope":{"Role":[""]}})")),
        (std::vector<std::string>{"TownIds[1]: must not be empty"}))
        << "an item of a list is given";
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","TownIds":"","Steps":""})")).size(), 2u) << "no list is a text";
}

namespace {

struct Mode {
    std::string name = "Slow";
    std::int64_t most = 3;
    static constexpr std::string_view type_name = "Mode";
    static void describe(auto& field) {
        field("Name", &Mode::name, like("Slow"), "Slow or Fast.");
        field("Most", &Mode::most, plain, "How many.");
    }
};
struct Machine {
    Mode mode{"Fast", 9};
    static constexpr std::string_view type_name = "Machine";
    static void describe(auto& field) { field("Mode", &Machine::mode, plain, "How it works."); }
};

} // namespace

TEST(Codecs, take_the_default_of_a_text_that_has_one) {
    for (auto sent : {R"({"Mode":{"Name":""}})", R"({"Mode":{"Name":null}})", R"({"Mode":{}})"}) {
        auto mode = read_as<Machine>(parsed(sent)).mode;
        EXPECT_EQ(mode.name, "Slow") << sent << ": a part that is sent is sent as a whole";
        EXPECT_EQ(mode.most, 3) << sent;
    }
    for (auto sent : {R"({"Mode":null})", "{}"}) EXPECT_EQ(read_as<Machine>(parsed(sent)).mode.most, 9) << sent;
    EXPECT_EQ(read_stored<Machine>(R"({"Mode":{"Name":""}})").mode.name, "") << "the store says what it has";
}

TEST(Codecs, take_numbers_and_truths_as_older_clients_send_them) {
    auto value = read_everything(R"("Count":"12","On":"False","Slug":5,"Note":1)");
    EXPECT_EQ(value.count, 12);
    EXPECT_FALSE(value.on);
    EXPECT_EQ(value.slug, "5");
    EXPECT_EQ(value.note, "1");
    EXPECT_EQ(read_everything(R"("Count":3.0)").count, 3);
}

TEST(Codecs, refuse_numbers_that_do_not_fit) {
    for (std::string wrong :
         {"1.5", "1e300", "-1e300", "9223372036854775808", "18446744073709551615", "9.3e18", "\"x\"", "[]", "true"})
        EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Count":)" + wrong + "}")).size(), 1u) << wrong;
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Count":2147483648})")),
              std::vector<std::string>{"Count: must be between -2147483648 and 2147483647"});
    EXPECT_EQ(read_everything(R"("Count":2147483647)").count, 2147483647);
    EXPECT_EQ(read_stored<Mode>(R"({"Most":2147483648})").most, 2147483648);
}

namespace {

enum class Speed { slow, fast };
constexpr std::array<std::string_view, 2> speeds{"Slow", "Fast"};
constexpr auto const& names_of(Speed) { return speeds; }
constexpr bool was_free_text(Speed) { return true; }
struct Fan {
    Speed speed = Speed::fast;
    std::vector<Verbatim> notes;
    static constexpr std::string_view type_name = "Fan";
    static void describe(auto& field) {
        field("Speed", &Fan::speed, plain, "How fast.");
        field("Notes", &Fan::notes, plain, "Any.");
    }
};

} // namespace

TEST(Codecs, read_what_older_versions_stored_unchecked) {
    auto const old = R"({"Speed":"Odd","Notes":[null,1]})";
    EXPECT_EQ(read_stored<Fan>(old).speed, Speed::fast);
    EXPECT_EQ(read_stored<Fan>(old).notes.size(), 2u);
    EXPECT_THROW(read_as<Fan>(parsed(R"({"Speed":"Odd"})")), base::Error);
    EXPECT_THROW(read_as<Fan>(parsed(R"({"Notes":[1,null]})")), base::Error);
}

TEST(Codecs, take_names_of_enumerations_in_any_case_or_as_numbers) {
    EXPECT_EQ(read_everything(R"("Colour":"bLUE")").colour, Colour::blue);
    EXPECT_EQ(read_everything(R"("Colour":0)").colour, Colour::red);
    for (std::string wrong : {"\"Pink\"", "3", "-1", "{}"}) {
        auto problems = problems_of(parsed(R"({"Name":"n","Colour":)" + wrong + "}"));
        ASSERT_EQ(problems.size(), 1u) << wrong;
        EXPECT_TRUE(problems[0].starts_with("Colour: must be one of Red, Green, Blue, not '")) << problems[0];
    }
}

TEST(Codecs, tell_keep_replace_and_clear_of_secrets_apart) {
    auto secret = [](std::string const& json) { return read_everything(R"("Password":)" + json).password; };
    EXPECT_TRUE(secret(R"({"HasValue":true,"NewValue":null})").has_value);
    EXPECT_FALSE(secret(R"({"HasValue":true,"NewValue":null})").new_value);
    EXPECT_TRUE(secret(R"({"hasvalue":true})").has_value);
    EXPECT_EQ(secret(R"({"HasValue":true,"NewValue":"x","Hint":"y"})").new_value, "x");
    EXPECT_EQ(secret(R"({"NewValue":"x"})").new_value, "x");
    EXPECT_TRUE(secret(R"({"NewValue":"x"})").has_value);
    EXPECT_FALSE(secret(R"({"HasValue":false,"NewValue":null})").has_value);
    EXPECT_FALSE(secret("{}").has_value);
    EXPECT_EQ(secret(R"("bare")").new_value, "bare");
    EXPECT_FALSE(secret(R"("")").has_value);
    for (std::string wrong : {"[1]", R"({"Foo":1})", R"({"HasValue":1})", R"({"NewValue":{}})"}) {
        EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Password":)" + wrong + "}")),
                  (std::vector<std::string>{"Password: must be a sensitive value"}));
        EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Properties":{"p":)" + wrong + "}}")),
                  (std::vector<std::string>{"Properties.p: must be a string or a sensitive value"}));
    }
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Properties":{"p":{}}})")).size(), 1u);
}

TEST(Codecs, never_write_a_secret) {
    auto value = read_everything(
        R"("Password":{"HasValue":true,"NewValue":"canary1"},"Properties":{"p":{"HasValue":true,"NewValue":"canary2"}},)"
        R"("Steps":[{"Name":"s","Actions":[{"Name":"a","Properties":{"q":{"HasValue":true,"NewValue":"canary3"}}}]}])");
    auto json = to_json(value);
    EXPECT_EQ(json.find("canary"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("p":{"HasValue":true,"NewValue":null,"Hint":null})"), std::string::npos);
}

TEST(Codecs, say_nothing_of_a_secret_in_a_problem) {
    for (std::string wrong :
         {R"("Password":{"HasValue":"canary"})", R"("Password":["canary"])", R"("Password":{"NewValue":["canary"]})",
          R"("Properties":{"p":{"NewValue":{"a":"canary"}}})"})
        for (auto const& problem : problems_of(parsed(R"({"Name":"n",)" + wrong + "}")))
            EXPECT_EQ(problem.find("canary"), std::string::npos) << problem;
}

TEST(Codecs, keep_the_order_of_a_bag_and_drop_null) {
    auto value = read_everything(R"("Properties":{"z":"1","a":"2","Z":"3","n":null,"k":4,"t":true})");
    std::vector<std::string> keys;
    for (auto const& [key, held] : value.properties.items) keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{"z", "a", "Z", "k", "t"}));
    EXPECT_EQ(std::get<std::string>(*value.properties.find("k")), "4");
    EXPECT_EQ(value.properties.find("n"), nullptr);
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Properties":{"p":[1]},"Scope":{"Role":"x"}})")),
              (std::vector<std::string>{"Properties.p: must be a string or a sensitive value",
                                        "Scope.Role: must be a list, not \"x\""}));
}

TEST(Codecs, keep_any_json_as_it_came) {
    EXPECT_EQ(read_everything(R"("Any":[1,"a",{"b":null}])").any.json, R"([1,"a",{"b":null}])");
    EXPECT_EQ(std::get<bool>(read_everything(R"("Flag":true)").flag), true);
    EXPECT_EQ(std::get<std::string>(read_everything(R"("Flag":"#{unless x}true#{/unless}")").flag),
              "#{unless x}true#{/unless}");
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Flag":[]})")),
              (std::vector<std::string>{"Flag: must be a string, not a list"}));
}

TEST(Codecs, refuse_texts_with_nul) {
    EXPECT_EQ(problems_of(parsed(R"({"Name":"a\u0000b"})")),
              (std::vector<std::string>{"Name: contains a NUL character"}));
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","TownId":"a\u0000","Properties":{"p":"\u0000"}})")).size(), 2u);
}

TEST(Codecs, read_a_single_text_as_a_list_of_one) {
    auto read = [](std::string const& json) { return read_as<Texts>(parsed(json)).items; };
    using List = std::vector<std::string>;
    EXPECT_EQ(read(R"("a")"), List{"a"});
    EXPECT_EQ(read(R"(["a","b"])"), (List{"a", "b"}));
    EXPECT_EQ(read(R"("")"), List{});
    EXPECT_EQ(read("null"), List{});
    EXPECT_THROW(read("{}"), base::Error);
    EXPECT_THROW(read(R"(["a",null])"), base::Error);
    EXPECT_EQ(to_json(Texts{{"a"}}), R"(["a"])");
}

TEST(Codecs, read_raw_texts_with_any_character) {
    EXPECT_EQ(read_as<RawText>(parsed(R"("a\u0000b")")).text, std::string("a\0b", 3));
    EXPECT_EQ(read_as<RawText>(parsed("null")).text, "");
    EXPECT_THROW(read_as<RawText>(parsed("1")), base::Error);
}

} // namespace stepwell::schema
