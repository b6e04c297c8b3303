#include "variables/scope.h"

#include "base/fold.h"

#include <algorithm>
#include <array>

namespace stepwell::variables {

namespace {

// The weakest first: each outweighs all earlier ones together.
constexpr std::array<std::string_view, 10> dimensions{"Project",   "ProcessOwner", "Channel", "Environment",
                                                      "TenantTag", "Tenant",       "Role",    "TargetRole",
                                                      "Machine",   "Action"};

std::uint32_t weight_of(std::string_view dimension) {
    for (std::size_t i = 0; i < dimensions.size(); ++i)
        if (base::equal_ignoring_case(dimensions[i], dimension)) return 2u << i;
    return 1;
}

std::string to_words(Scope::value_type const& part, NameOf const& name_of) {
    constexpr std::size_t max_names = 20;
    std::vector<std::string> names;
    for (auto const& id : part.second) {
        if (names.size() == max_names) {
            names.push_back(std::to_string(part.second.size() - max_names) + " others");
            break;
        }
        names.push_back(name_of ? name_of(id) : id);
    }
    return part.first + ' ' + base::join(names, " or ");
}

bool agrees(Scope::value_type const& part, Context const& context) {
    return std::ranges::any_of(part.second, [&](auto const& id) { return context.holds(part.first, id); });
}

} // namespace

Context& Context::hold(std::string_view dimension, std::string_view id) {
    if (!id.empty()) ids_[std::string(dimension)].emplace_back(id);
    return *this;
}

bool Context::holds(std::string_view dimension, std::string_view id) const {
    auto known = ids_.find(dimension);
    if (known == ids_.end()) return false;
    return std::ranges::any_of(known->second, [&](auto const& held) { return base::equal_folded(held, id); });
}

bool matches(Scope const& scope, Context const& context) {
    return std::ranges::all_of(scope, [&](auto const& part) { return part.second.empty() || agrees(part, context); });
}

std::optional<std::string> find_mismatch(Scope const& scope, Context const& context, NameOf const& name_of) {
    for (auto const& part : scope)
        if (!part.second.empty() && !agrees(part, context)) return to_words(part, name_of);
    return std::nullopt;
}

std::uint32_t specificity(Scope const& scope, Context const& context) {
    std::uint32_t weights = 0;
    for (auto const& [dimension, ids] : scope) {
        if (ids.empty()) continue;
        bool targeted = base::equal_ignoring_case(dimension, "Role") &&
                        std::ranges::any_of(ids, [&](auto const& id) { return context.holds("TargetRole", id); });
        weights |= weight_of(targeted ? std::string_view("TargetRole") : std::string_view(dimension));
    }
    return weights;
}

std::string to_words(Scope const& scope, NameOf const& name_of) {
    std::vector<std::string> parts;
    for (auto const& part : scope)
        if (!part.second.empty()) parts.push_back(to_words(part, name_of));
    return parts.empty() ? "everywhere" : base::join(parts, ", ");
}

} // namespace stepwell::variables
