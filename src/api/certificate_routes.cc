#include "api/access.h"
#include "api/crud.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "operations/export_certificate.h"
#include "operations/save_certificate.h"
#include "operations/server_certificate.h"
#include "store/tables.h"

namespace stepwell::api {

using domain::Certificate;
using operations::CertificateConfiguration;
using store::Session;
using store::Stored;

namespace {

domain::Noun const& noun() { return domain::noun_of<Certificate>(); }

// Computes IsExpired at the time of reading.
std::string render(Call const& call, Session&, Stored const& stored) {
    auto certificate = store::parse<Certificate>(stored);
    certificate.is_expired = certificate.not_after < call.store().clock().now();
    auto told = stored;
    told.json = schema::to_json(certificate);
    return with_links(noun(), told);
}

// Returns the member by which the list is to be sorted.
std::string order_asked(std::string const& member) {
    std::vector<std::string> known;
    for (auto const& field : noun().type->fields) {
        if (!field.flags.has(schema::indexed)) continue;
        if (base::equal_ignoring_case(field.name, member)) return std::string(field.name);
        known.emplace_back(field.name);
    }
    base::reject("orderBy", "must be one of " + base::join(known, ", "));
}

void narrow(Call const& call, store::ListQuery& query) {
    if (!call.query.boolean("archived").value_or(false)) query.empty_member = "Archived";
    query.order_member = order_asked(call.query.text("orderBy").value_or("Name"));
    query.first_id = call.query.text("firstResult").value_or("");
    auto search = call.query.text("search");
    if (!search) return;
    query.partial_name = search;
    query.searched = {"Name", "Thumbprint", "SubjectCommonName"};
}

Crud const& crud() {
    static Crud const made = [] {
        Crud crud;
        crud.render = render;
        crud.narrow = narrow;
        return crud;
    }();
    return made;
}

net::Response generate(Call& call) {
    auto stored = operations::generate_certificate(call.store(), call.caller, call.space_id, call.body());
    return answer_stored(call, 201, noun(), crud(), stored);
}

net::Response replace(Call& call) {
    auto stored = operations::replace_certificate(call.store(), call.caller, call.space_id, call.id(), call.body());
    return answer_stored(call, 200, noun(), crud(), stored);
}

template <bool archived> net::Response archive(Call& call) {
    auto stored = operations::archive_certificate(call.store(), call.caller, call.space_id, call.id(), archived);
    return answer_stored(call, 200, noun(), crud(), stored);
}

template <class E> E one_of(Call const& call, std::string_view name, E otherwise) {
    auto asked = call.query.text(name);
    if (!asked) return otherwise;
    auto const& names = names_of(E{});
    for (std::size_t i = 0; i < names.size(); ++i)
        if (base::equal_ignoring_case(*asked, names[i])) return E(i);
    std::vector<std::string> known(names.begin(), names.end());
    base::reject(std::string(name), "must be one of " + base::join(known, ", "));
}

net::Response answer_file(operations::ExportedFile file) {
    net::Response response;
    response.content_type = file.content_type;
    response.body = std::move(file.bytes);
    response.headers.add("Content-Disposition", "attachment; filename=\"" + file.name + "\"");
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response export_file(Call& call) {
    operations::ExportWish wish;
    wish.format = one_of(call, "format", wish.format);
    wish.parts = one_of(call, "pemOptions", wish.parts);
    wish.private_key = call.query.boolean("includePrivateKey").value_or(false);
    wish.password = call.query.text("password").value_or("");
    auto stored = load_stored(call, noun(), call.id());
    return answer_file(operations::export_certificate(call.store(), call.caller, stored, wish));
}

// Returns the documents of one kind that use a certificate and that the caller may see.
std::string users_of_kind(Call const& call, Session& session, domain::Noun const& kind,
                          std::vector<std::string> const& ids) {
    std::vector<std::string> items;
    for (auto const& id : ids)
        if (domain::find_noun_of_id(id) == &kind)
            if (auto stored = store::find_document(session, kind, id, {});
                stored && is_visible(call, session, kind, *stored))
                items.push_back(with_links(kind, *stored));
    return list_of(items);
}

net::Response usages(Call& call) {
    auto stored = load_stored(call, noun(), call.id());
    std::string json;
    base::JsonWriter to(json);
    call.store().read_at_once([&](Session& session) {
        auto users = operations::users_of_certificate(session, stored);
        to.begin_object().member("Id", stored.id).key("DeploymentTargetUsages").raw("[]");
        to.key("LibraryVariableSetUsages")
            .raw(users_of_kind(call, session, domain::noun_of<domain::LibraryVariableSet>(), users));
        to.key("ProjectUsages").raw(users_of_kind(call, session, domain::noun_of<domain::Project>(), users));
        to.key("TenantUsages").raw("[]").key("Links").begin_object();
        to.member("Self", self_path(noun(), stored) + "/usages").end_object().end_object();
        return 0;
    });
    return answer_json(200, json);
}

void add_verbs(Routes& routes) {
    auto edit = noun().access.edit;
    auto add = [&](char const* path, Permission permission, char const* summary, Handle handle) -> Route {
        return {"POST",           path,
                permission,       std::string_view(path).find('{') == std::string_view::npos ? On::space : On::document,
                Cost::work,       summary,
                std::move(handle)};
    };
    routes.add(add("certificates/generate", noun().access.create, "Create a self-signed certificate", generate)
                   .takes(schema::type_of<operations::CertificateToGenerate>())
                   .gives(*noun().type));
    routes.add(
        add("certificates/{id}/replace", edit, "Replace the file of a certificate and keep the old version", replace)
            .takes(schema::type_of<operations::CertificateReplacement>())
            .gives(*noun().type));
    for (std::string version : {"", "/v1"}) {
        routes.add(add(("certificates/{id}/archive" + version).c_str(), edit, "Archive a certificate", archive<true>)
                       .gives(*noun().type));
        routes.add(
            add(("certificates/{id}/unarchive" + version).c_str(), edit, "Unarchive a certificate", archive<false>)
                .gives(*noun().type));
    }
}

// --- the certificate of the server ---------------------------------------------------------------------------------

std::string own_certificate(Call const& call) {
    std::string self = "/api/configuration/certificates/" + std::string(CertificateConfiguration::only_id), links;
    base::JsonWriter(links).begin_object().member("Self", self).member("PublicCer", self + "/public-cer").end_object();
    return with_members(schema::to_json(operations::describe_server_certificate(call.store())), "\"Links\":" + links);
}

void require_own(Call const& call) {
    if (!base::equal_ignoring_case(call.id(), CertificateConfiguration::only_id)) store::throw_not_found(call.id());
}

void add_own_certificate(Routes& routes) {
    auto const& type = schema::type_of<CertificateConfiguration>();
    auto add = [&](char const* path, char const* summary, Handle handle) -> Route {
        return {"GET", path, Permission::configure_server, On::server, Cost::work, summary, std::move(handle)};
    };
    routes.add(add("certificates/certificate-global", "Read the certificate of the server", [](Call& call) {
                   return answer_json(200, own_certificate(call));
               }).gives(type));
    routes.add(add("configuration/certificates", "List certificates of the server", [](Call& call) {
                   std::vector<std::string> items;
                   if (call.query.skip() == 0 && call.query.take() > 0) items.push_back(own_certificate(call));
                   return answer_json(200, page_of(call, CertificateConfiguration::type_name,
                                                   "/api/configuration/certificates", "skip,take,ids,partialName", 1,
                                                   items));
               }).gives_list(type));
    routes.add(add("configuration/certificates/all", "List all certificates of the server as an array", [](Call& call) {
                   return answer_json(200, list_of({own_certificate(call)}));
               }).gives_list(type));
    routes.add(add("configuration/certificates/{id}", "Read a certificate of the server", [](Call& call) {
                   require_own(call);
                   return answer_json(200, own_certificate(call));
               }).gives(type));
    routes.add(add("configuration/certificates/{id}/public-cer", "Download a certificate of the server as a DER file",
                   [](Call& call) {
                       require_own(call);
                       return answer_file({operations::server_certificate(call.store()).certificate,
                                           "application/pkix-cert", "stepwell.cer"});
                   }));
}

} // namespace

void add_certificate_routes(Routes& routes) {
    auto const& access = noun().access;
    add_verbs(routes);
    routes.add(Route("GET", "certificates/{id}/export", access.view, On::document, Cost::work,
                     "Download a certificate; the private key requires an additional permission", export_file));
    routes.add(Route("GET", "certificates/{id}/usages", access.view, On::document, Cost::work,
                     "List projects and library variable sets that use a certificate", usages));
    add_own_certificate(routes);
    add_crud(routes, noun(), crud());
}

} // namespace stepwell::api
