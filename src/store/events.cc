#include "store/events.h"

#include "base/crypto.h"
#include "base/fold.h"
#include "base/text.h"
#include "domain/nouns.h"
#include "schema/difference.h"
#include "schema/item_path.h"
#include "store/draft.h"
#include "store/marks.h"
#include "store/page.h"

#include <boost/json.hpp>
#include <list>

namespace stepwell::store {

using base::JsonWriter;

namespace {

constexpr std::int64_t first_chain = 1; // of the only node

void maybe(JsonWriter& to, std::string_view name, std::string const& value) {
    to.key(name);
    if (value.empty())
        to.null();
    else
        to.text(value);
}

std::string body_of(domain::Actor const& actor, Time occurred, domain::Event const& event) {
    std::string body;
    JsonWriter to(body);
    to.begin_object().member("Category", event.category);
    to.member("UserId", actor.user_id).member("Username", actor.username).member("IsService", actor.is_service);
    to.member("IdentityEstablishedWith", actor.established_with).member("UserAgent", actor.user_agent);
    maybe(to, "IpAddress", actor.ip_address);
    to.member("Occurred", base::to_text(occurred))
        .member("Message", event.message)
        .member("MessageHtml", domain::message_html(event));
    to.key("MessageReferences").begin_array();
    for (auto const& reference : event.references)
        to.begin_object()
            .member("ReferencedDocumentId", reference.document_id)
            .member("StartIndex", std::int64_t(reference.start))
            .member("Length", std::int64_t(reference.length))
            .end_object();
    to.end_array().key("Comments").null();
    maybe(to, "Details", event.details);
    to.key("ChangeDetails")
        .begin_object()
        .key("DocumentContext")
        .raw(event.document)
        .key("Differences")
        .raw(event.difference)
        .end_object();
    to.key("RelatedDocumentIds").begin_array();
    for (auto const& id : event.related) to.text(id);
    to.end_array();
    maybe(to, "SpaceId", event.space_id);
    to.end_object();
    return body;
}

// An event can be found by the document and by the documents it refers to, such as project and environment.
void relate_references(domain::EventText& text, Draft const& draft) {
    for (auto const& [id, path] : draft.references)
        if (path.find('[') == std::string::npos) text.relate(id);
}

} // namespace

std::string difference_of(std::string const& before, std::string const& after) {
    std::string out;
    JsonWriter to(out);
    auto old = base::parse_json(before), now = base::parse_json(after);
    for (auto stamp : {"LastModifiedOn", "LastModifiedBy"}) {
        old.as_object().erase(stamp);
        now.as_object().erase(stamp);
    }
    schema::write_difference(old, now, to);
    return out;
}

PreparedEvent prepare_event(domain::Actor const& actor, Time occurred, domain::Event const& event) {
    auto body = body_of(actor, occurred, event);
    auto digest = base::sha256(body);
    return {event.category, actor.user_id, event.space_id, occurred, event.related, std::move(body), std::move(digest)};
}

namespace {

// Returns the paths of replaced sensitive values. Documents do not contain them, so they are not in the difference.
std::string new_secrets(Draft const& draft) {
    constexpr std::size_t max_shown = 5;
    std::vector<std::string> paths;
    for (auto const& secret : draft.secrets)
        if (!secret.sealed.empty()) paths.push_back(secret.path);
    if (paths.empty()) return {};
    auto const more = paths.size() > max_shown ? paths.size() - max_shown : 0;
    paths.resize(paths.size() - more);
    auto const document = base::parse_json(draft.json);
    for (auto& path : paths) path = schema::path_by_name(document, path);
    auto const rest = more > 0 ? " and " + std::to_string(more) + " more" : std::string();
    return ", with a new sensitive value of " + base::join(paths, ", ") + rest;
}

} // namespace

PreparedEvent document_event(domain::Actor const& actor, Time occurred, Draft const& draft, std::string const& before) {
    std::string category = before.empty() ? "Created" : "Modified";
    domain::EventText text(category, draft.space_id);
    text.say(std::string(draft.noun->name) + " ").name(draft.id, draft.title).say(" was " + base::to_lower(category));
    if (!before.empty()) text.say(new_secrets(draft));
    relate_references(text, draft);
    auto event = text.done();
    if (before.empty())
        event.document = draft.json;
    else
        event.difference = difference_of(before, draft.json);
    return prepare_event(actor, occurred, event);
}

PreparedEvent deletion_event(domain::Actor const& actor, Time occurred, std::string_view noun, std::string const& id,
                             std::string const& space_id, std::string const& json, std::string_view rest) {
    std::string shown = id;
    if (!json.empty()) {
        auto document = base::parse_json(json);
        for (auto member : {"Username", "Name"})
            if (auto name = base::find_member(document, member); name && name->is_string())
                shown = std::string(name->get_string());
    }
    domain::EventText text("Deleted", space_id);
    text.say(std::string(noun) + " ").name(id, shown).say(" was deleted").say(rest);
    return prepare_event(actor, occurred, text.done());
}

std::string chain_hash(std::string_view previous, std::int64_t sequence, std::string_view digest) {
    std::string input(previous);
    for (int shift = 56; shift >= 0; shift -= 8) input += char(std::uint64_t(sequence) >> shift & 0xff);
    return base::sha256(input.append(digest));
}

void append_event(Transaction& transaction, PreparedEvent const& event) {
    auto& head = transaction.head;
    auto sequence = head.sequence + 1;
    auto hash = chain_hash(head.hash, sequence, event.digest);
    auto const number = transaction.session.integer(
        "insert into event(chain, sequence, occurred, category, user_id, space_id, body, digest, hash) "
        "values(?, ?, ?, ?, ?, ?, ?, ?, ?) returning number",
        first_chain, sequence, event.occurred.time_since_epoch().count(), event.category, event.user_id,
        event.space_id.empty() ? Value{} : Value{std::string_view(event.space_id)}, event.body, Bytes{event.digest},
        Bytes{hash});
    for (auto const& id : event.related)
        transaction.session.exec("insert into event_document(document_key, event) values(?, ?) on conflict do nothing",
                                 base::fold(id), number);
    head = {sequence, std::move(hash)};
}

namespace {

class EventCondition {
public:
    explicit EventCondition(EventQuery const& query) {
        add_spaces(query);
        any_of("category", keep(query.categories));
        any_of("user_id", keep(query.users));
        for (auto const& id : query.ids) ids_.push_back(base::number_of(id));
        if (!query.ids.empty()) sql += " and number in (" + marks(ids_, values) + ")";
        for (auto const& id : query.regarding) regarding(keep({id}));
        if (!query.regarding_any.empty()) regarding(keep(query.regarding_any));
        for (auto const& type : query.document_types) patterns_.push_back(starting(base::fold(type) + "-"));
        if (!patterns_.empty()) document_types();
        if (query.from) number("occurred >= ?", query.from->time_since_epoch().count());
        if (query.to) number("occurred <= ?", query.to->time_since_epoch().count());
        if (query.from_number) number("number >= ?", *query.from_number);
        if (query.to_number) number("number <= ?", *query.to_number);
        if (query.visible) add_parts(*query.visible);
    }
    std::string sql = " from event where 1=1";
    std::vector<Value> values;

private:
    void add_spaces(EventQuery const& query) {
        if (query.spaces.empty()) {
            if (!query.include_system) sql += " and space_id is not null";
            return;
        }
        sql += " and (space_id in (" + marks(query.spaces, values) + ")" +
               (query.include_system ? " or space_id is null)" : ")");
    }
    void add_parts(std::vector<EventPart> const& parts) {
        sql += " and (1=0";
        for (auto const& part : parts) {
            sql += part.space_id.empty() ? " or (space_id is null" : " or (space_id = ?";
            if (!part.space_id.empty()) values.emplace_back(std::string_view(part.space_id));
            for (auto const& ids : part.regarding) regarding(keep(ids));
            sql += ")";
        }
        sql += ")";
    }
    // Keeps folded texts for values to point to.
    std::vector<std::string> const& keep(std::vector<std::string> texts) {
        return texts_.emplace_back(base::fold_all(std::move(texts)));
    }
    void any_of(std::string const& column, std::vector<std::string> const& texts) {
        if (!texts.empty()) sql += " and lower(" + column + ") in (" + marks(texts, values) + ")";
    }
    void regarding(std::vector<std::string> const& ids) {
        sql += " and number in (select event from event_document where document_key in (" + marks(ids, values) + "))";
    }
    void document_types() {
        sql += " and exists(select 1 from event_document d where d.event = event.number and (";
        for (auto const& pattern : patterns_) {
            sql += (&pattern == patterns_.data() ? "d.document_key" : " or d.document_key") + std::string(like);
            values.emplace_back(std::string_view(pattern));
        }
        sql += "))";
    }
    void number(std::string const& test, std::int64_t value) {
        sql += " and " + test;
        values.emplace_back(value);
    }
    std::vector<std::int64_t> ids_;
    std::vector<std::string> patterns_;
    std::list<std::vector<std::string>> texts_;
};

} // namespace

namespace {

constexpr char const* event_columns = "number, coalesce(space_id, ''), body";

StoredEvent event_from(Row const& row) { return {row.integer(0), row.string(1), row.string(2)}; }

// Calls `use` with each row of a page, newest first. Returns the number of rows on all pages.
std::int64_t list_event_rows(Session& session, EventQuery const& query, std::string const& columns,
                             std::function<void(Row const&)> const& use) {
    EventCondition where(query);
    return read_page(session, {columns, where.sql, where.values, "number desc", {}, query.skip, query.take}, use);
}

} // namespace

ListedEvents list_events(Session& session, EventQuery const& query) {
    ListedEvents listed;
    listed.total = list_event_rows(session, query, event_columns,
                                   [&](Row const& row) { listed.items.push_back(event_from(row)); });
    return listed;
}

ListedNumbers list_event_numbers(Session& session, EventQuery const& query) {
    ListedNumbers listed;
    listed.total =
        list_event_rows(session, query, "number", [&](Row const& row) { listed.numbers.push_back(row.integer(0)); });
    return listed;
}

std::optional<StoredEvent> find_event(Session& session, std::int64_t number) {
    std::optional<StoredEvent> found;
    session.each(
        "select " + std::string(event_columns) + " from event where number = ?",
        [&](Row const& row) { found = event_from(row); }, number);
    return found;
}

namespace {

// Returns true if the search columns of an event match its body.
bool is_found_as_told(Row const& row) {
    auto body = base::parse_json(row.text(1));
    auto told = [&](char const* name) {
        auto value = base::find_member(body, name);
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    return told("Occurred") == base::to_text(Time(base::Duration(row.integer(4)))) && told("Category") == row.text(5) &&
           told("UserId") == row.text(6) && told("SpaceId") == row.text(7);
}

} // namespace

std::optional<BrokenChain> verify_events(Session& session, ChainHead& head, std::int64_t limit) {
    std::optional<BrokenChain> broken;
    constexpr auto next = "select sequence, body, digest, hash, occurred, category, user_id, coalesce(space_id, '') "
                          "from event where chain = ? and sequence > ? order by sequence limit ?";
    session.each(
        next,
        [&](Row const& row) {
            if (broken) return;
            auto sequence = row.integer(0);
            auto digest = base::sha256(row.text(1));
            auto hash = chain_hash(head.hash, sequence, digest);
            if (sequence != head.sequence + 1)
                broken = {head.sequence + 1, "is missing"};
            else if (digest != row.text(2))
                broken = {sequence, "does not match its digest"};
            else if (hash != row.text(3))
                broken = {sequence, "does not match the chain"};
            else if (!is_found_as_told(row))
                broken = {sequence, "is listed as something else than it tells"};
            else
                head = {sequence, std::move(hash)};
        },
        first_chain, head.sequence, limit);
    return broken;
}

ChainHead find_chain_head(Session& session) {
    ChainHead head;
    session.each(
        "select sequence, hash from event where chain = ? order by sequence desc limit 1",
        [&](Row const& row) { head = {row.integer(0), row.string(1)}; }, first_chain);
    return head;
}

std::optional<BrokenChain> verify_events(Session& session) {
    ChainHead head;
    return verify_events(session, head, std::numeric_limits<std::int64_t>::max());
}

} // namespace stepwell::store
