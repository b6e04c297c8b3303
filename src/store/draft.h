// A document on its way into the store: all bytes, columns, references and sealed secrets prepared, outside the writer.
#pragma once
#include "domain/noun.h"
#include "store/events.h"

namespace stepwell::store {

struct SealedSecret {
    std::string path;
    std::string sealed; // empty: keep what is stored under this path
};

struct Draft {
    domain::Noun const* noun;
    std::string id, space_id, title; // title: what people call it
    std::string json;
    std::string link_values;                                     // domain::link_values_of
    std::vector<std::pair<std::string, schema::Column>> columns; // text folded
    std::vector<std::pair<std::string, std::string>> references; // id, path
    std::vector<SealedSecret> secrets;
    PreparedEvent event;
};

// Stamps who and when, and prepares. The object must have its id. `before` is the JSON it replaces; empty: it is new.
Draft draft_of(Store const& store, domain::Actor const& actor, domain::Noun const& noun, domain::Document& object,
               std::string const& before = {});
template <domain::Resource T>
Draft draft_of(Store const& store, domain::Actor const& actor, T& object, std::string const& before = {}) {
    return draft_of(store, actor, domain::noun_of<T>(), object, before);
}

// "space_id" of a document; empty for those above spaces.
std::string space_of(domain::Noun const& noun, domain::Document const& object);
void set_space(domain::Noun const& noun, domain::Document& object, std::string space_id);
// Its name, or whatever else people know it by.
std::string title_of(domain::Noun const& noun, domain::Document& object);

} // namespace stepwell::store
