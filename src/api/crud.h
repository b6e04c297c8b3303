// List, read, create, change and delete for any noun. What a noun does beyond that is said in Crud.
#pragma once
#include "api/render.h"
#include "api/routes.h"
#include "operations/documents.h"

namespace stepwell::api {

struct Crud {
    // How a stored document is answered; the plain way splices in its links.
    std::function<std::string(Call const&, store::Session&, store::Stored const&)> render;
    std::function<void(Call const&, store::ListQuery&)> narrow;      // further filters of its lists
    std::function<void(Call const&, store::Stored const&)> modified; // behind the commit
};

// Adds the usual rows that are not there yet: rows that do more come first. With a route that puts documents into an
// order, where they have a SortOrder. Nouns that need nothing else get theirs without a call (all_routes.cc).
void add_crud(Routes& routes, domain::Noun const& noun, Crud crud = {});
template <domain::Resource T> void add_crud(Routes& routes, Crud crud = {}) {
    add_crud(routes, domain::noun_of<T>(), std::move(crud));
}

// For routes beside: the same list, narrowed by `more` filters and to what the caller may see; the same answers.
std::string collection_path(Call const& call, domain::Noun const& noun);
store::ListQuery list_query(Call const& call, domain::Noun const& noun, std::vector<store::Filter> more = {});
net::Response answer_list(Call const& call, domain::Noun const& noun, Crud const& crud, std::string const& path,
                          std::vector<store::Filter> more = {});
net::Response answer_all(Call const& call, domain::Noun const& noun, Crud const& crud,
                         std::vector<store::Filter> more = {});
net::Response answer_stored(Call const& call, int status, domain::Noun const& noun, Crud const& crud,
                            store::Stored const& stored);
store::Stored load_stored(Call const& call, domain::Noun const& noun, std::string_view id);

} // namespace stepwell::api
