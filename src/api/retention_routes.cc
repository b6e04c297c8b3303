// The meaning of the retention strategy Default in a space. Changed values are stored in the document of the space.
#include "api/render.h"
#include "api/route_files.h"
#include "api/routes.h"
#include "base/error.h"
#include "domain/lint_members.h"
#include "domain/nouns.h"
#include "operations/save_settings.h"

namespace stepwell::api {

using domain::DefaultRetention;
using domain::Space;

namespace {

DefaultRetention const standard[] = {
    {"LifecycleRelease", domain::RetentionStrategy::forever, 0, domain::RetentionUnit::items},
    {"LifecycleTentacle", domain::RetentionStrategy::forever, 0, domain::RetentionUnit::items},
    {"RunbookRetention", domain::RetentionStrategy::count, 100, domain::RetentionUnit::items},
};

std::string_view name_of_type(std::string_view type) {
    if (type == "LifecycleRelease") return "Releases";
    return type == "LifecycleTentacle" ? "Files on targets" : "Runs of runbooks";
}

std::string id_of(Call const& call, DefaultRetention const& each) {
    return "RetentionPolicies-" + each.type + "-" + call.space_id;
}

std::vector<DefaultRetention> retentions_of(Space const& space) {
    std::vector<DefaultRetention> all(std::begin(standard), std::end(standard));
    for (auto const& changed : space.retentions)
        for (auto& each : all)
            if (each.type == changed.type) each = changed;
    return all;
}

Space space_of_call(Call const& call) {
    return store::parse<Space>(call.store().read([&](store::Session& session) {
        auto space = store::find_document(session, domain::noun_of<Space>(), call.space_id, {});
        if (!space) store::throw_not_found(call.space_id);
        return std::move(*space);
    }));
}

std::string json_of(Call const& call, DefaultRetention const& each) {
    auto const id = id_of(call, each);
    std::string json;
    base::JsonWriter to(json);
    to.begin_object().member("Id", id).member("SpaceId", call.space_id).member("Name", name_of_type(each.type));
    schema::write_members(schema::type_of<DefaultRetention>(), &each, to);
    to.key("Links").begin_object().member("Self", "/api/" + call.space_id + "/retentionpolicies/" + id);
    to.end_object().end_object();
    return json;
}

// Answers with warnings about what differs from the built-in default.
net::Response answer(Call const& call, DefaultRetention const& each) {
    std::vector<domain::Lint> lints;
    for (auto const& usual : standard)
        if (usual.type == each.type) lints = domain::lint_members(schema::type_of<DefaultRetention>(), &each, &usual);
    return answer_json(200, with_warnings(json_of(call, each), lints));
}

std::vector<std::string> every_one(Call const& call) {
    std::vector<std::string> items;
    for (auto const& each : retentions_of(space_of_call(call))) items.push_back(json_of(call, each));
    return items;
}

// Answers with the retention of one type, or with a page of all types if none is given.
net::Response list(Call& call) {
    if (auto type = call.query.text("RetentionType")) {
        for (auto const& each : retentions_of(space_of_call(call)))
            if (base::equal_ignoring_case(*type, each.type)) return answer(call, each);
        store::throw_not_found(*type);
    }
    auto items = every_one(call);
    auto const path = "/api/" + call.space_id + "/retentionpolicies";
    return answer_json(200, page_of(call, "RetentionPolicy", path, "RetentionType", std::int64_t(items.size()), items));
}

DefaultRetention find(Call const& call, Space const& space) {
    for (auto const& each : retentions_of(space))
        if (base::equal_ignoring_case(call.id(), id_of(call, each))) return each;
    store::throw_not_found(call.id());
}

net::Response read(Call& call) { return answer(call, find(call, space_of_call(call))); }

net::Response change(Call& call) {
    auto const type = find(call, space_of_call(call)).type;
    auto sent = schema::read_as<DefaultRetention>(call.body());
    sent.type = type;
    operations::save_default_retention(call.store(), call.caller, call.space_id, sent);
    return answer(call, sent);
}

} // namespace

void add_retention_routes(Routes& routes) {
    auto const& type = schema::type_of<DefaultRetention>();
    routes.add(Route("GET", "retentionpolicies", Permission::any_user, On::nothing, Cost::work,
                     "List retention defaults", list));
    routes.add(Route("GET", "retentionpolicies/all", Permission::any_user, On::nothing, Cost::work,
                     "List all retention defaults as an array",
                     [](Call& call) { return answer_json(200, list_of(every_one(call))); }));
    routes.add(Route("GET", "retentionpolicies/{id}", Permission::any_user, On::nothing, Cost::read,
                     "Read a retention default", read)
                   .gives(type));
    routes.add(Route("PUT", "retentionpolicies/{id}", Permission::retention_administer, On::space, Cost::work,
                     "Change a retention default", change)
                   .takes(type)
                   .gives(type));
}

} // namespace stepwell::api
