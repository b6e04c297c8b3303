#include "store/draft.h"

#include "base/error.h"
#include "base/fold.h"
#include "schema/item_path.h"
#include "store/document_row.h"
#include "store/secrets.h"

namespace stepwell::store {

namespace {

class Collector final : public schema::Walker {
public:
    Collector(base::KeyRing const& key, Draft& draft) : key_(key), draft_(draft) {}

    void reference(std::string_view prefix, std::string const& id, std::string const& path) override {
        if (base::equal_folded(id.substr(0, id.find('-')), prefix))
            draft_.references.emplace_back(id, path);
        else
            problems_.push_back({path, "there is no '" + id + "'"});
    }
    void secret(schema::Secret& secret, std::string const& path) override {
        if (!secret.has_value) return;
        SealedSecret sealed{path, {}};
        if (secret.new_value) sealed.sealed = seal_secret(key_, draft_.id, path, *secret.new_value);
        secret.new_value.reset();
        draft_.secrets.push_back(std::move(sealed));
    }

    // Throws Error{invalid} that names all ids of another type of document.
    void reject_wrong_ids() {
        schema::show_positions(draft_.json, problems_);
        base::reject_if_any(std::move(problems_));
    }

private:
    base::Problems problems_;
    base::KeyRing const& key_;
    Draft& draft_;
};

} // namespace

std::string space_of(domain::Noun const& noun, domain::Document const& object) {
    if (noun.scope == domain::Scope::system) return {};
    return static_cast<domain::SpaceDocument const&>(object).space_id;
}

void set_space(domain::Noun const& noun, domain::Document& object, std::string space_id) {
    if (noun.scope == domain::Scope::space) static_cast<domain::SpaceDocument&>(object).space_id = std::move(space_id);
}

std::string title_of(domain::Noun const& noun, domain::Document& object) {
    for (auto member : {"Name", "Username"})
        if (auto text = schema::find_text(*noun.type, &object, member); text && !text->empty()) return *text;
    return object.id;
}

Draft draft_of(Store const& store, domain::Actor const& actor, domain::Noun const& noun, domain::Document& object,
               std::string const& before) {
    object.last_modified_on = store.clock().now();
    object.last_modified_by = actor.username;
    Draft draft{&noun, object.id, space_of(noun, object), title_of(noun, object), {}, {}, {}, {}, {}, {}};
    Collector collector(store.key(), draft);
    schema::walk(*noun.type, &object, "", collector);
    schema::JsonWriter to(draft.json);
    schema::write(*noun.type, &object, to);
    collector.reject_wrong_ids();
    fill_columns(draft, &object);
    draft.event = document_event(actor, *object.last_modified_on, draft, before);
    return draft;
}

} // namespace stepwell::store
