// Pages of a list, with its total count.
#pragma once
#include "store/session.h"

namespace stepwell::store {

struct PageQuery {
    std::string columns;
    std::string from;                // " from …" with its condition
    std::vector<Value> values;       // of `from`
    std::string order;               // without "order by"
    std::vector<Value> order_values; // of `order`
    std::int64_t skip = 0, take = 0;
};
// Calls `use` with each row of the page. Returns the total number of rows on all pages.
std::int64_t read_page(Session& session, PageQuery query, std::function<void(Row const&)> const& use);

} // namespace stepwell::store
