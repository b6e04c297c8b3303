#include "operations/save_certificate.h"

#include "base/error.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/certificate.h"
#include "operations/copies.h"
#include "store/secrets.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using base::Json;
using domain::Certificate;
using schema::Secret;
using store::Session;

namespace {

Noun const& noun() { return domain::noun_of<Certificate>(); }

// The file is opened whenever it, or its password, was sent. What was not sent stays: a certificate is never without
// its file, nor the file without what opens it.
void take_file(Store const& store, Session& session, Certificate& next, Certificate const* before) {
    for (auto secret : {&next.data, &next.password})
        if (secret->new_value && secret->new_value->empty()) *secret = {}; // none is meant
    if (!before && !next.data.has_value) base::reject("CertificateData", "is required");
    if (before && !next.data.new_value) {
        next.data.has_value = true;
        if (!next.password.new_value) next.password = before->password;
    }
    if (!next.data.new_value && !next.password.new_value) return;
    auto plain = [&](Secret const& secret, std::string const& path) -> std::string {
        if (secret.new_value) return *secret.new_value;
        if (!secret.has_value || !before) return {};
        return store::reveal_current(session, store.key(), before->id, path).value_or("");
    };
    domain::set_details(
        next, domain::open_certificate(plain(next.data, "CertificateData"), plain(next.password, "Password")));
}

Extras taking_file(Store const& store) {
    Extras extras;
    extras.settle = [&store](Session& session, Document& next, Document const* before) {
        take_file(store, session, static_cast<Certificate&>(next), static_cast<Certificate const*>(before));
    };
    return extras;
}

void set_member(Json& object, std::string_view name, Json value) {
    base::erase_member(object, name); // in whatever case
    object.as_object()[name] = std::move(value);
}

Json sensitive(std::optional<std::string> const& text) {
    return boost::json::object{{"HasValue", text.has_value()}, {"NewValue", text ? Json(*text) : Json()}};
}

// What a certificate was before it is replaced, on its way to an id of its own.
store::Draft former_draft(Store& store, Caller const& caller, Session& session, Certificate former) {
    reveal_secrets(session, store.key(), noun(), former);
    former.replaced_by = former.id;
    former.id = store.next_id(noun().prefix);
    former.archived = store.clock().now();
    return store::draft_of(store, caller.actor, former);
}

Stored load_stored(Store& store, std::string const& space_id, std::string_view id) {
    auto stored = store.read([&](Session& session) { return store::find_document(session, noun(), id, space_id); });
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

bool refers_to(domain::Variable const& variable, std::string_view id) {
    return variable.type == "Certificate" && variable.value.text && base::equal_ignoring_case(*variable.value.text, id);
}

} // namespace

Stored create_certificate(Store& store, Caller const& caller, std::string const& space_id, Json const& body) {
    return create(store, caller, noun(), space_id, body, taking_file(store));
}

Stored modify_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                          Json const& body, std::optional<std::int64_t> if_match) {
    return modify(store, caller, noun(), space_id, id, body, if_match, taking_file(store));
}

Stored generate_certificate(Store& store, Caller const& caller, std::string const& space_id, Json const& body) {
    auto wanted = schema::read_as<CertificateToGenerate>(body);
    auto made = base::make_self_signed({wanted.common_name, wanted.organization, wanted.hosts, wanted.days},
                                       store.clock().now());
    auto password = base::random_letters(20);
    auto whole = body;
    set_member(whole, "CertificateData", sensitive(base::to_base64(base::to_pkcs12(made, wanted.name, password))));
    set_member(whole, "Password", sensitive(password));
    return create_certificate(store, caller, space_id, whole);
}

Stored replace_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           Json const& body) {
    auto sent = schema::read_as<CertificateReplacement>(body);
    auto stored = load_stored(store, space_id, id);
    if (!sent.data.new_value) base::reject("CertificateData", "is required");
    if (store::parse<Certificate>(stored).archived)
        base::reject("", "An archived certificate cannot be replaced. Unarchive it first.");
    auto whole = base::parse_json(stored.json);
    set_member(whole, "CertificateData", sensitive(sent.data.new_value));
    set_member(whole, "Password", sensitive(sent.password.new_value));
    std::optional<store::Draft> former;
    auto extras = taking_file(store);
    extras.settle = [&, take = extras.settle](Session& session, Document& next, Document const* before) {
        take(session, next, before);
        former = former_draft(store, caller, session, static_cast<Certificate const&>(*before));
    };
    extras.also = [&](Transaction& transaction, Document const&) { store::insert_document(transaction, *former); };
    return modify(store, caller, noun(), space_id, stored.id, whole, stored.version, extras);
}

Stored archive_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           bool archived) {
    auto now = store.clock().now();
    return change<Certificate>(store, caller, space_id, id, [&](Certificate& certificate) {
        certificate.archived = archived ? std::optional(certificate.archived.value_or(now)) : std::nullopt;
    });
}

std::vector<std::string> users_of_certificate(Session& session, Stored const& certificate) {
    store::ListQuery all;
    all.space_id = certificate.space_id;
    all.take = store::everything;
    std::vector<std::string> users;
    for (auto const& stored : store::list_documents(session, domain::noun_of<domain::VariableSet>(), all).items) {
        if (!base::contains_ignoring_case(stored.json, '"' + certificate.id + '"')) continue; // most: not parsed
        auto set = store::parse<domain::VariableSet>(stored);
        if (std::ranges::any_of(set.variables, [&](auto const& each) { return refers_to(each, certificate.id); }))
            users.push_back(set.owner_id);
    }
    return users;
}

void allow_delete_certificate(Session& session, Stored const& certificate) {
    auto users = users_of_certificate(session, certificate);
    if (users.empty()) return;
    base::reject("", "This cannot be deleted, it is used by variables of " + base::join(users, ", ") + ".");
}

} // namespace stepwell::operations
