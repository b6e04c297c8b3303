#include "operations/documents.h"

#include "base/error.h"
#include "base/text.h"
#include "schema/difference.h"

#include <boost/json.hpp>

namespace stepwell::operations {

using base::Error;
using base::Json;
using base::Kind;
using store::Session;

namespace {

// Whether a body has a value for a member: null and "" are none.
bool brings(Json const& body, std::string_view member) {
    auto value = base::find_member(body, member);
    return value && !schema::is_not_given(*value);
}

// Others may change a document between our reading and our writing; so often we try again.
constexpr int max_attempts = 20;

// Of those that clients send: a certificate's Version, say, is that of its format.
std::int64_t* find_number(Noun const& noun, Document& object, std::string_view name) {
    auto field = noun.type->find(name);
    bool number = field && field->codec == &schema::codec_of<std::int64_t>() && !field->flags.has(schema::computed);
    if (!number) return nullptr;
    return static_cast<std::int64_t*>(field->in(&object));
}

void give_slug(Session& session, Noun const& noun, Document& object) {
    auto slug = schema::find_text(*noun.type, &object, "Slug");
    auto name = schema::find_text(*noun.type, &object, "Name");
    if (!slug || !name || !slug->empty()) return;
    auto wanted = base::slug_of(*name);
    *slug = wanted;
    auto is_taken = [&] {
        return domain::is_reserved_slug(*slug) ||
               store::find_document(session, noun, *slug, store::space_of(noun, object));
    };
    for (int n = 1; is_taken(); ++n) *slug = wanted + '-' + std::to_string(n);
}

// A slug of older days stays.
void refuse_reserved_slug(Noun const& noun, Document& next, Document* before) {
    auto slug = schema::find_text(*noun.type, &next, "Slug");
    if (!slug || !domain::is_reserved_slug(*slug)) return;
    if (!before || *schema::find_text(*noun.type, before, "Slug") != *slug)
        base::reject("Slug", "'" + *slug + "' is reserved");
}

void give_sort_order(Session& session, Noun const& noun, Document& object, Json const* body) {
    if (noun.order != domain::Order::by_sort_order || (body && brings(*body, "SortOrder"))) return;
    *find_number(noun, object, "SortOrder") = store::next_sort_order(session, noun, store::space_of(noun, object));
}

Stored reread(Store& store, Noun const& noun, std::string const& id) {
    auto stored = store.read([&](Session& session) { return store::find_document(session, noun, id, {}); });
    if (!stored) store::throw_not_found(id); // deleted again meanwhile
    return std::move(*stored);
}

Stored insert_prepared(Store& store, Caller const& caller, Noun const& noun, Document& object, Json const* body,
                       Extras const& extras) {
    refuse_reserved_slug(noun, object, nullptr);
    for (int tries = 1;; ++tries) {
        store.read([&](Session& session) {
            if (extras.settle) extras.settle(session, object, nullptr);
            give_slug(session, noun, object);
            give_sort_order(session, noun, object, body);
        });
        if (object.id.empty()) object.id = store.next_id(noun.prefix);
        auto draft = store::draft_of(store, caller.actor, noun, object);
        try {
            store.write([&](Transaction& transaction) {
                store::insert_document(transaction, draft);
                if (extras.also) extras.also(transaction, object);
            });
            return reread(store, noun, object.id);
        } catch (Error const& error) {
            // Another one took the slug we had made; a slug that was sent is the sender's problem.
            bool ours = !body || !brings(*body, "Slug");
            if (tries >= max_attempts || !ours || error.problems().size() != 1 || error.problems()[0].path != "Slug")
                throw;
            schema::find_text(*noun.type, &object, "Slug")->clear();
        }
    }
}

std::shared_ptr<Document> object_of(Noun const& noun, Stored const& stored) {
    auto object = noun.make();
    schema::read_stored(*noun.type, stored.json, object.get());
    object->id = stored.id;
    return object;
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

// By id, or by slug as well as any other reference.
bool names(Session& session, std::string_view sent, std::string const& id, std::string const& space_id) {
    if (base::equal_ignoring_case(sent, id)) return true;
    auto noun = domain::find_noun_of_id(id);
    auto named = noun ? store::find_document(session, *noun, sent, space_id) : std::nullopt;
    return named && base::equal_ignoring_case(named->id, id);
}

// A document stays with its owner: a body that names another one asks for a move that would not happen.
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
        if (text && !text->empty() && !names(session, *text, *owner, store::space_of(noun, before)))
            problems.push_back({std::string(field.name), "cannot be changed: it is '" + *owner + "'"});
        field.codec->read(Json(*owner), field.in(&next), reading, {});
    }
    base::reject_if_any(std::move(problems));
}

// Refuses a body made from an older version than the stored one; raises the version for the next.
void raise_version(Noun const& noun, Document& next, Document& before, Stored const& stored, Json const& body) {
    auto version = find_number(noun, next, "Version");
    if (!version) return;
    auto current = *find_number(noun, before, "Version");
    if (brings(body, "Version") && *version != current)
        throw Error(Kind::conflict,
                    fmt::format("{} '{}' was changed by {} in the meantime: you sent version {}, it is at version {}. "
                                "Members that differ: {}. Load it again and repeat your change.",
                                noun.name, stored.id, before.last_modified_by.value_or("somebody else"), *version,
                                current, changed_members(base::to_text(body), stored.json)));
    *version = current + 1;
}

Stored load_stored(Session& session, Noun const& noun, std::string_view id, std::string const& space_id) {
    auto stored = store::find_document(session, noun, id, space_id);
    if (!stored) store::throw_not_found(id);
    return std::move(*stored);
}

// Reads, lets `edit` make the next object of the present one, writes; again when somebody else was faster.
Stored replace(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
               std::function<std::shared_ptr<Document>(Session&, Stored const&)> const& edit,
               std::function<void(Transaction&, Document const&)> const& also) {
    for (int tries = 1; tries <= max_attempts; ++tries) {
        Stored before;
        std::shared_ptr<Document> next;
        store.read([&](Session& session) {
            before = load_stored(session, noun, id, space_id);
            next = edit(session, before);
        });
        auto draft = store::draft_of(store, caller.actor, noun, *next, before.json);
        bool written = false;
        store.write([&](Transaction& transaction) {
            written = store::update_document(transaction, draft, before);
            if (written && also) also(transaction, *next);
        });
        if (written) return reread(store, noun, before.id);
    }
    throw Error(Kind::conflict, std::string(id) + " is being changed by others all the time. Try again.");
}

} // namespace

Stored create(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, Json const& body,
              Extras const& extras) {
    auto object = noun.make();
    schema::read_sent(*noun.type, body, object.get());
    store::set_space(noun, *object, space_id);
    return insert_prepared(store, caller, noun, *object, &body, extras);
}

Stored insert(Store& store, Caller const& caller, Noun const& noun, Document& object, Extras const& extras) {
    return insert_prepared(store, caller, noun, object, nullptr, extras);
}

Stored modify(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              Json const& body, std::optional<std::int64_t> if_match, Extras const& extras) {
    auto edit = [&](Session& session, Stored const& stored) {
        if (if_match && *if_match != stored.version)
            throw Error(Kind::conflict, fmt::format("{} was changed in the meantime: its ETag is \"{}\" now.",
                                                    stored.id, stored.version));
        auto before = object_of(noun, stored);
        auto next = noun.make();
        schema::read_retained(*noun.type, base::parse_json(stored.json), next.get());
        schema::read_sent(*noun.type, body, next.get());
        next->id = stored.id;
        stay_with_owner(session, noun, *next, *before, body);
        refuse_reserved_slug(noun, *next, before.get());
        raise_version(noun, *next, *before, stored, body);
        if (extras.settle) extras.settle(session, *next, before.get());
        return next;
    };
    return replace(store, caller, noun, space_id, id, edit, extras.also);
}

Stored change(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              std::function<void(Session&, Document&)> const& edit) {
    auto edited = [&](Session& session, Stored const& stored) {
        auto object = object_of(noun, stored);
        edit(session, *object);
        return object;
    };
    return replace(store, caller, noun, space_id, id, edited, {});
}

void remove(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
            std::function<void(Session&, Stored const&)> const& allow) {
    store.write([&](Transaction& transaction) {
        auto stored = load_stored(transaction.session, noun, id, space_id);
        if (allow) allow(transaction.session, stored);
        store::delete_document(transaction, caller.actor, noun, stored);
    });
}

} // namespace stepwell::operations
