#include "operations/save_certificate.h"

#include "base/error.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/certificate.h"
#include "operations/copies.h"
#include "store/secrets.h"

namespace stepwell::operations {

using base::Json;
using domain::Certificate;
using schema::Secret;
using store::Session;

namespace {

Noun const& noun() { return domain::noun_of<Certificate>(); }

// Opens the file if it or its password was sent. Keeps members that were not sent: a certificate always has its file,
// and the file always has its password.
void take_file(Store const& store, Session& session, Certificate& next, Certificate const* before) {
    for (auto secret : {&next.data, &next.password})
        if (secret->new_value && secret->new_value->empty()) *secret = {}; // means no value
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

Secret secret_of(std::string text) { return {true, std::move(text)}; }

// Returns the draft of the former certificate, under an id of its own.
store::Draft former_draft(ChangeContext const& context, Certificate former) {
    reveal_secrets(context.session, context.store.key(), noun(), former);
    former.replaced_by = former.id;
    former.id = context.store.next_id(noun().prefix);
    former.archived = context.store.clock().now();
    return store::draft_of(context.store, context.caller.actor, former);
}

Change replacement_of(ChangeContext const& context, std::string const& space_id, std::string_view id,
                      CertificateReplacement const& sent) {
    auto const stored = load_stored(context.session, noun(), id, space_id);
    if (!sent.data.new_value) base::reject("CertificateData", "is required");
    auto const before = store::parse<Certificate>(stored);
    if (before.archived) base::reject("", "An archived certificate cannot be replaced. Unarchive it first.");
    auto next = before;
    next.data = sent.data;
    next.password = sent.password.new_value ? sent.password : Secret();
    take_file(context.store, context.session, next, &before);
    Change change;
    add_update(context, noun(), next, stored, change);
    change.insert(former_draft(context, before));
    return change;
}

bool refers_to(domain::Variable const& variable, std::string_view id) {
    return variable.type == "Certificate" && variable.value.text && base::equal_ignoring_case(*variable.value.text, id);
}

} // namespace

void settle_certificate(ChangeContext const& context, Document& next, Document const* before, Change&) {
    take_file(context.store, context.session, static_cast<Certificate&>(next), static_cast<Certificate const*>(before));
}

Stored generate_certificate(Store& store, Caller const& caller, std::string const& space_id, Json const& body) {
    auto wanted = schema::read_as<CertificateToGenerate>(body);
    auto made = base::make_self_signed({wanted.common_name, wanted.organization, wanted.hosts, wanted.days},
                                       store.clock().now());
    auto password = base::random_letters(20);
    auto const data = secret_of(base::to_base64(base::to_pkcs12(made, wanted.name, password)));
    Certificate certificate;
    certificate.data = data; // the only source of this required member
    schema::read_sent(*noun().type, body, &certificate);
    certificate.space_id = space_id;
    certificate.data = data;
    certificate.password = secret_of(std::move(password));
    return insert(store, caller, certificate);
}

Stored replace_certificate(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                           Json const& body) {
    auto const sent = schema::read_as<CertificateReplacement>(body);
    return commit_document(
        store, [&](Session& session) { return replacement_of({store, session, caller}, space_id, id, sent); });
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
        // most documents are not parsed
        if (!base::contains_ignoring_case(stored.json, '"' + certificate.id + '"')) continue;
        auto set = store::parse<domain::VariableSet>(stored);
        if (std::ranges::any_of(set.variables, [&](auto const& each) { return refers_to(each, certificate.id); }))
            users.push_back(set.owner_id);
    }
    return users;
}

void check_certificate_deletion(ChangeContext const& context, Stored const& certificate, Change& first) {
    auto users = users_of_certificate(context.session, certificate);
    if (!users.empty())
        base::reject("", "The certificate cannot be deleted because it is used by variables of " +
                             base::join(users, ", ") + ".");
    first.expect_no_other(context, domain::noun_of<domain::VariableSet>(), certificate.space_id);
}

} // namespace stepwell::operations
