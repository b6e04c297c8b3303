#include "operations/documents.h"

#include "base/error.h"
#include "base/text.h"
#include "operations/loose_references.h"
#include "operations/rules.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using base::Error;
using base::Json;
using base::Kind;
using store::Session;

namespace {

// Returns true if a body has a value for a member. null and "" are not values.
bool brings(Json const& body, std::string_view member) {
    auto value = base::find_member(body, member);
    return value && !schema::is_not_given(*value);
}

// Finds a number that clients may send; null if the noun has none. The Version of a certificate, for example, is
// computed.
std::int64_t* find_number(Noun const& noun, Document& object, std::string_view name) {
    auto field = noun.type->find(name);
    bool number = field && field->codec == &schema::codec_of<std::int64_t>() && !field->flags.has(schema::computed);
    if (!number) return nullptr;
    return static_cast<std::int64_t*>(field->in(&object));
}

// A stale ETag fails every build of the change: nothing is changed or deleted that the caller has not seen.
void check_etag(Stored const& stored, std::optional<std::int64_t> if_match) {
    if (if_match && *if_match != stored.version)
        throw Error(Kind::conflict, fmt::format("The resource '{}' was changed after you read it. Its current ETag is "
                                                "\"{}\". Read it again and repeat your change.",
                                                stored.id, stored.version));
}

// Returns true if it has chosen a slug.
bool choose_slug(Session& session, Noun const& noun, Document& object) {
    auto slug = schema::find_text(*noun.type, &object, "Slug");
    auto name = schema::find_text(*noun.type, &object, "Name");
    if (!slug || !name || !slug->empty()) return false;
    auto wanted = base::slug_of(*name);
    *slug = wanted;
    auto is_taken = [&] {
        return domain::is_reserved_slug(*slug) ||
               !store::find_candidates(session, noun, *slug, store::space_of(noun, object)).empty();
    };
    for (int n = 1; is_taken(); ++n) *slug = wanted + '-' + std::to_string(n);
    return true;
}

// An existing reserved slug may remain.
void refuse_reserved_slug(Noun const& noun, Document& next, Document* before) {
    auto slug = schema::find_text(*noun.type, &next, "Slug");
    if (!slug || !domain::is_reserved_slug(*slug)) return;
    if (!before || *schema::find_text(*noun.type, before, "Slug") != *slug)
        base::reject("Slug", "'" + *slug + "' is reserved");
}

std::optional<std::int64_t> choose_sort_order(Session& session, Noun const& noun, Document& object) {
    if (noun.order != domain::Order::by_sort_order) return std::nullopt;
    auto const next = store::next_sort_order(session, noun, store::space_of(noun, object));
    return *find_number(noun, object, "SortOrder") = next;
}

void insert_new(ChangeContext const& context, Noun const& noun, Document& object, bool has_sort_order, Change& change) {
    ChosenValues chosen;
    chosen.slug = choose_slug(context.session, noun, object);
    if (!has_sort_order) chosen.sort_order = choose_sort_order(context.session, noun, object);
    if (object.id.empty()) object.id = context.store.next_id(noun.prefix);
    change.insert(store::draft_of(context.store, context.caller.actor, noun, object), chosen);
}

void settle(ChangeContext const& context, Noun const& noun, Document& next, Document const* before, Change& rest) {
    if (auto const apply = rules_of(noun).settle) apply(context, next, before, rest);
}

Change new_document(ChangeContext const& context, Noun const& noun, Document& object, bool has_sort_order) {
    refuse_reserved_slug(noun, object, nullptr);
    Change change, rest;
    settle(context, noun, object, nullptr, rest);
    insert_new(context, noun, object, has_sort_order, change);
    change.add(std::move(rest));
    return change;
}

std::string changed_members(std::string const& mine, std::string const& theirs) {
    std::vector<std::string> names;
    auto sent = base::parse_json(mine), stored = base::parse_json(theirs);
    for (auto const& member : stored.as_object()) {
        auto other = base::find_member(sent, member.key());
        if (other && *other != member.value()) names.emplace_back(member.key());
    }
    return base::join(names, ", ");
}

// Documents cannot be moved, so a body that names another owner is rejected.
void stay_with_owner(Session& session, Noun const& noun, Document& next, Document const& before, Json const& body) {
    base::Problems problems, none;
    schema::Reading reading{schema::Origin::store, none};
    for (auto const& field : noun.type->fields) {
        if (!field.flags.has(schema::owner)) continue;
        auto column = field.codec->column(field.in(&before));
        auto owner = std::get_if<std::string>(&column);
        if (!owner) continue;
        auto sent = base::find_member(body, field.name);
        auto text = sent ? sent->if_string() : nullptr;
        if (text && !text->empty() && !refers_to(session, *text, *owner, store::space_of(noun, before)))
            problems.push_back({std::string(field.name), "cannot be changed from '" + *owner + "'"});
        field.codec->read(Json(*owner), field.in(&next), reading, {});
    }
    base::reject_if_any(std::move(problems));
}

// Throws Error{conflict} if the body was made from an older version than the stored one. Increments the version.
void raise_version(Noun const& noun, Document& next, Document& before, Stored const& stored, Json const& body) {
    auto version = find_number(noun, next, "Version");
    if (!version) return;
    auto current = *find_number(noun, before, "Version");
    if (brings(body, "Version") && *version != current)
        throw Error(Kind::conflict,
                    fmt::format("The {} '{}' was changed by {} after you read it. You sent version {}, but the current "
                                "version is {}. Different members: {}. Read it again and repeat your change.",
                                noun.name, stored.id, before.last_modified_by.value_or("another user"), *version,
                                current, changed_members(base::to_text(body), stored.json)));
    *version = current + 1;
}

} // namespace

bool refers_to(Session& session, std::string_view word, std::string const& id, std::string const& space_id) {
    if (base::equal_ignoring_case(word, id)) return true;
    auto const noun = domain::find_noun_of_id(id);
    if (!noun) return false;
    auto const named = store::find_candidates(session, *noun, word, space_id);
    return named.size() == 1 && base::equal_ignoring_case(named.front().id, id);
}

Stored load_referenced(Session& session, Noun const& noun, std::string const& word, std::string const& space_id,
                       std::string const& path) {
    auto found = store::find_candidates(session, noun, word, space_id);
    if (found.empty()) base::reject(path, "there is no " + domain::words_of(noun) + " '" + word + "'");
    if (found.size() > 1) base::reject(path, store::ambiguity_of(word, found));
    return std::move(found.front());
}

Stored load_stored(Session& session, Noun const& noun, std::string_view id, std::string const& space_id) {
    auto stored = store::find_document(session, noun, id, space_id);
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

Change creation_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, Json const& body) {
    auto object = noun.make();
    schema::read_sent(*noun.type, body, object.get());
    store::set_space(noun, *object, space_id);
    check_loose_references(context.session, noun, space_id, *object, nullptr);
    return new_document(context, noun, *object, brings(body, "SortOrder"));
}

Change insertion_of(ChangeContext const& context, Noun const& noun, Document& object) {
    return new_document(context, noun, object, false);
}

void add_new(ChangeContext const& context, Noun const& noun, Document& object, Change& change) {
    refuse_reserved_slug(noun, object, nullptr);
    insert_new(context, noun, object, false, change);
}

Modified read_modified(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       Json const& body, std::optional<std::int64_t> if_match) {
    auto stored = load_stored(context.session, noun, id, space_id);
    check_etag(stored, if_match);
    auto before = store::parse(noun, stored);
    auto next = noun.make();
    schema::read_retained(*noun.type, base::parse_json(stored.json), next.get());
    schema::read_sent(*noun.type, body, next.get());
    next->id = stored.id;
    stay_with_owner(context.session, noun, *next, *before, body);
    refuse_reserved_slug(noun, *next, before.get());
    check_loose_references(context.session, noun, space_id, *next, before.get());
    raise_version(noun, *next, *before, stored, body);
    return {std::move(stored), std::move(before), std::move(next)};
}

void add_update(ChangeContext const& context, Noun const& noun, Document& next, Stored const& before, Change& change) {
    change.update(store::draft_of(context.store, context.caller.actor, noun, next, before.json), before);
}

Change modification_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       Json const& body, std::optional<std::int64_t> if_match) {
    auto const [stored, before, next] = read_modified(context, noun, space_id, id, body, if_match);
    Change change, rest;
    settle(context, noun, *next, before.get(), rest);
    add_update(context, noun, *next, stored, change);
    change.add(std::move(rest));
    return change;
}

Change deletion_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                   std::optional<std::int64_t> if_match) {
    auto const stored = load_stored(context.session, noun, id, space_id);
    check_etag(stored, if_match);
    Change change;
    if (auto const check = rules_of(noun).check_deletion) check(context, stored, change);
    change.remove(context, noun, stored);
    return change;
}

Stored create(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, Json const& body) {
    return commit_document(
        store, [&](Session& session) { return creation_of({store, session, caller}, noun, space_id, body); });
}

Stored modify(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              Json const& body, std::optional<std::int64_t> if_match) {
    return commit_document(store, [&](Session& session) {
        return modification_of({store, session, caller}, noun, space_id, id, body, if_match);
    });
}

DeletionPreview preview_deletion(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
                                 std::string_view id) {
    return store.read_at_once([&](Session& session) -> DeletionPreview {
        auto const stored = load_stored(session, noun, id, space_id);
        try {
            Change unused;
            if (auto const check = rules_of(noun).check_deletion) check({store, session, caller}, stored, unused);
            return {store::prepare_deletion(session, caller.actor, store.clock().now(), noun, stored).rest, {}};
        } catch (Error const& error) {
            if (error.kind() != Kind::invalid || error.problems().empty()) throw;
            return {{}, base::to_text(error.problems().front())};
        }
    });
}

void remove(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
            std::optional<std::int64_t> if_match) {
    commit(store,
           [&](Session& session) { return deletion_of({store, session, caller}, noun, space_id, id, if_match); });
}

} // namespace stepwell::operations
