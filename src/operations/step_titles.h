// The numbers and titles of steps and attempts, the same in logs, streams, trees and messages.
#pragma once
#include "domain/planner.h"
#include "store/contents.h"
#include "store/runs.h"

namespace stepwell::operations {

class StepTitles {
public:
    // Reads the frozen process of a task. If it cannot be read, numbers count the actions.
    StepTitles(store::Store const& store, store::Task const& task);

    std::vector<domain::PlannedAction> const& actions() const { return actions_; }
    // Returns a number such as "2", or "2.1" if the step has several actions.
    std::string number_of(store::Attempt const& attempt) const;
    // Returns a title such as "Step 2.1: Back up". For an attempt on a target, or a later try, returns one such as
    // "Step 2.1: Back up on web-1, try 2".
    std::string title_of(store::Attempt const& attempt) const;

private:
    std::vector<domain::PlannedAction> actions_;
};

} // namespace stepwell::operations
