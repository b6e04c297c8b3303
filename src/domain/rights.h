// Who may do what: grants add up to rights, and rights are asked whether a permission may be used on a subject. Pure
// values. There are no deny rules.
#pragma once
#include "domain/permission.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stepwell::domain {

// The thing a permission is used on, as ids of the documents it belongs to. An empty id: it belongs to no document of
// this kind. An empty space: it belongs to the server.
struct Subject {
    std::string space_id = {}, project_group_id = {}, project_id = {}, environment_id = {}, tenant_id = {},
                runbook_id = {};
};

// A part of a space, as ids. An empty list does not narrow it. Projects and project groups unite, all others intersect.
struct Area {
    std::vector<std::string> project_groups = {}, projects = {}, environments = {}, tenants = {}, runbooks = {};

    bool is_whole() const;
    friend bool operator==(Area const&, Area const&) = default;
};

struct Grant {
    std::vector<Permission> permissions = {}; // empty: every permission
    std::optional<std::string> space = {};    // nullopt: every space and the server; "": the server
    // A permission that an axis cannot narrow (PermissionFacts) is granted without regard to it.
    Area area = {};
};

// The sum of grants. Copies share their content. Thread-safe. Compares ids by base/fold.h. A check takes the time of a
// few look-ups, however many grants there are.
class Rights {
public:
    Rights(); // none
    explicit Rights(std::vector<Grant> const& grants);
    static Rights everything();

    // Returns true if there is a grant for all of the subject. The pseudo permissions anyone and any_user always are
    // granted.
    bool allows(Permission permission, Subject const& subject) const;
    // Returns true if there is a grant for some part of what the subject names: an empty id there means any.
    bool allows_within(Permission permission, Subject const& subject) const;
    // Returns true if there is a grant for all there is.
    bool allows_everywhere(Permission permission) const;
    // Returns true if there is a grant for it in some space or on the server.
    bool allows_anywhere(Permission permission) const;
    // Returns true if there is any grant at all in the space; if `space_id` is empty, in any space or on the server.
    bool reaches(std::string_view space_id) const;
    bool has_everything() const;

    // The parts of a space in which a permission may be used; a whole Area alone if that is all of it, and no Area if
    // it is nowhere. An empty `space_id` means the server.
    std::vector<Area> areas(Permission permission, std::string_view space_id) const;
    // The spaces that grants of this permission name, "" for the server. nullopt: there is a grant for every space.
    std::optional<std::vector<std::string>> spaces(Permission permission) const;

private:
    struct Index;
    std::shared_ptr<Index const> index_;
};

// Throws Error{forbidden} that names the permission.
[[noreturn]] void throw_forbidden(Permission permission);

} // namespace stepwell::domain
