// Documents below projects/{project}/…
#pragma once
#include "api/crud.h"
#include "domain/nouns.h"

namespace stepwell::api {

// Id of the project that the path names by id or slug; 404 when there is none.
std::string project_in_path(Call const& call);
// A document by id or slug; 404 when it belongs to another project than the one of the path, if it names one.
store::Stored load_here(Call const& call, domain::Noun const& noun, std::string_view id);
// The body, with ProjectId taken from the path if it names a project.
base::Json body_here(Call& call);
// Where the collection of a noun is: of the project of the path, or of the space.
std::string path_here(Call const& call, domain::Noun const& noun);
// As a filter; none when the path names no project.
std::vector<store::Filter> filter_here(Call const& call);

template <domain::Resource T> T parse_here(Call const& call, std::string_view id) {
    return store::parse<T>(load_here(call, domain::noun_of<T>(), id));
}

// Adds a row twice: for the space, and below projects/{project}/.
void add_both(Routes& routes, Route route);

} // namespace stepwell::api
