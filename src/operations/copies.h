// Copies of documents under another owner: fresh ids inside, secrets ready to be sealed anew.
#pragma once
#include "base/text.h"
#include "domain/nouns.h"
#include "store/store.h"

namespace stepwell::operations {

// Old id → new id, without case; an id nobody renamed stays.
class Renaming {
public:
    void add(std::string_view from, std::string to) { ids_.insert_or_assign(std::string(from), std::move(to)); }
    std::string of(std::string const& id) const;

private:
    base::MapIgnoringCase<std::string> ids_;
};

// Puts the plain text of each stored secret into the object. What has none stored becomes "no value".
void reveal_secrets(store::Session& session, base::KeyRing const& key, domain::Noun const& noun,
                    domain::Document& object);

// Fresh ids for steps and actions; slugs stay.
void renew(std::vector<domain::Step>& steps, Renaming& renaming);
// Fresh ids for variables; scopes follow everything renamed so far.
void renew(std::vector<domain::Variable>& variables, Renaming const& renaming);

// What a client sent to clone `stored`: its document, with every member of the body that is not null laid over it.
// Members that must differ, such as the slug, come from the body alone.
base::Json laid_over(std::string const& stored, base::Json const& body);

} // namespace stepwell::operations
