// Defines noun_of<T>(). Include only in the file that lists the resources, so that no other file compiles their
// descriptions.
#pragma once
#include "domain/noun.h"
#include "schema/describe_once.h"

#include <concepts>

namespace stepwell::domain {

template <Resource T> [[gnu::used]] Noun const& noun_of() {
    static std::string const table = [] {
        if constexpr (requires { T::table; }) return std::string(T::table);
        return table_name(T::type_name);
    }();
    static Noun const noun = [] {
        Noun made{};
        made.name = T::type_name;
        made.table = table;
        made.route = T::route;
        made.prefix = T::prefix;
        made.scope = std::derived_from<T, SpaceDocument> ? Scope::space : Scope::system;
        made.order = Order::by_name;
        if constexpr (requires { T::order; }) made.order = T::order;
        made.access = T::access;
        if constexpr (requires { T::verbs; }) made.verbs = T::verbs;
        made.query = "skip,take,ids,partialName";
        if constexpr (requires { T::query; }) made.query = T::query;
        if constexpr (requires { T::links; }) made.links = T::links;
        made.link_members = members_in(made.links);
        made.type = &schema::type_of<T>();
        made.placements = placements_of(made.name, *made.type);
        made.make = []() -> std::shared_ptr<Document> { return std::make_shared<T>(); };
        return made;
    }();
    return noun;
}

} // namespace stepwell::domain
