// Answers with lists of any length. A short list is a body. A longer list is read and sent in chunks, so that it needs
// memory only for the row numbers of its items.
#pragma once
#include "api/render.h"

namespace stepwell::api {

// Maximum number of items that are read with one query.
constexpr std::int64_t max_items_at_once = 100;

struct LongList {
    std::string head, tail; // text before and after the items
    std::string separator = ",";
    std::vector<std::int64_t> numbers;
    // Returns the item with this number; nullopt if it was deleted after the list was made.
    std::function<std::optional<std::string>(store::Session&, std::int64_t number)> item;
};
net::Response answer_long(store::Store const& store, LongList list);

// Returns a copy of the call that outlives its handler, for items that are created later.
std::shared_ptr<Call const> keep(Call const& call);

using Render = std::function<std::string(Call const&, store::Session&, store::Stored const&)>;
struct ListShape {
    std::string_view item_type;
    std::string path, names; // as in page_of()
};
// Answer with a page of documents, and with all documents as an array.
net::Response answer_documents(Call const& call, domain::Noun const& noun, store::ListQuery const& query,
                               ListShape const& shape, Render render);
net::Response answer_all_documents(Call const& call, domain::Noun const& noun, store::ListQuery query, Render render);

} // namespace stepwell::api
