// Access control: grants add up to rights, and rights decide if a permission may be used on a subject. All types are
// pure values. There are no deny rules.
#pragma once
#include "domain/permission.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stepwell::domain {

// The object that a permission is used on, as the ids of the documents it belongs to. An empty id means that it does
// not belong to a document of this kind; an empty space means that it belongs to the server.
struct Subject {
    std::string space_id = {}, project_group_id = {}, project_id = {}, environment_id = {}, tenant_id = {},
                runbook_id = {};
};

// A part of a space, as ids. An empty list does not narrow the area. Projects and project groups are united; all other
// lists are intersected.
struct Area {
    std::vector<std::string> project_groups = {}, projects = {}, environments = {}, tenants = {}, runbooks = {};

    bool is_whole() const;
    friend bool operator==(Area const&, Area const&) = default;
};

struct Grant {
    std::vector<Permission> permissions = {}; // empty: every permission
    std::optional<std::string> space = {};    // nullopt: every space and the server; "": the server
    // An axis does not narrow a permission that does not support it (PermissionFacts).
    Area area = {};
};

// The sum of grants. Copies share their content. Compares ids with base/fold.h. A check takes a few look-ups, however
// many grants there are. Thread-safe.
class Rights {
public:
    Rights(); // no rights
    explicit Rights(std::vector<Grant> const& grants);
    static Rights everything();

    // Returns true if a grant covers the whole subject. The pseudo permissions anyone and any_user are always granted.
    bool allows(Permission permission, Subject const& subject) const;
    // Returns true if a grant covers a part of the subject. An empty id in the subject means any document.
    bool allows_within(Permission permission, Subject const& subject) const;
    // Returns true if a grant covers all spaces without limits. For a permission of level system, a grant on the server
    // suffices.
    bool allows_everywhere(Permission permission) const;
    // Returns true if it is granted in a space or on the server.
    bool allows_anywhere(Permission permission) const;
    // Returns true if there is any grant in the space. If `space_id` is empty, returns true if there is any grant at
    // all.
    bool reaches(std::string_view space_id) const;
    bool has_everything() const;

    // Returns the parts of a space in which a permission may be used. If that is the whole space, returns one whole
    // Area; if it may not be used there, returns an empty list. An empty `space_id` means the server.
    std::vector<Area> areas(Permission permission, std::string_view space_id) const;
    // Returns the spaces in the grants of this permission; "" means the server. Returns nullopt if it is granted for
    // every space.
    std::optional<std::vector<std::string>> spaces(Permission permission) const;

private:
    struct Index;
    std::shared_ptr<Index const> index_;
};

// Throws Error{forbidden}, which names the permission.
[[noreturn]] void throw_forbidden(Permission permission);

} // namespace stepwell::domain
