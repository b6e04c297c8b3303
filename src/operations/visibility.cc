#include "operations/visibility.h"

#include "base/text.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using namespace domain;
using store::ListQuery;
using store::Session;
using store::Stored;

namespace {

using Ids = std::vector<std::string>;

// Returns a member of a stored document. Most members that place a document are also in its links, so the document is
// not parsed.
std::string member_of(Noun const& noun, Stored const& stored, std::string_view member) {
    if (member == "Id") return stored.id;
    if (std::ranges::find(noun.link_members, member) != noun.link_members.end())
        return std::string(link_value(noun, stored.link_values, member));
    auto const json = base::parse_json(stored.json);
    auto const value = base::find_member(json, member);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Returns the subject with the group of its project.
Subject with_group(Session& session, Subject subject) {
    if (auto project = store::find<Project>(session, subject.project_id))
        subject.project_group_id = project->group.value;
    return subject;
}

bool lacks_group(Subject const& subject) { return !subject.project_id.empty() && subject.project_group_id.empty(); }

// Returns the projects of an area, including those of its groups.
Ids projects_in(Session& session, Area const& area) {
    auto ids = area.projects;
    if (area.project_groups.empty()) return ids;
    ListQuery query;
    query.filters = {{"ProjectGroupId", area.project_groups}};
    query.take = store::everything;
    for (auto const& stored : store::list_documents(session, noun_of<Project>(), query).items) ids.push_back(stored.id);
    return ids;
}

bool is_narrowed_to_projects(Area const& area) { return !area.projects.empty() || !area.project_groups.empty(); }

struct Narrowing {
    Ids const& ids;
    bool narrows; // false if the list is empty because it does not narrow the area
    std::string Subject::* axis;
};

// Returns the part of a list that belongs to an area; nullopt if it cannot contain anything.
std::optional<store::Part> part_of(Session& session, Noun const& noun, Area const& area) {
    store::Part part;
    bool const by_group = !area.project_groups.empty();
    bool const places_project = std::ranges::any_of(
        noun.placements, [](Placement const& placement) { return placement.axis == &Subject::project_id; });
    auto const projects = places_project ? projects_in(session, area) : Ids();
    Narrowing const all[] = {
        {projects, places_project && (by_group || !area.projects.empty()), &Subject::project_id},
        {area.project_groups, !places_project && by_group, &Subject::project_group_id},
        {area.projects, !places_project && !by_group && !area.projects.empty(), &Subject::project_id},
        {area.environments, !area.environments.empty(), &Subject::environment_id},
        {area.tenants, !area.tenants.empty(), &Subject::tenant_id},
        {area.runbooks, !area.runbooks.empty(), &Subject::runbook_id},
    };
    for (auto const& [ids, narrows, axis] : all) {
        if (!narrows) continue;
        auto at = std::ranges::find(noun.placements, axis, &Placement::axis);
        if (at == noun.placements.end() || ids.empty()) return std::nullopt;
        part.filters.push_back({std::string(at->member), ids});
    }
    return part;
}

// Returns the visible parts of a list in one space; nullopt if the whole list is visible.
std::optional<std::vector<store::Part>> parts_in(Session& session, Rights const& rights, Permission permission,
                                                 Noun const& noun, std::string const& space_id) {
    std::vector<store::Part> parts;
    for (auto const& area : rights.areas(permission, space_id)) {
        if (area.is_whole()) return std::nullopt;
        if (auto part = part_of(session, noun, area)) parts.push_back(std::move(*part));
    }
    return parts;
}

// Calls add(space id, area) for every area in which a permission is granted.
template <class Add> void each_area(Session& session, Rights const& rights, Permission permission, Add add) {
    auto spaces = rights.spaces(permission);
    if (!spaces) {
        spaces.emplace(1, "");
        ListQuery every;
        every.take = store::everything;
        for (auto const& stored : store::list_documents(session, noun_of<Space>(), every).items)
            spaces->push_back(stored.id);
    }
    for (auto const& space : *spaces)
        for (auto const& area : rights.areas(permission, space)) add(space, area);
}

void narrow_spaces(Session& session, Rights const& rights, ListQuery& query) {
    if (rights.allows(Permission::space_view, {})) return;
    ListQuery every;
    every.take = store::everything;
    Ids visible;
    for (auto const& stored : store::list_documents(session, noun_of<Space>(), every).items)
        if (is_visible_space(rights, store::parse<Space>(stored))) visible.push_back(stored.id);
    query.visible.emplace(1, store::Part{{}, {{"Id", std::move(visible)}}});
}

} // namespace

Subject subject_of(Noun const& noun, Stored const& stored) {
    Subject subject;
    subject.space_id = &noun == &noun_of<Space>() ? stored.id : stored.space_id;
    for (auto const& [axis, member] : noun.placements) {
        bool const is_group_of_project = axis == &Subject::project_group_id && &noun == &noun_of<Project>();
        if (!is_group_of_project) subject.*axis = member_of(noun, stored, member);
    }
    return subject;
}

Subject subject_of(store::Task const& task) {
    return {task.space_id, {}, task.project_id, task.environment_id, {}, task.runbook_id};
}

void place(Subject& subject, Subject const& other) {
    for (auto axis : {&Subject::project_group_id, &Subject::project_id, &Subject::environment_id, &Subject::tenant_id,
                      &Subject::runbook_id})
        if (!(other.*axis).empty()) subject.*axis = other.*axis;
}

bool allows(Session& session, Rights const& rights, Permission permission, Subject const& subject) {
    if (rights.allows(permission, subject)) return true;
    return lacks_group(subject) && rights.allows(permission, with_group(session, subject));
}

bool allows_within(Session& session, Rights const& rights, Permission permission, Subject const& subject) {
    if (rights.allows_within(permission, subject)) return true;
    return lacks_group(subject) && rights.allows_within(permission, with_group(session, subject));
}

bool is_visible_space(Rights const& rights, Space const& space) {
    return !space.is_private || rights.reaches(space.id) || rights.allows(Permission::space_view, {});
}

bool is_visible(Session& session, Rights const& rights, Noun const& noun, Stored const& stored) {
    if (rights.has_everything()) return true;
    if (&noun == &noun_of<Space>()) return is_visible_space(rights, store::parse<Space>(stored));
    return allows(session, rights, noun.access.view, subject_of(noun, stored));
}

void narrow(Session& session, Rights const& rights, Permission permission, Noun const& noun, ListQuery& query) {
    if (rights.allows_everywhere(permission)) return;
    if (&noun == &noun_of<Space>()) return narrow_spaces(session, rights, query);
    if (noun.scope == Scope::system) return; // all or nothing is visible; the route decides
    if (!query.space_id.empty() && !query.above_spaces) {
        query.visible = parts_in(session, rights, permission, noun, query.space_id);
        return;
    }
    query.visible.emplace();
    each_area(session, rights, permission, [&](std::string const& space, Area const& area) {
        auto part = part_of(session, noun, area);
        if (!part) return;
        part->space_id = space;
        query.visible->push_back(std::move(*part));
    });
}

void narrow(Session& session, Rights const& rights, store::TaskQuery& query) {
    if (rights.allows_everywhere(Permission::task_view)) return;
    query.visible.emplace();
    each_area(session, rights, Permission::task_view, [&](std::string const& space, Area const& area) {
        if (!area.tenants.empty()) return; // tasks do not have tenants yet
        auto projects = projects_in(session, area);
        if (projects.empty() && is_narrowed_to_projects(area)) return;
        query.visible->push_back({space, std::move(projects), area.runbooks, area.environments});
    });
}

void narrow(Session& session, Rights const& rights, store::EventQuery& query) {
    if (rights.allows_everywhere(Permission::event_view)) return;
    query.visible.emplace();
    each_area(session, rights, Permission::event_view, [&](std::string const& space, Area const& area) {
        store::EventPart part{space, {}};
        auto projects = projects_in(session, area);
        if (projects.empty() && is_narrowed_to_projects(area)) return;
        if (!projects.empty()) part.regarding.push_back(std::move(projects));
        for (auto const& ids : {area.environments, area.tenants})
            if (!ids.empty()) part.regarding.push_back(ids);
        query.visible->push_back(std::move(part));
    });
}

} // namespace stepwell::operations
