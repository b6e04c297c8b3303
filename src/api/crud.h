// The routes to list, read, create, change and delete documents of any noun. Crud customizes them for a noun.
#pragma once
#include "api/render.h"
#include "api/routes.h"
#include "operations/documents.h"

namespace stepwell::api {

struct Crud {
    // Returns a stored document as JSON. The default adds the links of the noun.
    std::function<std::string(Call const&, store::Session&, store::Stored const&)> render;
    std::function<void(Call const&, store::ListQuery&)> narrow;      // adds filters to its lists
    std::function<void(Call const&, store::Stored const&)> modified; // called after the commit of a change
};

// Adds the standard rows that do not exist yet; add custom rows first. If the noun has a SortOrder, adds a row that
// sorts its documents. Nouns without customization are added in all_routes.cc.
void add_crud(Routes& routes, domain::Noun const& noun, Crud crud = {});
template <domain::Resource T> void add_crud(Routes& routes, Crud crud = {}) {
    add_crud(routes, domain::noun_of<T>(), std::move(crud));
}

// For custom routes: the same list, narrowed by the filters `more` and to the documents that the caller may see, and
// the same answers.
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
