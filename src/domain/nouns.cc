#include "domain/nouns.h"

#include "base/text.h"
#include "domain/make_noun.h"

namespace stepwell::domain {

namespace {

template <class... Ts> std::array<Noun const*, sizeof...(Ts)> collect(std::tuple<Ts...> const*) {
    return {&noun_of<Ts>()...};
}

} // namespace

std::span<Noun const* const> all_nouns() {
    static auto const nouns = collect(static_cast<Nouns const*>(nullptr));
    return nouns;
}

Noun const* find_noun_of_id(std::string_view id) {
    auto prefix = id.substr(0, id.find('-'));
    for (auto noun : all_nouns())
        if (base::equal_ignoring_case(noun->prefix, prefix)) return noun;
    return nullptr;
}

Noun const* find_noun_of_route(std::string_view route) {
    for (auto noun : all_nouns())
        if (base::equal_ignoring_case(noun->route, route)) return noun;
    return nullptr;
}

} // namespace stepwell::domain
