#include "api/openapi_document.h"

#include "api/link_tables.h"
#include "base/text.h"
#include "domain/nouns.h"
#include "schema/openapi.h"

#include <set>

namespace stepwell::api {

using base::JsonWriter;

namespace {

constexpr std::string_view about =
    "Stepwell is a server for self-service runbooks: people run approved scripts without access to the servers. Its "
    "API is compatible with that of Octopus Deploy. It is an independent implementation, not affiliated with Octopus "
    "Deploy.\n\nPaths of resources in a space are listed here as /api/x, which addresses the default space. To address "
    "another space, use /api/{spaceId}/x or /api/spaces/{spaceIdOrSlug}/x. Names of members, query parameters and path "
    "segments are case-insensitive. Lists in a query may be repeated or separated by commas.\n\nIn a body, null means "
    "that a value is not given, and the default applies. For a number, a time, an id or one of several words, an empty "
    "string means the same. A request for a feature that this server does not support yet is answered with 404 and a "
    "message that names the feature.";

// Schemas in addition to those of the described types.
constexpr std::string_view page_schema =
    R"({"type":"object","required":["ItemType","TotalResults","ItemsPerPage","Items","Links"],"properties":{)"
    R"("ItemType":{"type":"string"},"TotalResults":{"type":"integer","format":"int64"},)"
    R"("ItemsPerPage":{"type":"integer","format":"int64"},"NumberOfPages":{"type":"integer","format":"int64"},)"
    R"("LastPageNumber":{"type":"integer","format":"int64"},"IsStale":{"type":"boolean"},)"
    R"("Items":{"type":"array","items":{}},)"
    R"("Links":{"type":"object","additionalProperties":{"type":"string"}}}})";
constexpr std::string_view error_schema =
    R"({"type":"object","required":["ErrorMessage"],"properties":{"ErrorMessage":{"type":"string"},)"
    R"("Errors":{"type":"array","items":{"type":"string"},"description":"All problems of the body and the query."},)"
    R"("Details":{"type":"object"},"HelpText":{"type":"string","nullable":true},)"
    R"("HelpLink":{"type":"string","nullable":true},"ParsedHelpLinks":{"type":"array","items":{"type":"string"}},)"
    R"("FullException":{"type":"string","nullable":true}}})";
constexpr std::string_view skip_parameter = R"({"name":"skip","in":"query","description":"Number of results to skip.",)"
                                            R"("schema":{"type":"integer","minimum":0,"default":0}})";
constexpr std::string_view take_parameter = R"({"name":"take","in":"query","description":"Maximum number of results.",)"
                                            R"("schema":{"type":"integer","minimum":0,"default":30}})";
constexpr std::string_view ids_parameter =
    R"({"name":"ids","in":"query","description":"Ids of the results. Unknown ids are ignored.","explode":false,)"
    R"("schema":{"type":"array","items":{"type":"string"}}})";
constexpr std::string_view name_parameter =
    R"({"name":"partialName","in":"query","description":"Text contained in the name.",)"
    R"("schema":{"type":"string"}})";
constexpr std::string_view responses =
    R"({"Error":{"description":"Description of the error: 400 for invalid input, 401 and 403 for missing rights, 404 )"
    R"(for a missing resource, 409 for a conflicting change.","content":{"application/json":{"schema":)"
    R"({"$ref":"#/components/schemas/Error"}}}}})";
constexpr std::string_view security_schemes =
    R"({"ApiKey":{"type":"apiKey","in":"header","name":"X-Octopus-ApiKey"},"Session":{"type":"apiKey","in":"cookie",)"
    R"("name":"OctopusIdentificationToken_InstallationId","description":"InstallationId is the value that GET /api )"
    R"(returns. All methods except GET require the header X-Octopus-Csrf-Token, with the value of the cookie )"
    R"(Octopus-Csrf-Token_InstallationId."}})";

// Returns the full path of a route.
std::string address_of(Route const& route) {
    if (route.path == "~space") return "/api/{spaceId}";
    if (route.path == "~") return "/";
    if (route.path.starts_with("~/")) return route.path.substr(1);
    return route.path.empty() ? "/api" : "/api/" + route.path;
}

std::vector<std::string> parameters_of(std::string const& address) {
    std::vector<std::string> names;
    for (auto segment : base::split(address, '/'))
        if (segment.starts_with('{')) names.emplace_back(segment.substr(1, segment.size() - 2));
    return names;
}

// Paths that differ only in the names of their parameters have the same shape.
std::string shape_of(std::string const& address) {
    std::string shape;
    for (auto segment : base::split(address, '/'))
        shape += segment.starts_with('{') ? "/{}" : "/" + base::to_lower(segment);
    return shape;
}

void write_reference(JsonWriter& to, std::string_view name) {
    to.begin_object().member("$ref", "#/components/schemas/" + std::string(name)).end_object();
}

bool is_array(Route const& route) { return route.array; }

void write_array(JsonWriter& to, Route const& route) {
    to.begin_object().member("type", "array").key("items");
    write_reference(to, route.answer->name);
    to.end_object();
}

void write_answer_schema(JsonWriter& to, Route const& route) {
    if (is_array(route)) return write_array(to, route);
    if (!route.many) return write_reference(to, route.answer->name);
    to.begin_object().key("allOf").begin_array();
    write_reference(to, "Page");
    to.begin_object().key("properties").begin_object().key("Items");
    write_array(to, route);
    to.end_object().end_object().end_array().end_object();
}

// Returns the names of the query parameters of a list: those of the noun, or the standard ones if the row lists
// something else.
std::vector<std::string> query_of(Route const& route) {
    if (!route.many) return {};
    auto const path =
        std::string_view(route.path).substr(0, route.path.size() - (route.path.ends_with("/all") ? 4 : 0));
    auto const noun = domain::find_noun_of_route(base::split(path, '/').back());
    bool const is_of_noun = noun && noun->type == route.answer;
    std::vector<std::string> names;
    for (auto name : base::split(is_of_noun ? noun->query : "skip,take,ids,partialName", ','))
        if (!route.array || (name != "skip" && name != "take")) names.emplace_back(name);
    return names;
}

// Writes the parameters that have no description of their own above.
void write_plain_parameters(JsonWriter& to) {
    std::set<std::string, std::less<>> names;
    for (auto noun : domain::all_nouns())
        for (auto name : base::split(noun->query, ',')) names.emplace(name);
    for (auto name : {"skip", "take", "ids", "partialName"}) names.erase(name);
    for (auto const& name : names)
        to.key(name)
            .begin_object()
            .member("name", name)
            .member("in", "query")
            .key("schema")
            .raw(R"({"type":"string"})")
            .end_object();
}

void write_parameters(JsonWriter& to, Route const& route, std::vector<std::string> const& in_path) {
    to.key("parameters").begin_array();
    for (auto const& name : in_path)
        to.begin_object()
            .member("name", name)
            .member("in", "path")
            .member("required", true)
            .key("schema")
            .raw(R"({"type":"string"})")
            .end_object();
    for (auto const& name : query_of(route))
        to.begin_object().member("$ref", "#/components/parameters/" + name).end_object();
    to.end_array();
}

void write_responses(JsonWriter& to, Route const& route) {
    to.key("responses").begin_object();
    to.key(route.method == "POST" ? "2XX" : "200").begin_object().member("description", route.summary);
    if (route.answer) {
        to.key("content").begin_object().key("application/json").begin_object().key("schema");
        write_answer_schema(to, route);
        to.end_object().end_object();
    }
    to.end_object();
    to.key("default").raw(R"({"$ref":"#/components/responses/Error"})").end_object();
}

// Returns the first word of the path, by which tools group operations.
std::string tag_of(Route const& route) {
    auto first = base::split(route.path, '/').front();
    return first.empty() || first.starts_with('~') ? "server" : std::string(first);
}

// Returns a unique name such as get_environments_id.
std::string operation_id(Route const& route) {
    std::string id = base::to_lower(route.method);
    for (char c : "_" + address_of(route)) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain)
            id += c;
        else if (id.back() != '_')
            id += '_';
    }
    while (id.ends_with('_')) id.pop_back();
    return id;
}

void write_operation(JsonWriter& to, Route const& route, std::vector<std::string> const& in_path) {
    to.key(base::to_lower(route.method)).begin_object();
    to.member("operationId", operation_id(route)).member("summary", route.summary);
    to.key("tags").begin_array().text(tag_of(route)).end_array();
    to.member("x-permission", domain::facts_of(route.permission).name);
    if (route.permission == Permission::anyone) to.key("security").raw("[]");
    write_parameters(to, route, in_path);
    if (route.body) {
        to.key("requestBody").begin_object().member("required", true);
        to.key("content").begin_object().key("application/json").begin_object().key("schema");
        write_reference(to, route.body->name);
        to.key("example");
        schema::write_example(*route.body, schema::Origin::client, to);
        to.end_object().end_object().end_object();
    }
    write_responses(to, route);
    to.end_object();
}

void write_paths(JsonWriter& to, Routes const& routes) {
    std::map<std::string, std::vector<Route const*>> by_shape;
    for (auto const& route : routes.all()) by_shape[shape_of(address_of(*route))].push_back(route.get());
    to.key("paths").begin_object();
    for (auto const& [shape, here] : by_shape) {
        auto address = address_of(*here.front());
        to.key(address).begin_object();
        for (auto route : here) write_operation(to, *route, parameters_of(address));
        to.end_object();
    }
    to.end_object();
}

void write_components(JsonWriter& to, Routes const& routes) {
    std::map<std::string_view, schema::Type const*> types;
    for (auto const& route : routes.all()) {
        if (route->body) schema::collect(*route->body, types);
        if (route->answer) schema::collect(*route->answer, types);
    }
    to.key("components").begin_object().key("schemas").begin_object();
    schema::write_value_schemas(to);
    to.key("Page").raw(page_schema).key("Error").raw(error_schema);
    for (auto const& [name, type] : types) {
        to.key(name);
        schema::write_schema(*type, to);
    }
    to.end_object().key("parameters").begin_object();
    to.key("skip").raw(skip_parameter).key("take").raw(take_parameter);
    to.key("ids").raw(ids_parameter).key("partialName").raw(name_parameter);
    write_plain_parameters(to);
    to.end_object().key("responses").raw(responses);
    to.key("securitySchemes").raw(security_schemes).end_object();
}

} // namespace

std::string openapi_document(Routes const& routes) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("openapi", "3.0.3");
    to.key("info").begin_object().member("title", "Stepwell").member("version", reported_version);
    to.member("description", about).end_object();
    to.key("servers").raw(R"([{"url":"/"}])");
    to.key("security").raw(R"([{"ApiKey":[]},{"Session":[]}])");
    write_paths(to, routes);
    write_components(to, routes);
    to.end_object();
    return json;
}

} // namespace stepwell::api
