// Documents as answers: their stored bytes with links inserted before the last brace, and collections of them.
#pragma once
#include "api/call.h"
#include "domain/lint.h"
#include "store/documents.h"

namespace stepwell::api {

// Returns the links of a stored document, {"Self":…, …}.
std::string links_of(domain::Noun const& noun, store::Stored const& stored);
// Returns the document with `members` (JSON members without braces) and its links added.
std::string with_links(domain::Noun const& noun, store::Stored const& stored, std::string_view members = {});
// Returns the object `json` with the members appended.
std::string with_members(std::string_view json, std::string_view members);
// Returns `json` with the warnings added; unchanged if there are none.
std::string with_warnings(std::string json, std::vector<domain::Lint> const& lints);
// Adds warnings about members of the document that have no effect yet.
std::string with_member_warnings(std::string json, domain::Noun const& noun, store::Stored const& stored);
std::string self_path(domain::Noun const& noun, store::Stored const& stored);

// Returns a page of a collection. `path` is that of the collection, such as /api/Spaces-1/environments; `names` are the
// query parameters in its template: "skip,take,ids,partialName".
std::string page_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                    std::int64_t total, std::vector<std::string> const& items);
// The same, without the items, which are placed between head and tail.
struct Envelope {
    std::string head, tail;
};
Envelope envelope_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                     std::int64_t total);
std::string empty_page(Call const& call, std::string_view item_type);
std::string list_of(std::vector<std::string> const& items);
std::string etag_of(store::Stored const& stored);

} // namespace stepwell::api
