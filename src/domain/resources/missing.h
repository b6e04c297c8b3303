// Kinds of documents that do not exist yet. An id of one is always refused.
#pragma once
#include <string_view>

namespace stepwell::domain {

struct Tenant {
    static constexpr std::string_view prefix = "Tenants", plural = "tenants";
    static constexpr bool is_missing = true;
};

struct Release {
    static constexpr std::string_view prefix = "Releases", plural = "releases";
    static constexpr bool is_missing = true;
};

struct GroupRetention {
    static constexpr std::string_view prefix = "RetentionPolicies", plural = "retention policies of project groups";
    static constexpr bool is_missing = true;
};

} // namespace stepwell::domain
