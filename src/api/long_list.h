// Lists of any length as answers. A short one is a body; a longer one is read and sent piece by piece, so that its
// length costs no memory but for the numbers of what it lists.
#pragma once
#include "api/render.h"

namespace stepwell::api {

// Items that a request may ask for to be answered from one query.
constexpr std::int64_t max_items_at_once = 100;

struct LongList {
    std::string head, tail; // around the items
    std::string separator = ",";
    std::vector<std::int64_t> numbers;
    // Returns the item of a number; nullopt if it was deleted meanwhile.
    std::function<std::optional<std::string>(store::Session&, std::int64_t number)> item;
};
net::Response answer_long(store::Store const& store, LongList list);

// A request that outlives its handler, for items that are made later.
std::shared_ptr<Call const> keep(Call const& call);

using Render = std::function<std::string(Call const&, store::Session&, store::Stored const&)>;
struct ListShape {
    std::string_view item_type;
    std::string path, names; // as of page_of()
};
// A page of documents, and all of them as an array.
net::Response answer_documents(Call const& call, domain::Noun const& noun, store::ListQuery const& query,
                               ListShape const& shape, Render render);
net::Response answer_all_documents(Call const& call, domain::Noun const& noun, store::ListQuery query, Render render);

} // namespace stepwell::api
