#include "domain/resources/retention_period.h"

#include "base/text.h"

namespace stepwell::domain {

void RetentionPeriod::settle() {
    if (strategy.empty()) strategy = forever ? "Forever" : quantity > 0 ? "Count" : "Default";
    for (auto known : {"Default", "Forever", "Count"})
        if (base::equal_ignoring_case(strategy, known)) strategy = known;
    for (auto known : {"Days", "Items"})
        if (base::equal_ignoring_case(unit, known)) unit = known;
}

void RetentionPeriod::settle_unit(std::string_view of_counts) {
    if (unit.empty()) unit = strategy == "Count" ? of_counts : "Items";
}

void RetentionPeriod::check(Reading& reading, Place const& place) const {
    if (strategy != "Default" && strategy != "Forever" && strategy != "Count")
        reading.wrong(Place{&place, "Strategy"}, "must be one of Default, Forever, Count, not '" + strategy + "'");
    if (unit != "Days" && unit != "Items" && !unit.empty())
        reading.wrong(Place{&place, "Unit"}, "must be one of Days, Items, not '" + unit + "'");
    if (quantity < 0) reading.wrong(Place{&place, "QuantityToKeep"}, "must not be negative");
}

} // namespace stepwell::domain
