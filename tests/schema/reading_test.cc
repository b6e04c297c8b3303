#include "schema/sample.h"

namespace stepwell::schema {

TEST(Reading, tells_all_problems_at_once_with_their_places) {
    auto problems = problems_of(
        parsed(R"({"Count":-3,"On":"maybe","When":"yesterday","Note":"long","TownIds":{"a":1},"Colour":"Pink",
        "Steps":[{"Name":"first","Actions":[{"Name":"ok"},{"Name":""},{"Name":"far too long a name"}]},{"Actions":[]},"nonsense"]})"));
    std::vector<std::string> const expected{
        "On: must be true or false, not \"maybe\"",
        "When: must be a time such as 2024-08-02T05:07:42Z, not \"yesterday\"",
        "TownIds: must be a list, not an object",
        "Colour: must be one of Red, Green, Blue, not 'Pink'",
        "Steps[0].Actions[1].Name: is required",
        "Steps[0].Actions[2].Name: is longer than 10 characters",
        "Steps[1].Name: is required",
        "Steps[1].Actions: is required",
        "Steps[2]: must be an object",
        "Name: is required",
        "Note: is longer than 3 characters",
        "Count: must not be negative",
    };
    EXPECT_EQ(problems, expected);
}

TEST(Reading, refuses_a_null_in_a_list) {
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","Steps":[null,{"Name":"s","Actions":[null,{"Name":"a"}]}]})")),
              (std::vector<std::string>{"Steps[0]: must not be null", "Steps[1].Actions[0]: must not be null"}));
    EXPECT_EQ(problems_of(parsed(R"({"Name":"n","TownIds":["Towns-1",null],"Scope":{"Environment":[null]}})")),
              (std::vector<std::string>{"TownIds[1]: must not be null", "Scope.Environment[0]: must not be null"}));
    EXPECT_TRUE(problems_of(parsed(R"({"Name":"n","Scope":{"Environment":[""]},"Steps":null})")).empty())
        << "a list may be missing, a text may be empty";
    EXPECT_EQ(read_stored<Everything>(R"({"Name":"n","TownIds":[null]})").towns.size(), 1u) << "of older days";
}

TEST(Reading, wants_an_object) {
    for (auto wrong : {"[]", "1", "\"x\""})
        EXPECT_EQ(problems_of(parsed(wrong)), (std::vector<std::string>{"must be an object"})) << wrong;
    EXPECT_EQ(problems_of(parsed("null")).size(), 1u);
    EXPECT_EQ(problems_of(parsed("null"),
                          [](Json const& json) {
                              Everything value;
                              read_sent(type_of<Everything>(), json, &value);
                          })
                  .size(),
              1u);
}

TEST(Reading, takes_names_of_members_in_any_case_and_ignores_unknown_ones) {
    auto value = read_as<Everything>(parsed(
        R"({"nAME":"n","count":3,"spaceId":"x","Unknown":{"deep":[1]},"steps":[{"NAME":"s","actions":[{"name":"a"}]}]})"));
    EXPECT_EQ(value.name, "n");
    EXPECT_EQ(value.count, 3);
    EXPECT_EQ(value.stages.at(0).acts.at(0).name, "a");
    EXPECT_EQ(to_json(value).find("Unknown"), std::string::npos);
}

TEST(Reading, leaves_computed_members_to_the_server) {
    EXPECT_EQ(read_as<Everything>(parsed(R"({"Name":"n","Stamp":"mine"})")).stamp, "");
    EXPECT_EQ(read_as<Everything>(parsed(R"({"Name":"n","Stamp":[1]})")).stamp, "") << "not even looked at";
    EXPECT_EQ(read_stored<Everything>(R"({"Name":"n","Stamp":"mine"})").stamp, "mine");
}

TEST(Reading, keeps_what_an_update_does_not_bring) {
    auto stored = parsed(R"({"Name":"n","Slug":"old","Stamp":"stamped","Note":"x","Count":3})");
    for (auto body : {R"({"Name":"m"})", R"({"Name":"m","Slug":null})", R"({"Name":"m","Slug":""})"}) {
        Everything next;
        read_retained(type_of<Everything>(), stored, &next);
        read_sent(type_of<Everything>(), parsed(body), &next);
        EXPECT_EQ(next.slug, "old") << body;
        EXPECT_EQ(next.stamp, "stamped") << body;
        EXPECT_EQ(next.count, 7) << "not kept: back to its default";
        EXPECT_FALSE(next.note) << "not kept: cleared";
    }
    Everything next;
    read_retained(type_of<Everything>(), stored, &next);
    read_sent(type_of<Everything>(), parsed(R"({"Name":"m","Slug":"new"})"), &next);
    EXPECT_EQ(next.slug, "new");
}

TEST(Reading, counts_characters_and_not_bytes) {
    EXPECT_TRUE(problems_of(parsed(R"({"Name":"äöüß日"})")).empty());
    EXPECT_EQ(problems_of(parsed(R"({"Name":"äöüß日x"})")),
              (std::vector<std::string>{"Name: is longer than 5 characters"}));
    EXPECT_TRUE(problems_of(parsed(R"({"Name":"n","Note":"日本語"})")).empty());
}

TEST(Reading, demands_nothing_of_what_is_stored) {
    auto value = read_stored<Everything>(R"({"Name":"","Count":-1,"Steps":[{"Name":"","Actions":[]}]})");
    EXPECT_EQ(value.count, -1);
    EXPECT_EQ(value.settled, 1);
    EXPECT_THROW(read_stored<Everything>(R"({"Count":"x"})"), base::Error) << "but it must fit";
}

namespace {

struct Trail final : Walker {
    std::vector<std::string> references, secrets;
    void reference(std::string_view prefix, std::string const& id, std::string const& path) override {
        references.push_back(path + "=" + std::string(prefix) + ":" + id);
    }
    void secret(Secret& secret, std::string const& path) override {
        secrets.push_back(path + "=" + secret.new_value.value_or("(kept)"));
        secret.new_value.reset();
    }
};

} // namespace

TEST(Walking, names_items_by_their_id_so_that_order_does_not_matter) {
    auto json = [](std::string const& steps) {
        return R"({"Name":"n","TownId":"Towns-1","OldTownId":"Towns-9","TownIds":["Towns-2","Towns-3"],"Password":{"HasValue":true},
            "Properties":{"p":{"NewValue":"1"},"q":"plain"},"Steps":[)" +
               steps + "]}";
    };
    std::string const
        a = R"({"Id":"aa","Name":"a","Actions":[{"Id":"x","Name":"x","Properties":{"k":{"NewValue":"2"}}}]})",
        b = R"({"Id":"bb","Name":"b","Actions":[{"Name":"no id","Properties":{"k":{"NewValue":"3"}}}]})";
    auto trail_of = [&](std::string const& steps) {
        auto value = read_as<Everything>(parsed(json(steps)));
        Trail trail;
        walk(type_of<Everything>(), &value, "", trail);
        std::ranges::sort(trail.secrets);
        Trail again;
        walk(type_of<Everything>(), &value, "", again);
        for (auto const& each : again.secrets)
            EXPECT_TRUE(each.ends_with("(kept)")) << "the walker may take the text out";
        return trail;
    };
    auto trail = trail_of(a + "," + b);
    EXPECT_EQ(trail.references, (std::vector<std::string>{"TownId=Towns:Towns-1", "TownIds[0]=Towns:Towns-2",
                                                          "TownIds[1]=Towns:Towns-3"}));
    EXPECT_EQ(trail.secrets,
              (std::vector<std::string>{"Password=(kept)", "Properties.p=1", "Steps[aa].Actions[x].Properties.k=2",
                                        "Steps[bb].Actions[0].Properties.k=3"}));
    EXPECT_EQ(trail_of(b + "," + a).secrets, trail.secrets);
}

TEST(Walking, finds_secrets_in_what_is_kept_as_sent) {
    auto value = read_as<Everything>(parsed(
        R"({"Name":"n","Any":{"a":[{"id":"x","secret":{"hasValue":true,"newValue":"1"}},{"NewValue":"2","newvalue":"2b","Beside":3}],)"
        R"("kept":{"HasValue":true},"none":{"HasValue":false,"NewValue":null},"number":{"NewValue":5},"NewValue":["no"]}})"));
    Trail trail;
    walk(type_of<Everything>(), &value, "", trail);
    std::ranges::sort(trail.secrets);
    EXPECT_EQ(trail.secrets, (std::vector<std::string>{"Any.a[1]=2", "Any.a[x].secret=1", "Any.kept=(kept)",
                                                       "Any.none=(kept)", "Password=(kept)"}));
    EXPECT_EQ(
        parsed(value.any.json),
        parsed(
            R"({"a":[{"id":"x","secret":{"HasValue":true,"NewValue":null,"Hint":null}},)"
            R"({"HasValue":true,"NewValue":null,"Hint":null,"Beside":3}],"kept":{"HasValue":true,"NewValue":null,"Hint":null},)"
            R"("none":{"HasValue":false,"NewValue":null,"Hint":null},"number":{"NewValue":5},"NewValue":["no"]})"));
}

TEST(Types, find_members_without_case) {
    auto const& type = type_of<Everything>();
    EXPECT_EQ(type.find("townID")->name, "TownId");
    EXPECT_EQ(type.find("nothing"), nullptr);
    Everything value;
    value.name = "n";
    EXPECT_EQ(*find_text(type, &value, "Name"), "n");
    EXPECT_EQ(find_text(type, &value, "Count"), nullptr);
}

TEST(Types, tell_what_a_column_holds) {
    auto const& type = type_of<Everything>();
    auto value =
        read_as<Everything>(parsed(R"({"Name":"n","Count":3,"On":true,"Colour":"Red","When":"1970-01-01T00:00:01Z"})"));
    auto column = [&](char const* name) { return type.find(name)->codec->column(type.find(name)->in(&value)); };
    EXPECT_EQ(column("Name"), Column("n"));
    EXPECT_EQ(column("Count"), Column(std::int64_t(3)));
    EXPECT_EQ(column("On"), Column(std::int64_t(1)));
    EXPECT_EQ(column("When"), Column(std::int64_t(1000)));
    EXPECT_EQ(column("Colour"), Column("Red"));
    EXPECT_EQ(column("TownId"), Column());
    EXPECT_EQ(column("Note"), Column());
    EXPECT_EQ(column("Steps"), Column());
}

} // namespace stepwell::schema
