// Routes for documents under projects/{project}/.
#pragma once
#include "api/crud.h"
#include "domain/nouns.h"

namespace stepwell::api {

// Returns the id of the project that the path names by id or slug. Throws Error{not_found} if there is none.
std::string project_in_path(Call const& call);
// Returns a document by id or slug, or by name if its noun has no slug. Throws Error{not_found} if the path names a
// project and the document belongs to another one.
store::Stored load_here(Call const& call, domain::Noun const& noun, std::string_view id);
// Returns the body. If the path names a project, replaces ProjectId with it, as Octopus does.
base::Json body_here(Call& call);
// Returns the path of a noun's collection: in the project of the path if it names one, else in the space.
std::string path_here(Call const& call, domain::Noun const& noun);
// Returns a filter for the project of the path; empty if the path does not name one.
std::vector<store::Filter> filter_here(Call const& call);

template <domain::Resource T> T parse_here(Call const& call, std::string_view id) {
    return store::parse<T>(load_here(call, domain::noun_of<T>(), id));
}

// Adds a row twice: for the space and under projects/{project}/.
void add_both(Routes& routes, Route route);

} // namespace stepwell::api
