// Copies of documents for another owner, with new ids for their parts and with secrets ready to be sealed again.
#pragma once
#include "base/fold.h"
#include "domain/nouns.h"
#include "store/store.h"

namespace stepwell::operations {

// A map from old ids to new ones, ignoring case. An id that was not added is unchanged.
class Renaming {
public:
    void add(std::string_view from, std::string to) { ids_.insert_or_assign(std::string(from), std::move(to)); }
    std::string of(std::string const& id) const;

private:
    base::MapFolded<std::string> ids_;
};

// Sets each secret of the object to its stored plain text. A secret that is not stored becomes "no value".
void reveal_secrets(store::Session& session, base::KeyRing const& key, domain::Noun const& noun,
                    domain::Document& object);

// Gives new ids to steps and actions. Slugs are unchanged.
void renew(std::vector<domain::Step>& steps, Renaming& renaming);
// Gives new ids to variables. Ids in scopes are replaced by `renaming`.
void renew(std::vector<domain::Variable>& variables, Renaming const& renaming);

// Returns the body for a clone of `stored`: the stored document, with each member of the body that is not null
// replacing the stored one. Members that must differ, such as the slug, come only from the body.
base::Json laid_over(std::string const& stored, base::Json const& body);

} // namespace stepwell::operations
