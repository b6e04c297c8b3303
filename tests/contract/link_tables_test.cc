#include "api/link_tables.h"

#include "api/application.h"
#include "api/missing_features.h"
#include "base/json.h"
#include "base/text.h"
#include "contract/link_names.h"
#include "contract/link_routes.h"
#include "domain/nouns.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace stepwell::contract {

namespace {

using api::Where;

std::set<std::string> names_in(std::string const& links) {
    std::set<std::string> names;
    auto const json = base::parse_json(links);
    for (auto const& [name, target] : json.as_object()) names.emplace(name);
    return names;
}

} // namespace

TEST(RootLinks, are_all_in_the_root) {
    auto names = names_in(api::links_of_root("Spaces-1"));
    for (auto name : root_names) EXPECT_TRUE(names.contains(std::string(name))) << name;
    for (auto name : space_names) EXPECT_TRUE(names.contains(std::string(name))) << name;
    EXPECT_TRUE(names.contains("Self") && names.contains("Web"));
    EXPECT_EQ(names.size(), std::size(root_names) + std::size(space_names) + 2) << "a name the contract does not know";
}

TEST(RootLinks, of_a_space_are_its_own_alone) {
    auto names = names_in(api::links_of_space("Spaces-7"));
    for (auto name : space_names) EXPECT_TRUE(names.contains(std::string(name))) << name;
    for (auto name : root_names) EXPECT_FALSE(names.contains(std::string(name))) << name;
    EXPECT_TRUE(names.contains("Self") && names.contains("Web"));
    EXPECT_EQ(names.size(), std::size(space_names) + 2);
}

TEST(RootLinks, carry_the_space) {
    auto const json = base::parse_json(api::links_of_space("Spaces-7"));
    for (auto const& [name, target] : json.as_object()) {
        std::string_view text = target.as_string();
        EXPECT_TRUE(text.starts_with("/api/Spaces-7") || text == "/app#/Spaces-7") << name << ": " << text;
    }
}

TEST(RootLinks, need_no_default_space) {
    auto names = names_in(api::links_of_root(""));
    for (auto name : root_names) EXPECT_TRUE(names.contains(std::string(name))) << name;
    EXPECT_FALSE(names.contains("Runbooks"));
    EXPECT_EQ(api::links_of_root("").find("//"), std::string::npos);
}

TEST(RootLinks, are_named_once_a_document) {
    std::set<std::pair<std::string, bool>> seen; // name, in the root of a space
    for (auto const& link : api::root_links()) {
        if (link.where != Where::space) {
            EXPECT_TRUE(seen.emplace(link.name, false).second) << link.name;
        }
        if (link.where != Where::root) {
            EXPECT_TRUE(seen.emplace(link.name, true).second) << link.name;
        }
    }
}

TEST(RootLinks, lead_to_routes) {
    for (auto const& link : api::root_links()) {
        if (link.name == "SpaceHome") continue; // /api/{spaceId}: the root of a space
        expect_route("root", link.name, link.target);
    }
    EXPECT_TRUE(route_of("GET", {"~space"}));
}

TEST(Links, of_every_noun_lead_to_routes) {
    for (auto noun : domain::all_nouns()) {
        auto space = std::string(noun->scope == domain::Scope::space ? "/api/$SpaceId/" : "/api/");
        expect_route(std::string(noun->name), "Self", space + std::string(noun->route) + "/$Id");
        for (auto const& link : noun->links)
            if (link.name != "SpaceHome") expect_route(std::string(noun->name), link.name, link.target);
    }
}

TEST(Links, do_not_take_a_word_for_an_id) {
    EXPECT_TRUE(route_of("GET", {"projects", "Some-1", "channels", "Some-1"}));
    EXPECT_FALSE(route_of("GET", {"projects", "Some-1", "channels", "disorder"}));
}

TEST(RootLinks, that_take_an_id_can_be_listed_and_read) {
    std::set<std::string> const only_single{"UserAuthentication"};
    for (auto const& link : api::root_links()) {
        if (link.target.find("{/") == std::string_view::npos) continue;
        auto one = segments_of(expand(std::string(link.target), true)),
             every = segments_of(expand(std::string(link.target), false));
        EXPECT_TRUE(routes().find("GET", one).route) << link.name << ": " << link.target;
        EXPECT_TRUE(routes().find("GET", every).route) << link.name << ": " << link.target;
        if (only_single.contains(std::string(link.name))) continue;
        every.emplace_back("all");
        EXPECT_TRUE(routes().find("GET", every).route) << link.name << "/all";
    }
}

TEST(Routes, say_what_they_do) {
    for (auto const& route : routes().all()) {
        EXPECT_GT(route->summary.size(), 3u) << route->method << " " << route->path;
        EXPECT_TRUE(route->handle) << route->method << " " << route->path;
    }
}

// An answer that grows with what is stored would keep other requests of the same thread waiting.
TEST(Routes, with_lists_of_documents_run_on_worker_threads) {
    int lists = 0;
    for (auto const& route : routes().all()) {
        bool const is_list = (route->many || route->path.ends_with("/summary")) && route->on != api::On::server;
        if (!is_list) continue;
        ++lists;
        EXPECT_EQ(route->cost, api::Cost::work) << route->method << " " << route->path;
    }
    EXPECT_GT(lists, 30);
}

TEST(Routes, are_reached_by_their_own_path) {
    for (auto const& route : routes().all()) {
        Segments segments;
        for (auto segment : base::split(route->path, '/'))
            if (!segment.empty()) segments.emplace_back(segment.front() == '{' ? "Some-1" : segment);
        EXPECT_EQ(routes().find(route->method, segments).route, route.get()) << route->method << " " << route->path;
    }
}

TEST(Routes, refuse_a_second_one_at_the_same_place) {
    api::Routes some;
    auto nothing = [](api::Call&) { return net::Response(); };
    some.add(api::Route("GET", "x/{id}", api::Permission::anyone, api::On::nothing, api::Cost::read, "One", nothing));
    EXPECT_THROW(some.add(api::Route("GET", "X/{other}", api::Permission::anyone, api::On::nothing, api::Cost::read,
                                     "Two", nothing)),
                 base::Error);
}

} // namespace stepwell::contract
