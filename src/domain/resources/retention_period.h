#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// How long something is kept. `strategy` decides when present; older clients leave it out and mean it by the rest.
struct RetentionPeriod {
    std::string strategy, unit;
    std::int64_t quantity = 0;
    bool forever = false;

    static RetentionPeriod space_default() { return {"Default", "Items", 0, true}; }
    static RetentionPeriod count(std::int64_t quantity, std::string unit) {
        return {"Count", std::move(unit), quantity, false};
    }

    static constexpr std::string_view type_name = "RetentionPeriod";
    static void describe(auto& field) {
        field("Strategy", &RetentionPeriod::strategy, like("Count"), "Default, Forever or Count.");
        field("Unit", &RetentionPeriod::unit, like("Items"), "Days or Items.");
        field("QuantityToKeep", &RetentionPeriod::quantity, like("100"), "How many, with Count.");
        field("ShouldKeepForever", &RetentionPeriod::forever, plain, "The older way to say Forever.");
    }
    void settle();
    void check(Reading& reading, Place const& place) const;
};

} // namespace stepwell::domain
