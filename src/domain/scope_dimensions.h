// The dimensions by which values of variables can be scoped.
#pragma once
#include <string_view>

namespace stepwell::domain {

struct ScopeDimension {
    std::string_view name;
    std::string_view missing; // why no run is in such a scope, as a clause; empty if runs can be
};
constexpr ScopeDimension scope_dimensions[] = {
    {"Environment", ""},
    {"ProcessOwner", ""},
    {"Action", ""},
    {"Channel", ""},
    {"Project", ""},
    {"Machine", "targets are not supported yet"},
    {"Role", "targets are not supported yet"},
    {"TargetRole", "targets are not supported yet"},
    {"Tenant", "tenants are not supported yet"},
    {"TenantTag", "tenants are not supported yet"},
    {"User", "this scope is not supported yet"},
    {"Private", "this scope is not supported yet"},
    {"Trigger", "this scope is not supported yet"},
    {"ParentDeployment", "this scope is not supported yet"},
    {"ProjectTemplate", "this scope is not supported yet"},
};

} // namespace stepwell::domain
