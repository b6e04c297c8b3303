#include "api/access.h"

#include "api/identify.h"
#include "api/in_project.h"
#include "base/error.h"
#include "base/text.h"
#include "operations/frozen.h"
#include "operations/visibility.h"

#include <boost/json.hpp>

namespace stepwell::api {

using base::Error;
using base::Kind;
using domain::Noun;
using domain::Rights;
using domain::Subject;
using store::Session;
using store::Stored;

namespace {

bool is_for_callers_without_rights(Permission permission) {
    return permission == Permission::anyone || permission == Permission::any_user;
}

bool is_own(Call const& call, Noun const& noun, Stored const& stored) {
    return &noun == &domain::noun_of<domain::User>() && stored.id == call.caller.actor.user_id;
}

// --- the subject --------------------------------------------------------------------------------------------------

std::optional<Stored> find_frozen(Call const& call, Noun const& noun, std::string const& id) {
    return call.store().read([&](Session& session) -> std::optional<Stored> {
        if (&noun == &domain::noun_of<domain::RunbookProcess>())
            return operations::find_frozen_process(session, id, call.space_id);
        if (&noun == &domain::noun_of<domain::VariableSet>())
            return operations::find_frozen_variables(session, id, call.space_id);
        return std::nullopt;
    });
}

// A document under a project that does not exist is answered like one in a project that the caller may not see.
Stored locate(Call const& call, Noun const& noun, std::string const& id) {
    auto const& projects = domain::noun_of<domain::Project>();
    if (&noun != &projects && call.path.contains("project")) {
        auto const project = call.store().read([&](Session& session) {
            return store::find_document(session, projects, call.part("project"), call.space_id);
        });
        if (!project) store::throw_not_found(id);
    }
    bool const is_caller = &noun == &domain::noun_of<domain::User>() && base::equal_ignoring_case(id, "me");
    if (is_caller) return load_stored(call, noun, call.caller.actor.user_id);
    if (auto frozen = find_frozen(call, noun, id)) return std::move(*frozen);
    return &noun == &projects ? load_stored(call, noun, id) : load_here(call, noun, id);
}

// A document that determines the location of a new one: in the path, or in a member of the body.
struct Placed {
    Noun const* noun = nullptr;
    std::string member, word;
    std::optional<Stored> stored;
};

Noun const* noun_on(std::string Subject::* axis) {
    constexpr std::pair<std::string Subject::*, std::string_view> routes[] = {
        {&Subject::project_group_id, "projectgroups"},
        {&Subject::project_id, "projects"},
        {&Subject::environment_id, "environments"},
        {&Subject::runbook_id, "runbooks"},
    };
    for (auto [kind, route] : routes)
        if (kind == axis) return domain::find_noun_of_route(route);
    return nullptr; // tenants are not supported yet
}

std::string word_for(Call& call, domain::Placement const& placement, Body body) {
    if (placement.axis == &Subject::project_id && call.path.contains("project")) return call.part("project");
    if (body == Body::still_to_come || !call.body().is_object()) return {};
    // As the body is read: without regard to case, and the last of several members applies.
    std::string word;
    for (auto const& member : call.body().get_object())
        if (base::equal_ignoring_case(member.key(), placement.member) && member.value().is_string())
            word = base::trim(std::string_view(member.value().get_string()));
    return word;
}

std::vector<Placed> places_of_new(Call& call, Noun const& noun, Body body) {
    std::vector<Placed> places;
    for (auto const& placement : noun.placements) {
        auto const of = placement.member == "Id" ? nullptr : noun_on(placement.axis);
        auto word = of ? word_for(call, placement, body) : std::string();
        if (word.empty()) continue;
        auto stored = call.store().read(
            [&](Session& session) { return store::find_document(session, *of, word, call.space_id); });
        places.push_back({of, std::string(placement.member), std::move(word), std::move(stored)});
    }
    return places;
}

Subject subject_of_new(Call const& call, std::vector<Placed> const& places) {
    Subject subject{call.space_id};
    for (auto const& place : places) {
        // The runbook is the last one: its project takes precedence.
        if (place.stored) operations::place(subject, operations::subject_of(*place.noun, *place.stored));
    }
    return subject;
}

// --- checks -------------------------------------------------------------------------------------------------------

bool allows(Call const& call, Permission permission, Subject const& subject, bool within = false) {
    return call.store().read([&](Session& session) {
        auto const& rights = call.caller.rights;
        return within ? operations::allows_within(session, rights, permission, subject)
                      : operations::allows(session, rights, permission, subject);
    });
}

bool is_visible(Call const& call, Noun const& noun, Stored const& stored) {
    return is_own(call, noun, stored) || call.store().read([&](Session& session) {
        return operations::is_visible(session, call.caller.rights, noun, stored);
    });
}

// Checked before documents are read, so that the answer does not show if they exist.
void require_any_right(Call const& call, Permission permission, std::string const& space_id) {
    if (!call.caller.rights.reaches(space_id)) domain::throw_forbidden(permission);
}

// Returns true for reading a space in which the caller has any right.
bool is_read_of_space(Call const& call, Route const& route, Noun const& noun) {
    return &noun == &domain::noun_of<domain::Space>() && route.permission == noun.access.view &&
           call.caller.rights.reaches(call.subject->space_id);
}

void check_document(Call& call, Route const& route) {
    auto const& noun = *route.named.noun;
    bool const may_be_above = &noun == &domain::noun_of<domain::Team>();
    auto const permission = route.permission;
    if (!may_be_above && call.caller.rights.allows(permission, Subject{call.space_id})) return;
    require_any_right(call, permission, noun.scope == domain::Scope::system || may_be_above ? "" : call.space_id);
    auto const& word = call.part(route.named.parameter);
    call.located = {&noun, word, locate(call, noun, word)};
    call.subject = operations::subject_of(noun, call.located.stored);
    if (allows(call, permission, *call.subject, route.on == On::part) || is_read_of_space(call, route, noun)) return;
    if (is_visible(call, noun, call.located.stored)) domain::throw_forbidden(permission);
    store::throw_not_found(word);
}

// Reports missing and invisible documents in the same way.
void reject_invisible(Call const& call, std::vector<Placed> const& places) {
    for (auto const& place : places) {
        if (place.stored && is_visible(call, *place.noun, *place.stored)) continue;
        bool const is_in_path = place.noun == &domain::noun_of<domain::Project>() && call.path.contains("project");
        if (is_in_path) store::throw_not_found(place.word);
        base::reject(place.member, "there is no '" + place.word + "'");
    }
}

void check_created(Call& call, Route const& route, Body body) {
    if (call.caller.rights.allows(route.permission, Subject{call.space_id})) return;
    require_any_right(call, route.permission, call.space_id);
    auto const places = places_of_new(call, *route.named.noun, body);
    call.subject = subject_of_new(call, places);
    if (allows(call, route.permission, *call.subject, body == Body::still_to_come)) return;
    if (call.caller.rights.allows_within(route.permission, Subject{call.space_id})) reject_invisible(call, places);
    domain::throw_forbidden(route.permission);
}

store::Task load_task(Call const& call, std::string const& id) {
    auto task = call.store().read([&](Session& session) { return store::find_task(session, id); });
    if (!task) store::throw_not_found(id);
    return std::move(*task);
}

void check_row(Call& call, Route const& route, Body body) {
    auto const& rights = call.caller.rights;
    auto const permission = route.permission;
    bool is_allowed = true;
    switch (route.on) {
    case On::nothing: break;
    case On::server: is_allowed = rights.allows(permission, {}); break;
    case On::space: is_allowed = rights.allows(permission, Subject{call.space_id}); break;
    case On::anything: is_allowed = rights.allows_within(permission, Subject{call.space_id}); break;
    case On::any_space:
        is_allowed = rights.allows_anywhere(permission) || (permission == Permission::space_view && rights.reaches(""));
        break;
    case On::document:
    case On::part: return check_document(call, route);
    case On::created: return check_created(call, route, body);
    case On::task: return require_on_task(call, permission, call.id());
    }
    if (!is_allowed) domain::throw_forbidden(permission);
}

Subject const& subject_of(Call& call) {
    if (call.subject) return *call.subject;
    auto const& route = *call.route;
    call.subject = Subject{call.space_id};
    if (route.on == On::task) call.subject = operations::subject_of(load_task(call, call.id()));
    if (route.on == On::created)
        call.subject = subject_of_new(call, places_of_new(call, *route.named.noun, Body::here));
    if (route.on == On::document || route.on == On::part)
        call.subject = operations::subject_of(*route.named.noun,
                                              locate(call, *route.named.noun, call.part(route.named.parameter)));
    return *call.subject;
}

} // namespace

void require_known(Call const& call, Permission permission) {
    if (permission == Permission::anyone || call.caller.known) return;
    throw Error(Kind::unauthenticated,
                "You must be logged in to request this resource. Please log in or provide a valid API key.");
}

std::string find_space(Call const& call, Session& session, std::string const& name) {
    if (name.empty()) return store::find_default_space(session).value_or("");
    auto const space = store::find_document(session, domain::noun_of<domain::Space>(), name, {});
    bool const is_seen =
        space && operations::is_visible(session, call.caller.rights, domain::noun_of<domain::Space>(), *space);
    if (!is_seen) store::throw_not_found(name);
    return space->id;
}

void authorize(Call& call, Body body) {
    auto const& route = *call.route;
    require_known(call, route.permission);
    if (is_for_callers_without_rights(route.permission) || call.caller.rights.has_everything()) return;
    check_row(call, route, body);
}

void require(Call& call, Permission permission) {
    if (call.caller.rights.allows(permission, Subject{call.space_id})) return;
    if (!allows(call, permission, subject_of(call))) domain::throw_forbidden(permission);
}

std::string require_user(Call const& call, std::string const& word, Permission permission) {
    auto const& own = call.caller.actor.user_id;
    if (base::equal_ignoring_case(word, "me") || base::equal_ignoring_case(word, own)) return own;
    auto const& rights = call.caller.rights;
    if (!rights.allows(permission, {})) require_any_right(call, permission, "");
    bool const is_seen = rights.allows(permission, {}) || rights.allows(Permission::user_view, {});
    if (!is_seen) store::throw_not_found(word);
    auto id = load_stored(call, domain::noun_of<domain::User>(), word).id;
    if (!rights.allows(permission, {})) domain::throw_forbidden(permission);
    return id;
}

void require_on_task(Call const& call, Permission permission, std::string const& task_id) {
    if (call.caller.rights.allows_everywhere(permission)) return;
    require_any_right(call, permission, "");
    auto const subject = operations::subject_of(load_task(call, task_id));
    if (allows(call, permission, subject)) return;
    if (allows(call, Permission::task_view, subject)) domain::throw_forbidden(permission);
    store::throw_not_found(task_id);
}

void refuse_invisible(Call const& call, Noun const& noun, std::string const& path, std::string const& id) {
    auto const stored =
        call.store().read([&](Session& session) { return store::find_document(session, noun, id, call.space_id); });
    if (stored && !is_visible(call, noun, *stored))
        base::reject(path, "there is no " + base::to_lower(noun.name) + " '" + id + "'");
}

Stored load_visible(Call const& call, Noun const& noun, std::string_view id) {
    auto stored = load_stored(call, noun, id);
    if (!is_visible(call, noun, stored)) store::throw_not_found(id);
    return stored;
}

void narrow(Call const& call, Noun const& noun, store::ListQuery& query) {
    auto const& rights = call.caller.rights;
    if (rights.allows_everywhere(noun.access.view)) return;
    call.store().read([&](Session& session) { operations::narrow(session, rights, noun.access.view, noun, query); });
}

void narrow(Call const& call, store::TaskQuery& query) {
    if (call.caller.rights.allows_everywhere(Permission::task_view)) return;
    call.store().read([&](Session& session) { operations::narrow(session, call.caller.rights, query); });
}

void narrow(Call const& call, store::EventQuery& query) {
    if (call.caller.rights.allows_everywhere(Permission::event_view)) return;
    call.store().read([&](Session& session) { operations::narrow(session, call.caller.rights, query); });
}

bool is_visible(Call const& call, store::Task const& task) {
    if (call.caller.rights.allows_everywhere(Permission::task_view)) return true;
    return allows(call, Permission::task_view, operations::subject_of(task));
}

bool is_visible_project(Call const& call, Session& session, std::string const& id) {
    auto const& rights = call.caller.rights;
    return rights.has_everything() ||
           operations::allows(session, rights, Permission::project_view, {call.space_id, {}, id});
}

bool is_visible(Call const& call, Session& session, Noun const& noun, Stored const& stored) {
    return operations::is_visible(session, call.caller.rights, noun, stored);
}

AccessCheck::AccessCheck(Call const& call)
    : house_(call.house), request_(call.request), route_(call.route), path_(call.path), space_id_(call.space_id),
      space_given_(call.space_given) {}

template <class Check> void AccessCheck::check(Check const& check) const {
    Call call(house_, request_);
    call.route = route_;
    call.path = path_;
    call.space_id = space_id_;
    call.space_given = space_given_;
    house_.store.read_at_once([&](Session& session) { identify(call, session); });
    check(call);
}

bool AccessCheck::is_allowed() const {
    try {
        check([](Call& call) { authorize(call, Body::here); });
        return true;
    } catch (Error const&) {
        return false;
    }
}

void AccessCheck::require_on_task(std::string const& task_id) const {
    check([&](Call& call) {
        require_known(call, route_->permission);
        api::require_on_task(call, route_->permission, task_id);
    });
}

bool AccessCheck::is_allowed_on_task(std::string const& task_id) const {
    try {
        require_on_task(task_id);
        return true;
    } catch (Error const&) {
        return false;
    }
}

} // namespace stepwell::api
