#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// How long items are retained. `strategy` decides if present; older clients omit it and send the other members instead.
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
        field("QuantityToKeep", &RetentionPeriod::quantity, like("100"),
              "Number of days or items, for the strategy Count.");
        field("ShouldKeepForever", &RetentionPeriod::forever, plain,
              "Whether everything is kept; an older form of the strategy Forever.");
    }
    void settle();
    // Sets the unit if it is missing: `of_counts` for the strategy Count, else Items.
    void settle_unit(std::string_view of_counts);
    void check(Reading& reading, Place const& place) const;
};

enum class RetentionStrategy { forever, count };
constexpr std::array<std::string_view, 2> retention_strategies{"Forever", "Count"};
constexpr auto const& names_of(RetentionStrategy) { return retention_strategies; }

enum class RetentionUnit { items, days };
constexpr std::array<std::string_view, 2> retention_units{"Items", "Days"};
constexpr auto const& names_of(RetentionUnit) { return retention_units; }

// The meaning of the strategy Default in a space, for one type of item.
struct DefaultRetention {
    std::string type; // LifecycleRelease, LifecycleTentacle or RunbookRetention
    RetentionStrategy strategy = RetentionStrategy::forever;
    std::int64_t quantity = 0;
    RetentionUnit unit = RetentionUnit::items;

    static constexpr std::string_view type_name = "RetentionPolicy";
    static void describe(auto& field) {
        field("RetentionType", &DefaultRetention::type, computed | like("RunbookRetention"),
              "Type of data to which it applies.");
        field("Strategy", &DefaultRetention::strategy, without_effect, "Forever or Count.");
        field("QuantityToKeep", &DefaultRetention::quantity, without_effect,
              "Number of items or days, for the strategy Count.");
        field("Unit", &DefaultRetention::unit, without_effect, "Items or Days.");
    }
    void check(Reading& reading, Place const& place) const {
        if (strategy == RetentionStrategy::count && quantity < 1)
            reading.wrong(Place{&place, "QuantityToKeep"}, "must be at least 1 with the strategy Count");
    }
};

} // namespace stepwell::domain
