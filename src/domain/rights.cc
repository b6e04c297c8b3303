#include "domain/rights.h"

#include "base/error.h"
#include "base/fold.h"
#include "domain/caller.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace stepwell::domain {

namespace {

using Ids = std::vector<std::string>;
using List = Ids Area::*;
constexpr List lists[] = {&Area::runbooks, &Area::projects, &Area::project_groups, &Area::environments, &Area::tenants};

bool has(Ids const& ids, std::string_view id) {
    return std::ranges::any_of(ids, [&](std::string const& each) { return base::equal_folded(each, id); });
}

// Returns the area without the axes that cannot narrow the permission. Keeps project groups if the permission can be
// narrowed by projects.
Area narrowed(Area area, PermissionFacts const& facts) {
    if (!facts.by_project) area.projects.clear();
    if (!facts.by_project && !facts.by_project_group) area.project_groups.clear();
    if (!facts.by_environment) area.environments.clear();
    if (!facts.by_tenant) area.tenants.clear();
    if (!facts.by_runbook) area.runbooks.clear();
    return area;
}

// Returns true if the projects and groups of the area contain the subject. If `open`, an empty project id means any
// project.
bool covers_project(Area const& area, Subject const& subject, bool open) {
    if (area.projects.empty() && area.project_groups.empty()) return true;
    if (!subject.project_id.empty() && has(area.projects, subject.project_id)) return true;
    if (!subject.project_group_id.empty() && has(area.project_groups, subject.project_group_id)) return true;
    return open && subject.project_id.empty() && (subject.project_group_id.empty() || !area.projects.empty());
}

// Returns true if the area contains the whole subject. If `open`, returns true if it contains a part: an empty id means
// any document.
bool covers(Area const& area, Subject const& subject, bool open) {
    auto fits = [&](Ids const& ids, std::string const& id) {
        return ids.empty() || (id.empty() ? open : has(ids, id));
    };
    return covers_project(area, subject, open) && fits(area.environments, subject.environment_id) &&
           fits(area.tenants, subject.tenant_id) && fits(area.runbooks, subject.runbook_id);
}

// All grants of one permission in one space.
class Extent {
public:
    void add(Area const& area) {
        if (area.is_whole()) whole_ = true;
        if (whole_) return areas_.clear();
        auto single = find_single(area);
        if (!single) return areas_.push_back(area);
        auto& ids = single_axes_.*single;
        ids.insert(ids.end(), (area.*single).begin(), (area.*single).end());
    }
    // Call once, after the last add().
    void index() {
        if (whole_) return;
        for (auto list : lists) {
            if ((single_axes_.*list).empty()) continue;
            tidy(single_axes_.*list);
            areas_.emplace_back().*list = std::move(single_axes_.*list);
        }
        for (std::size_t i = 0; i < areas_.size(); ++i) index(i);
    }
    bool allows(Subject const& subject) const { return whole_ || covers_by_id(subject, false); }
    bool allows_within(Subject const& subject) const {
        if (whole_ || covers_by_id(subject, true)) return true;
        for (std::size_t i = 0; i < areas_.size(); ++i)
            if ((subject.*axes_[i]).empty() && covers(areas_[i], subject, true)) return true;
        return false;
    }
    void append_to(std::vector<Area>& areas) const {
        if (whole_) areas.assign(1, {});
        bool const has_whole = !areas.empty() && areas.front().is_whole();
        if (!has_whole) areas.insert(areas.end(), areas_.begin(), areas_.end());
    }
    bool is_whole() const { return whole_; }

private:
    // Returns the only list that narrows the area; null if there are several.
    static List find_single(Area const& area) {
        List found = nullptr;
        for (auto list : lists) {
            if ((area.*list).empty()) continue;
            if (found) return nullptr;
            found = list;
        }
        return found;
    }
    static void tidy(Ids& ids) {
        std::ranges::sort(ids);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
    // Indexes an area by the first axis that narrows it: a subject in the area has one of these ids.
    void index(std::size_t at) {
        auto const& area = areas_[at];
        if (!area.runbooks.empty()) return index_by(&Subject::runbook_id, area.runbooks, at);
        if (!area.projects.empty() || !area.project_groups.empty()) {
            index_by(&Subject::project_id, area.projects, at);
            for (auto const& id : area.project_groups) by_id_[base::fold(id)].push_back(at);
            return;
        }
        if (!area.environments.empty()) return index_by(&Subject::environment_id, area.environments, at);
        index_by(&Subject::tenant_id, area.tenants, at);
    }
    void index_by(std::string Subject::* axis, Ids const& ids, std::size_t at) {
        axes_.push_back(axis);
        for (auto const& id : ids) by_id_[base::fold(id)].push_back(at);
    }
    bool covers_by_id(Subject const& subject, bool open) const {
        for (auto id : {&Subject::runbook_id, &Subject::project_id, &Subject::project_group_id,
                        &Subject::environment_id, &Subject::tenant_id}) {
            if ((subject.*id).empty()) continue;
            auto const found = by_id_.find(base::fold(subject.*id));
            if (found == by_id_.end()) continue;
            for (auto at : found->second)
                if (find_single(areas_[at]) || covers(areas_[at], subject, open)) return true;
        }
        return false;
    }

    bool whole_ = false;
    std::vector<Area> areas_;
    Area single_axes_;                         // areas that only one axis narrows, merged for each axis
    std::vector<std::string Subject::*> axes_; // the axis by which each area is found
    std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
};

// All grants of one permission.
struct Granted {
    Extent everywhere;
    std::unordered_map<std::string, Extent> spaces; // by folded id; "" is the server
    Ids names;                                      // ids of those spaces as in the grants
    bool any = false, any_everywhere = false;

    Extent const* find(std::string_view space_id) const {
        auto found = spaces.find(base::fold(space_id));
        return found == spaces.end() ? nullptr : &found->second;
    }
};

bool is_pseudo(Permission permission) { return permission == Permission::anyone || permission == Permission::any_user; }

// Grants of system permissions are stored for the server, "", and apply in every space.
std::string_view space_for(Permission permission, std::string_view space_id) {
    return facts_of(permission).level == Level::system ? std::string_view() : space_id;
}

bool fits_level(Level level, std::optional<std::string> const& space) {
    if (!space || level == Level::both) return true;
    return space->empty() == (level == Level::system);
}

} // namespace

struct Rights::Index {
    std::vector<Granted> permissions = std::vector<Granted>(2 + all_permissions().size());
    std::map<std::string, bool> reached; // folded ids of spaces
    bool any = false, anywhere = false, everything = false;

    void add(Permission permission, Grant const& grant) {
        auto const& facts = facts_of(permission);
        if (is_pseudo(permission) || !fits_level(facts.level, grant.space)) return;
        auto& granted = permissions[std::size_t(permission)];
        auto const area = narrowed(grant.area, facts);
        granted.any = any = true;
        if (!grant.space) {
            granted.any_everywhere = anywhere = true;
            return granted.everywhere.add(area);
        }
        auto [extent, is_new] = granted.spaces.try_emplace(base::fold(*grant.space));
        if (is_new) granted.names.push_back(*grant.space);
        extent->second.add(area);
        reached[base::fold(*grant.space)] = true;
    }
    void add(Grant const& grant) {
        everything = everything || (grant.permissions.empty() && !grant.space && grant.area.is_whole());
        for (auto permission : grant.permissions) add(permission, grant);
        if (grant.permissions.empty())
            for (std::size_t i = 0; i < permissions.size(); ++i) add(Permission(i), grant);
    }
    void finish() {
        for (auto& granted : permissions) {
            granted.everywhere.index();
            for (auto& [id, extent] : granted.spaces) extent.index();
        }
    }
    Granted const& of(Permission permission) const { return permissions[std::size_t(permission)]; }
};

bool Area::is_whole() const { return *this == Area{}; }

Rights::Rights() {
    static auto const none = std::make_shared<Index const>();
    index_ = none;
}

Rights::Rights(std::vector<Grant> const& grants) {
    auto index = std::make_shared<Index>();
    for (auto const& grant : grants) index->add(grant);
    index->finish();
    index_ = std::move(index);
}

Rights Rights::everything() {
    static Rights const all(std::vector<Grant>{Grant{}});
    return all;
}

bool Rights::allows(Permission permission, Subject const& subject) const {
    if (index_->everything || is_pseudo(permission)) return true;
    auto const& granted = index_->of(permission);
    if (granted.everywhere.allows(subject)) return true;
    auto const* extent = granted.find(space_for(permission, subject.space_id));
    return extent && extent->allows(subject);
}

bool Rights::allows_within(Permission permission, Subject const& subject) const {
    if (index_->everything || is_pseudo(permission)) return true;
    auto const& granted = index_->of(permission);
    if (granted.everywhere.allows_within(subject)) return true;
    auto const* extent = granted.find(space_for(permission, subject.space_id));
    return extent && extent->allows_within(subject);
}

bool Rights::allows_everywhere(Permission permission) const {
    if (index_->everything || is_pseudo(permission)) return true;
    auto const& granted = index_->of(permission);
    auto const* server = facts_of(permission).level == Level::system ? granted.find("") : nullptr;
    return granted.everywhere.is_whole() || (server && server->is_whole());
}

bool Rights::allows_anywhere(Permission permission) const {
    return is_pseudo(permission) || index_->of(permission).any;
}

bool Rights::reaches(std::string_view space_id) const {
    if (space_id.empty()) return index_->any;
    return index_->anywhere || index_->reached.contains(base::fold(space_id));
}

bool Rights::has_everything() const { return index_->everything; }

std::vector<Area> Rights::areas(Permission permission, std::string_view space_id) const {
    std::vector<Area> found;
    auto const& granted = index_->of(permission);
    granted.everywhere.append_to(found);
    if (auto const* extent = granted.find(space_for(permission, space_id))) extent->append_to(found);
    return found;
}

std::optional<std::vector<std::string>> Rights::spaces(Permission permission) const {
    auto const& granted = index_->of(permission);
    if (granted.any_everywhere) return std::nullopt;
    return granted.names;
}

void throw_forbidden(Permission permission) {
    throw base::Error(
        base::Kind::forbidden,
        "You do not have permission to perform this action. Please contact your administrator. Missing permission: " +
            std::string(facts_of(permission).name));
}

Caller system_caller() { return {system_actor(), Rights::everything()}; }

void require(Caller const& caller, Permission permission, Subject const& subject) {
    if (!caller.rights.allows(permission, subject)) throw_forbidden(permission);
}

} // namespace stepwell::domain
