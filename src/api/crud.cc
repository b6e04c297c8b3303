#include "api/crud.h"

#include "api/access.h"
#include "api/long_list.h"
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "operations/sort.h"
#include "store/tables.h"

#include <boost/json.hpp>

namespace stepwell::api {

using domain::Noun;
using store::Filter;
using store::Session;
using store::Stored;

namespace {

std::string space_of(Call const& call, Noun const& noun) {
    return noun.scope == domain::Scope::space ? call.space_id : std::string();
}

// The query parameters for ProjectId are projectId, projectIds, project and projects; for IsDefault it is isDefault.
std::vector<std::string> filter_names(std::string_view member) {
    std::vector<std::string> names{std::string(member)};
    if (member.ends_with("Id") && member.size() > 2) {
        std::string plain(member.substr(0, member.size() - 2));
        names.insert(names.end(), {plain + "Ids", plain, plain + "s"});
    }
    return names;
}

void add_filters(Call const& call, Noun const& noun, std::vector<Filter>& filters) {
    for (auto const& field : noun.type->fields) {
        bool plain = field.flags.has(schema::indexed) && !field.flags.has(schema::unique);
        if (!plain || field.codec->column_kind != schema::ColumnKind::text) continue;
        for (auto const& name : filter_names(field.name))
            if (auto values = call.query.list(name); !values.empty())
                filters.push_back({std::string(field.name), values});
    }
}

// A team belongs to one space or to none, and a request may name several spaces.
void widen(Call const& call, store::ListQuery& query) {
    query.above_spaces = call.query.boolean("includeSystem").value_or(!call.space_given);
    auto spaces = call.query.list("spaces");
    if (spaces.empty()) return;
    query.space_id = spaces.size() == 1 && !base::equal_ignoring_case(spaces[0], "all") ? spaces[0] : "";
    if (spaces.size() > 1) query.spaces = std::move(spaces);
}

Render render_of(Noun const& noun, Crud const& crud) {
    if (crud.render) return crud.render;
    return [&noun](Call const&, Session&, Stored const& stored) { return with_links(noun, stored); };
}

// Either all users are visible or none.
On on_list(Noun const& noun) {
    bool const in_many_spaces = &noun == &domain::noun_of<domain::Team>() || &noun == &domain::noun_of<domain::Space>();
    if (in_many_spaces) return On::any_space;
    return noun.scope == domain::Scope::space ? On::anything : On::server;
}

std::string one_of(Noun const& noun) { return domain::with_article(domain::words_of(noun)); }
std::string all_of(Noun const& noun) { return domain::plural_of(domain::words_of(noun)); }

void add_deletion(Routes& routes, Noun const& noun, std::string const& one) {
    routes.add_unless_there(Route("GET", one + "/deletion", noun.access.remove, On::document, Cost::work,
                                  "Show what is deleted along with " + one_of(noun),
                                  [&noun](Call& call) {
                                      return answer_json(
                                          200, schema::to_json(operations::preview_deletion(
                                                   call.store(), call.caller, noun, space_of(call, noun), call.id())));
                                  })
                                .gives(schema::type_of<operations::DeletionPreview>()));
    routes.add_unless_there(Route(
        "DELETE", one, noun.access.remove, On::document, Cost::work, "Delete " + one_of(noun), [&noun](Call& call) {
            operations::remove(call.store(), call.caller, noun, space_of(call, noun), call.id(), call.if_match());
            return answer_json(200, "{}");
        }));
}

} // namespace

namespace {

// Names are trimmed when they are stored.
std::optional<std::string> trimmed(std::optional<std::string> name) {
    if (name) name = std::string(base::trim_spaces(*name));
    return name;
}

} // namespace

std::string collection_path(Call const& call, Noun const& noun) {
    auto space = noun.scope == domain::Scope::space ? call.space_id + "/" : std::string();
    return "/api/" + space + std::string(noun.route);
}

store::ListQuery list_query(Call const& call, Noun const& noun, std::vector<Filter> more) {
    store::ListQuery query;
    query.space_id = space_of(call, noun);
    query.name = trimmed(call.query.text("name"));
    query.partial_name = call.query.text("partialName");
    query.skip = call.query.skip();
    query.take = call.query.take();
    query.filters = std::move(more);
    if (call.query.has("ids")) query.filters.push_back({"Id", call.query.list("ids")});
    if (call.query.text("ids") == std::nullopt && call.query.has("ids"))
        query.filters.pop_back(); // an empty ids= is treated as missing
    add_filters(call, noun, query.filters);
    if (&noun == &domain::noun_of<domain::Team>()) widen(call, query);
    narrow(call, noun, query);
    return query;
}

net::Response answer_list(Call const& call, Noun const& noun, Crud const& crud, std::string const& path,
                          std::vector<Filter> more) {
    auto query = list_query(call, noun, std::move(more));
    if (crud.narrow) crud.narrow(call, query);
    return answer_documents(call, noun, query, {noun.name, path, std::string(noun.query)}, render_of(noun, crud));
}

net::Response answer_all(Call const& call, Noun const& noun, Crud const& crud, std::vector<Filter> more) {
    auto query = list_query(call, noun, std::move(more));
    if (crud.narrow) crud.narrow(call, query);
    return answer_all_documents(call, noun, std::move(query), render_of(noun, crud));
}

net::Response answer_stored(Call const& call, int status, Noun const& noun, Crud const& crud, Stored const& stored) {
    auto json = call.store().read([&](Session& session) { return render_of(noun, crud)(call, session, stored); });
    auto response = answer_json(status, with_member_warnings(std::move(json), noun, stored));
    response.headers.add("ETag", etag_of(stored));
    if (status == 201) response.headers.add("Location", self_path(noun, stored));
    return response;
}

Stored load_stored(Call const& call, Noun const& noun, std::string_view id) {
    if (call.located.noun == &noun && call.located.word == id) return call.located.stored;
    auto stored = call.store().read(
        [&](Session& session) { return store::find_document(session, noun, id, space_of(call, noun)); });
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

void add_crud(Routes& routes, Noun const& noun, Crud given) {
    auto crud = std::make_shared<Crud const>(std::move(given));
    std::string path(noun.route), one = path + "/{id}";
    auto const& access = noun.access;
    routes.add_unless_there(
        Route("GET", path, access.view, on_list(noun), Cost::work, "List " + all_of(noun), [&noun, crud](Call& call) {
            return answer_list(call, noun, *crud, collection_path(call, noun));
        }).gives_list(*noun.type));
    routes.add_unless_there(Route("GET", path + "/all", access.view, on_list(noun), Cost::work,
                                  "List all " + all_of(noun) + " as an array",
                                  [&noun, crud](Call& call) { return answer_all(call, noun, *crud); })
                                .gives_list(*noun.type));
    routes.add_unless_there(
        Route("GET", one, access.view, On::document, Cost::read, "Read " + one_of(noun), [&noun, crud](Call& call) {
            return answer_stored(call, 200, noun, *crud, load_stored(call, noun, call.id()));
        }).gives(*noun.type));
    if (noun.verbs.create)
        routes.add_unless_there(Route("POST", path, access.create, On::created, Cost::work, "Create " + one_of(noun),
                                      [&noun, crud](Call& call) {
                                          auto stored = operations::create(call.store(), call.caller, noun,
                                                                           space_of(call, noun), call.body());
                                          return answer_stored(call, 201, noun, *crud, stored);
                                      })
                                    .takes(*noun.type)
                                    .gives(*noun.type));
    if (noun.verbs.edit)
        routes.add_unless_there(Route("PUT", one, access.edit, On::document, Cost::work, "Replace " + one_of(noun),
                                      [&noun, crud](Call& call) {
                                          auto stored =
                                              operations::modify(call.store(), call.caller, noun, space_of(call, noun),
                                                                 call.id(), call.body(), call.if_match());
                                          if (crud->modified) crud->modified(call, stored);
                                          return answer_stored(call, 200, noun, *crud, stored);
                                      })
                                    .takes(*noun.type)
                                    .gives(*noun.type));
    if (noun.order == domain::Order::by_sort_order)
        routes.add_unless_there(Route("PUT", path + "/sortorder", access.edit, On::space, Cost::work,
                                      "Sort all " + all_of(noun),
                                      [&noun](Call& call) {
                                          operations::sort(call.store(), call.caller, noun, space_of(call, noun),
                                                           schema::read_as<std::vector<std::string>>(call.body()));
                                          return answer_json(200, "{}");
                                      })
                                    .takes_list());
    if (noun.verbs.remove) add_deletion(routes, noun, one);
}

} // namespace stepwell::api
