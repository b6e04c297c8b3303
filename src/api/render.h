// Documents as answers: stored bytes with links spliced in before the last brace; collections around them.
#pragma once
#include "api/call.h"
#include "domain/lint.h"
#include "store/documents.h"

namespace stepwell::api {

// {"Self":…, …} of a stored document.
std::string links_of(domain::Noun const& noun, store::Stored const& stored);
// The document with `members` (JSON members, no braces) and its links spliced in.
std::string with_links(domain::Noun const& noun, store::Stored const& stored, std::string_view members = {});
// `json`, an object, with more members behind its own.
std::string with_members(std::string_view json, std::string_view members);
// `json` with what is odd about it; as it is when nothing is.
std::string with_warnings(std::string json, std::vector<domain::Lint> const& lints);
// Adds warnings about members of the document that have no effect yet, if there are any.
std::string with_member_warnings(std::string json, domain::Noun const& noun, store::Stored const& stored);
std::string self_path(domain::Noun const& noun, store::Stored const& stored);

// The envelope of a page. `path` is the collection's own, such as /api/Spaces-1/environments; `names` those that its
// template lists: "skip,take,ids,partialName".
std::string page_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                    std::int64_t total, std::vector<std::string> const& items);
// The same without the items, which go between head and tail.
struct Envelope {
    std::string head, tail;
};
Envelope envelope_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                     std::int64_t total);
std::string empty_page(Call const& call, std::string_view item_type);
std::string list_of(std::vector<std::string> const& items);
std::string etag_of(store::Stored const& stored);

} // namespace stepwell::api
