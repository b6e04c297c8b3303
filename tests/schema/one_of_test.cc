// Two kinds of alternatives: a machine's endpoint, which keeps unknown kinds, and a trigger's filter, which rejects
// them.
#include "schema/openapi.h"
#include "schema/sample.h"

namespace stepwell::schema {

namespace {

struct SshEndpoint {
    std::string host;
    std::int64_t port = 22;
    base::Id<Town> account;
    static constexpr std::string_view type_name = "SshEndpoint", kind = "Ssh";
    static void describe(auto& field) {
        field("Host", &SshEndpoint::host, required, "Where.");
        field("Port", &SshEndpoint::port, plain, "TCP port.");
        field("AccountId", &SshEndpoint::account, plain, "As whom.");
    }
};
struct TentacleEndpoint {
    std::string uri;
    Secret password;
    static constexpr std::string_view type_name = "TentacleEndpoint", kind = "TentaclePassive";
    static void describe(auto& field) {
        field("Uri", &TentacleEndpoint::uri, required, "Where.");
        field("ProxyPassword", &TentacleEndpoint::password, plain, "Hidden.");
    }
};
struct ByStyle {
    static constexpr std::string_view member = "CommunicationStyle";
    static constexpr Unknown unknown = Unknown::keep;
};
using Endpoint = OneOf<ByStyle, SshEndpoint, TentacleEndpoint>;

struct Machine {
    std::string name;
    Endpoint endpoint;
    static constexpr std::string_view type_name = "Machine";
    static void describe(auto& field) {
        field("Name", &Machine::name, required, "Its name.");
        field("Endpoint", &Machine::endpoint, plain, "How it is reached.");
    }
};

struct CronFilter {
    std::string expression;
    static constexpr std::string_view type_name = "CronFilter", kind = "CronExpressionSchedule";
    static void describe(auto& field) { field("CronExpression", &CronFilter::expression, required, "When."); }
};
struct MachineFilter {
    std::vector<std::string> groups;
    static constexpr std::string_view type_name = "MachineFilter", kind = "MachineFilter";
    static void describe(auto& field) { field("EventGroups", &MachineFilter::groups, plain, "Which events."); }
};
struct ByFilter {
    static constexpr std::string_view member = "FilterType";
    static constexpr Unknown unknown = Unknown::reject;
};
struct Trigger {
    OneOf<ByFilter, CronFilter, MachineFilter> filter{MachineFilter{}};
    static constexpr std::string_view type_name = "Trigger";
    static void describe(auto& field) { field("Filter", &Trigger::filter, plain, "What sets it off."); }
};

// The same among the members of its parent.
struct Door {
    std::string name;
    FlatOneOf<ByFilter, CronFilter, MachineFilter, TentacleEndpoint> what;
    bool open = false;
    static constexpr std::string_view type_name = "Door";
    static void describe(auto& field) {
        field("Name", &Door::name, required, "Its name.");
        field("FilterType", &Door::what, indexed, "What kind it is of.");
        field("Open", &Door::open, plain, "Whether one can go through.");
    }
};

std::vector<std::string> door_problems(std::string const& door) {
    return problems_of(parsed(door), [](Json const& json) { read_as<Door>(json); });
}

std::string written(std::string const& endpoint) {
    auto machine = read_as<Machine>(parsed(R"({"Name":"m","Endpoint":)" + endpoint + "}"));
    return base::to_text(parsed(to_json(machine)).at("Endpoint"));
}

std::vector<std::string> trigger_problems(std::string const& filter) {
    return problems_of(parsed(R"({"Filter":)" + filter + "}"), [](Json const& json) { read_as<Trigger>(json); });
}

} // namespace

TEST(OneOf, is_told_apart_by_its_discriminator) {
    EXPECT_EQ(written(R"({"Port":2222,"CommunicationStyle":"Ssh","Host":"h","Fingerprint":"ignored"})"),
              R"({"CommunicationStyle":"Ssh","Host":"h","Port":2222,"AccountId":null})");
    EXPECT_EQ(
        written(R"({"communicationstyle":"tentaclePASSIVE","URI":"u"})"),
        R"({"CommunicationStyle":"TentaclePassive","Uri":"u","ProxyPassword":{"HasValue":false,"NewValue":null,"Hint":null}})");
}

TEST(OneOf, keeps_an_unknown_kind_verbatim) {
    for (std::string unknown : {R"({"CommunicationStyle":"KubernetesTentacle","b":1,"a":{"deep":[null]}})",
                                R"({"CommunicationStyle":7})", R"({"no":"discriminator"})"}) {
        EXPECT_EQ(written(unknown), unknown);
        auto machine = read_as<Machine>(parsed(R"({"Name":"m","Endpoint":)" + unknown + "}"));
        EXPECT_EQ(to_json(read_stored<Machine>(to_json(machine))), to_json(machine));
    }
    EXPECT_EQ(written("null"), "null");
}

TEST(OneOf, checks_what_it_knows) {
    auto problems = problems_of(parsed(R"({"Endpoint":{"CommunicationStyle":"Ssh","Port":"x"}})"),
                                [](Json const& json) { read_as<Machine>(json); });
    EXPECT_EQ(problems, (std::vector<std::string>{"Endpoint.Port: must be a whole number, not \"x\"",
                                                  "Endpoint.Host: is required", "Name: is required"}));
}

TEST(OneOf, refuses_an_unknown_kind_naming_those_it_knows) {
    std::string const allowed = "Filter.FilterType: must be one of CronExpressionSchedule, MachineFilter, not '";
    EXPECT_EQ(trigger_problems(R"({"FilterType":"GitFilter"})"), (std::vector<std::string>{allowed + "GitFilter'"}));
    EXPECT_EQ(trigger_problems("[1]"), (std::vector<std::string>{"Filter: must be an object"}));
    for (auto not_given : {"{}", R"({"FilterType":""})", R"({"FilterType":null})"})
        EXPECT_TRUE(trigger_problems(not_given).empty()) << not_given << ": there is a default";
    EXPECT_TRUE(trigger_problems(R"({"FilterType":"machinefilter"})").empty());
}

TEST(OneOf, is_walked_in_the_kind_it_holds) {
    struct Count final : Walker {
        int references = 0, secrets = 0;
        void reference(std::string_view, std::string const&, std::string const& path) override {
            references += path == "Endpoint.AccountId";
        }
        void secret(Secret&, std::string const& path) override { secrets += path == "Endpoint.ProxyPassword"; }
    } count;
    for (std::string endpoint : {R"({"CommunicationStyle":"Ssh","Host":"h","AccountId":"Towns-1"})",
                                 R"({"CommunicationStyle":"TentaclePassive","Uri":"u","ProxyPassword":"x"})"}) {
        auto machine = read_as<Machine>(parsed(R"({"Name":"m","Endpoint":)" + endpoint + "}"));
        walk(type_of<Machine>(), &machine, "", count);
    }
    EXPECT_EQ(count.references, 1);
    EXPECT_EQ(count.secrets, 1);
}

TEST(FlatOneOf, has_its_members_among_those_of_its_parent) {
    auto door = read_as<Door>(
        parsed(R"({"cronexpression":"* *","EventGroups":["x"],"FILTERTYPE":"cronexpressionschedule","Name":"d"})"));
    std::string const stored =
        R"({"Name":"d","FilterType":"CronExpressionSchedule","CronExpression":"* *","Open":false})";
    EXPECT_EQ(to_json(door), stored) << "and nothing of other kinds";
    EXPECT_EQ(to_json(read_stored<Door>(stored)), stored);
    EXPECT_EQ(type_of<Door>().find("FilterType")->codec->column(&door.what), Column(std::string(CronFilter::kind)));
}

TEST(FlatOneOf, is_checked_as_its_parent_is) {
    EXPECT_EQ(door_problems(R"({"FilterType":"CronExpressionSchedule","Open":"x"})"),
              (std::vector<std::string>{"Open: must be true or false, not \"x\"", "CronExpression: is required",
                                        "Name: is required"}));
    for (std::string kind : {"", R"(,"FilterType":"Other")", R"(,"FilterType":[1])", R"(,"FilterType":null)"}) {
        auto problems = door_problems(R"({"Name":"d")" + kind + "}");
        ASSERT_EQ(problems.size(), 1u) << kind;
        EXPECT_TRUE(problems[0].starts_with("FilterType: must be one of CronExpressionSchedule, ")) << problems[0];
    }
}

TEST(FlatOneOf, is_walked_and_documented_as_part_of_its_parent) {
    struct Paths final : Walker {
        std::vector<std::string> secrets;
        void reference(std::string_view, std::string const&, std::string const&) override {}
        void secret(Secret&, std::string const& path) override { secrets.push_back(path); }
    } paths;
    auto door = read_as<Door>(parsed(R"({"Name":"d","FilterType":"TentaclePassive","Uri":"u","ProxyPassword":"x"})"));
    walk(type_of<Door>(), &door, "", paths);
    EXPECT_EQ(paths.secrets, std::vector<std::string>{"ProxyPassword"});
    std::string text;
    JsonWriter to(text);
    write_schema(type_of<Door>(), to);
    auto document = parsed(text);
    for (auto name : {"Name", "FilterType", "CronExpression", "EventGroups", "Uri", "ProxyPassword", "Open"})
        EXPECT_TRUE(document.at("properties").as_object().contains(name)) << name;
    EXPECT_EQ(read_stored<Door>(base::to_text(document.at("example"))).what.value.index(), 1u) << "the first kind";
}

TEST(OneOf, documents_each_alternative) {
    std::map<std::string_view, Type const*> all;
    collect(type_of<Machine>(), all);
    EXPECT_TRUE(all.contains("SshEndpoint"));
    EXPECT_TRUE(all.contains("TentacleEndpoint"));
    std::string text;
    JsonWriter to(text);
    write_schema(type_of<Machine>(), to);
    EXPECT_NE(text.find("#/components/schemas/SshEndpoint"), std::string::npos);
    EXPECT_NE(text.find("#/components/schemas/TentacleEndpoint"), std::string::npos);
}

} // namespace stepwell::schema
