#include "store/page.h"

namespace stepwell::store {

std::int64_t read_page(Session& session, PageQuery query, std::function<void(Row const&)> const& use) {
    std::int64_t total = 0;
    session.run("select count(*)" + query.from, query.values, [&](Row const& row) { total = row.integer(0); });
    if (total <= query.skip) return total;
    auto values = std::move(query.values);
    values.insert(values.end(), query.order_values.begin(), query.order_values.end());
    values.emplace_back(query.take);
    values.emplace_back(query.skip);
    session.run("select " + query.columns + query.from + " order by " + query.order + " limit ? offset ?", values, use);
    return total;
}

} // namespace stepwell::store
