#include "api/access.h"
#include "api/long_list.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "store/events.h"

#include <boost/json.hpp>

namespace stepwell::api {

using store::Session;

namespace {

std::string event_json(store::StoredEvent const& event, bool without_difference) {
    auto id = "Events-" + std::to_string(event.number);
    auto body = event.body;
    if (without_difference) {
        auto parsed = base::parse_json(body);
        parsed.as_object()["ChangeDetails"] = {{"DocumentContext", nullptr}, {"Differences", boost::json::array()}};
        body = base::to_text(parsed);
    }
    return "{\"Id\":\"" + id + "\"," + body.substr(1, body.size() - 2) + ",\"Links\":{\"Self\":\"/api/events/" + id +
           "\"}}";
}

std::optional<base::Time> time_asked(Call const& call, char const* name) {
    auto text = call.query.text(name);
    if (!text) return std::nullopt;
    auto time = base::parse_time(*text);
    if (!time) base::reject(name, "must be a time such as 2024-08-02T05:07:42Z");
    return time;
}

store::EventQuery event_query(Call const& call) {
    store::EventQuery query;
    query.spaces = call.query.list("spaces");
    if (query.spaces.size() == 1 && base::equal_ignoring_case(query.spaces[0], "all"))
        query.spaces.clear();
    else if (query.spaces.empty())
        query.spaces = {call.space_id};
    query.include_system = call.query.boolean("includeSystem").value_or(!call.space_given);
    query.categories = call.query.list("eventCategories");
    query.users = call.query.list("users");
    if (auto user = call.query.text("user")) query.users.push_back(*user);
    query.document_types = call.query.list("documentTypes");
    query.ids = call.query.list("ids");
    query.regarding = call.query.list("regarding");
    query.regarding_any = call.query.list("regardingAny");
    for (auto name : {"projects", "environments", "tenants", "projectGroups"})
        for (auto& id : call.query.list(name)) query.regarding.push_back(std::move(id));
    query.from = time_asked(call, "from");
    query.to = time_asked(call, "to");
    query.from_number = call.query.number("fromAutoId");
    query.to_number = call.query.number("toAutoId");
    query.skip = call.query.skip();
    query.take = call.query.take();
    narrow(call, query);
    return query;
}

// Returns a quoted field that spreadsheets do not treat as a formula.
std::string csv_field(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) text.insert(0, "'");
    return '"' + base::replace_all(std::move(text), "\"", "\"\"") + '"';
}

std::string csv_line(store::StoredEvent const& event) {
    auto body = base::parse_json(event.body);
    auto csv = "Events-" + std::to_string(event.number);
    for (auto member : {"Occurred", "Category", "Username", "IdentityEstablishedWith", "Message"}) {
        auto value = base::find_member(body, member);
        csv += ',' + csv_field(value && value->is_string() ? std::string(value->get_string()) : "");
    }
    return csv += "\r\n";
}

// Returns the events of a page, each one formatted by `make`.
LongList list_of_events(Call const& call, store::EventQuery const& query, std::int64_t& total,
                        std::function<std::string(store::StoredEvent const&)> make) {
    LongList list;
    auto found = call.store().read([&](Session& session) { return store::list_event_numbers(session, query); });
    total = found.total;
    list.numbers = std::move(found.numbers);
    list.item = [make = std::move(make)](Session& session, std::int64_t sequence) -> std::optional<std::string> {
        auto event = store::find_event(session, sequence);
        return event ? std::optional(make(*event)) : std::nullopt;
    };
    return list;
}

net::Response as_csv(Call const& call) {
    std::int64_t total = 0;
    auto list = list_of_events(call, event_query(call), total, csv_line);
    list.head = "Id,Occurred,Category,Username,IdentityEstablishedWith,Message\r\n";
    list.separator.clear();
    auto response = answer_long(call.store(), std::move(list));
    response.content_type = "text/csv; charset=utf-8";
    response.headers.add("Content-Disposition", "attachment; filename=\"events.csv\"");
    return response;
}

constexpr char const* event_filters =
    "skip,regarding,regardingAny,user,users,projects,projectGroups,environments,eventGroups,eventCategories,"
    "eventAgents,tags,tenants,from,to,"
    "internal,fromAutoId,toAutoId,documentTypes,asCsv,take,ids,spaces,includeSystem,excludeDifference";

net::Response list_events(Call& call) {
    if (call.query.boolean("asCsv").value_or(false)) return as_csv(call);
    bool without = call.query.boolean("excludeDifference").value_or(false);
    std::int64_t total = 0;
    auto list = list_of_events(call, event_query(call), total,
                               [without](store::StoredEvent const& event) { return event_json(event, without); });
    auto envelope = envelope_of(call, "Event", "/api/events", event_filters, total);
    list.head = std::move(envelope.head);
    list.tail = std::move(envelope.tail);
    return answer_long(call.store(), std::move(list));
}

net::Response list_all_events(Call& call) {
    auto query = event_query(call);
    query.skip = 0;
    query.take = store::everything;
    std::int64_t total = 0;
    auto list =
        list_of_events(call, query, total, [](store::StoredEvent const& event) { return event_json(event, false); });
    list.head = "[";
    list.tail = "]";
    return answer_long(call.store(), std::move(list));
}

net::Response read_event(Call& call) {
    store::EventQuery query;
    query.ids = {call.id()};
    narrow(call, query);
    auto listed = call.store().read([&](Session& session) { return store::list_events(session, query); });
    bool same = !listed.items.empty() &&
                base::equal_ignoring_case(call.id(), "Events-" + std::to_string(listed.items[0].number));
    if (!same) store::throw_not_found(call.id());
    return answer_json(200, event_json(listed.items[0], false));
}

struct Named {
    std::string_view id, name;
};

std::string named_json(std::span<Named const> all) {
    std::string json;
    base::JsonWriter to(json);
    to.begin_array();
    for (auto const& each : all)
        to.begin_object().member("Id", each.id).member("Name", each.name).key("Links").raw("{}").end_object();
    to.end_array();
    return json;
}

constexpr Named categories[] = {
    {"Created", "Document created"},
    {"Modified", "Document modified"},
    {"Deleted", "Document deleted"},
    {"RunbookRunQueued", "Runbook run queued"},
    {"RunbookRunStarted", "Runbook run started"},
    {"RunbookRunSucceeded", "Runbook run succeeded"},
    {"RunbookRunFailed", "Runbook run failed"},
    {"TaskCancelRequested", "Task cancellation requested"},
    {"TaskCanceled", "Task canceled"},
    {"TaskStateChanged", "Task state changed by a user"},
    {"CertificatePrivateKeyExported", "Private key of a certificate exported"},
    {"KeyRotationStarted", "Key rotation started"},
    {"KeyRotationFinished", "Key rotation finished"},
    {"LoginSucceeded", "Login succeeded"},
    {"LoginFailed", "Login failed"},
};
constexpr Named agents[] = {{"Octopus Server", "Octopus Server"},
                            {"Octopus CLI", "Octopus CLI"},
                            {"Octopus.Client", "Octopus.Client"},
                            {"Terraform", "Terraform"},
                            {"Web Portal", "Web Portal"}};

net::Response groups(Call&) {
    return answer_json(
        200,
        R"([{"Id":"Document","Name":"Document events","EventCategories":["Created","Modified","Deleted"],"Links":{}},)"
        R"({"Id":"RunbookRun","Name":"Runbook run events","EventCategories":["RunbookRunQueued","RunbookRunStarted",)"
        R"("RunbookRunSucceeded","RunbookRunFailed","TaskCanceled"],"Links":{}}])");
}

net::Response document_types(Call&) {
    std::string json;
    base::JsonWriter to(json);
    to.begin_array();
    for (auto noun : domain::all_nouns())
        to.begin_object().member("Id", noun->prefix).member("Name", noun->name).end_object();
    to.end_array();
    return answer_json(200, json);
}

} // namespace

void add_event_routes(Routes& routes) {
    auto view = Permission::event_view;
    routes.add(Route("GET", "events", view, On::any_space, Cost::work, "List audit events, newest first", list_events));
    routes.add(Route("GET", "events/all", view, On::any_space, Cost::work, "List all audit events as an array",
                     list_all_events));
    routes.add(Route("GET", "events/categories", view, On::any_space, Cost::read, "List categories of events",
                     [](Call&) { return answer_json(200, named_json(categories)); }));
    routes.add(Route("GET", "events/agents", view, On::any_space, Cost::read, "List programs that cause events",
                     [](Call&) { return answer_json(200, named_json(agents)); }));
    routes.add(
        Route("GET", "events/groups", view, On::any_space, Cost::read, "List groups of event categories", groups));
    routes.add(Route("GET", "events/documenttypes", view, On::any_space, Cost::read, "List document types of events",
                     document_types));
    routes.add(Route("GET", "events/archives", view, On::any_space, Cost::read, "List files of archived events",
                     [](Call& call) { return answer_json(200, empty_page(call, "ArchivedEventFile")); }));
    routes.add(Route("GET", "events/{id}", view, On::any_space, Cost::read, "Read an event", read_event));
}

} // namespace stepwell::api
