// A document that is ready to be stored. Text, columns, references and sealed secrets are prepared outside the writer
// thread.
#pragma once
#include "domain/noun.h"
#include "store/events.h"

namespace stepwell::store {

struct SealedSecret {
    std::string path;
    std::string sealed; // empty: keep the stored value at this path
};

struct Draft {
    domain::Noun const* noun;
    std::string id, space_id, title; // title: display name
    std::string json;
    std::string link_values;                                     // from domain::link_values_of
    std::vector<std::pair<std::string, schema::Column>> columns; // text is folded
    std::vector<std::pair<std::string, std::string>> references; // id, path
    std::vector<SealedSecret> secrets;
    PreparedEvent event;
};

// Sets author and time of the change and prepares the draft. The object must have its id. `before` is the JSON of the
// replaced document; empty for a new one.
Draft draft_of(Store const& store, domain::Actor const& actor, domain::Noun const& noun, domain::Document& object,
               std::string const& before = {});
template <domain::Resource T>
Draft draft_of(Store const& store, domain::Actor const& actor, T& object, std::string const& before = {}) {
    return draft_of(store, actor, domain::noun_of<T>(), object, before);
}

// Returns the id of the document's space; empty for a document outside any space.
std::string space_of(domain::Noun const& noun, domain::Document const& object);
void set_space(domain::Noun const& noun, domain::Document& object, std::string space_id);
// Returns the name of the document, or its equivalent if it has none.
std::string title_of(domain::Noun const& noun, domain::Document& object);

} // namespace stepwell::store
