// Structs that only these tests describe.
#pragma once
#include "schema/describe.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace stepwell::schema {

inline Json parsed(std::string_view json) { return base::parse_json(json); }

struct Town {
    static constexpr std::string_view prefix = "Towns";
};

enum class Colour { red, green, blue };
constexpr std::array<std::string_view, 3> colours{"Red", "Green", "Blue"};
constexpr auto const& names_of(Colour) { return colours; }

struct Act {
    std::string id, name;
    Bag<PropertyValue> properties;

    static constexpr std::string_view type_name = "Act";
    static void describe(auto& field) {
        field("Id", &Act::id, plain, "Its id.");
        field("Name", &Act::name, required | at_most(10) | like("Act"), "Its name.");
        field("Properties", &Act::properties, plain, "As sent.");
    }
};

struct Stage {
    std::string id, name;
    std::vector<Act> acts;

    static constexpr std::string_view type_name = "Stage";
    static void describe(auto& field) {
        field("Id", &Stage::id, plain, "Its id.");
        field("Name", &Stage::name, required | like("Stage"), "Its name.");
        field("Actions", &Stage::acts, required, "What is done.");
    }
};

// Has a member of every kind.
struct Everything {
    std::string name, slug, stamp;
    std::int64_t count = 7;
    bool on = true;
    base::Time when;
    std::optional<base::Time> until;
    std::optional<std::string> note;
    base::Id<Town> town, old_town;
    std::vector<base::Id<Town>> towns;
    Colour colour = Colour::green;
    Secret password;
    Bag<PropertyValue> properties;
    Bag<std::vector<std::string>> scope;
    Verbatim any;
    BoolOrText flag{false};
    std::vector<Stage> stages;
    int settled = 0;

    static constexpr std::string_view type_name = "Everything";
    static void describe(auto& field) {
        field("Name", &Everything::name, required | unique | at_most(5) | like("Ann"), "Its name.");
        field("Slug", &Everything::slug, kept | unique, "In addresses.");
        field("Stamp", &Everything::stamp, computed, "The server's.");
        field("Count", &Everything::count, indexed, "How many.");
        field("On", &Everything::on, plain, "Whether.");
        field("When", &Everything::when, plain, "When.");
        field("Until", &Everything::until, plain, "Until when.");
        field("Note", &Everything::note, at_most(3), "What to know.");
        field("TownId", &Everything::town, indexed, "Where.");
        field("OldTownId", &Everything::old_town, loose, "Where it was.");
        field("TownIds", &Everything::towns, plain, "Where else.");
        field("Colour", &Everything::colour, plain, "Its colour.");
        field("Password", &Everything::password, plain, "Hidden.");
        field("Properties", &Everything::properties, plain, "As sent.");
        field("Scope", &Everything::scope, plain, "Lists by dimension.");
        field("Any", &Everything::any, plain, "Anything.");
        field("Flag", &Everything::flag, plain, "True, false or an expression.");
        field("Steps", &Everything::stages, plain, "In order.");
    }
    void settle() { ++settled; }
    void check(Reading& reading, Place const& place) const {
        if (count < 0) reading.wrong(Place{&place, "Count"}, "must not be negative");
    }
};

inline std::vector<std::string>
problems_of(Json const& sent, void (*read)(Json const&) = [](Json const& json) { read_as<Everything>(json); }) {
    std::vector<std::string> texts;
    try {
        read(sent);
    } catch (base::Error const& error) {
        EXPECT_EQ(error.kind(), base::Kind::invalid);
        for (auto const& problem : error.problems()) texts.push_back(to_text(problem));
    }
    return texts;
}

} // namespace stepwell::schema
