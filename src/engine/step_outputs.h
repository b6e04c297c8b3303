// The output variables that a step has set so far.
#pragma once
#include "domain/planner.h"
#include "store/step_outputs.h"
#include "store/store.h"

#include <unordered_map>
#include <vector>

namespace stepwell::engine {

// Limits of a run, over all its steps.
constexpr std::size_t max_outputs = 10'000;
constexpr std::size_t max_output_bytes = 8u << 20; // of names and values

class StepOutputs {
public:
    StepOutputs() = default;
    // Reads what a step has set already; `earlier` are the outcomes of the steps before it.
    StepOutputs(store::Store const& store, store::Attempt const& attempt, domain::Outcomes earlier);

    bool are_of(store::Attempt const& attempt) const { return !ticket_.empty() && ticket_ == attempt.ticket; }
    // Sets a value, or replaces it. Returns why it is not kept if that would pass a limit, else nothing.
    std::string set(std::string name, std::string value, bool is_sensitive);
    // Returns what was set since the last call, sealed where it is sensitive. Each name appears once.
    std::vector<store::StepOutput> take_changes(store::Store const& store);
    // In the order in which the names were first set.
    std::vector<domain::Output> const& all() const { return outputs_; }

private:
    std::string ticket_;
    std::size_t count_ = 0, bytes_ = 0; // of the run
    std::vector<domain::Output> outputs_;
    std::unordered_map<std::string, std::size_t> places_; // name → index in outputs_
    std::vector<std::size_t> changed_;                    // indexes
    std::vector<bool> is_changed_;                        // by index
};

// The output variables of an attempt as the store has them, without the server's own.
std::vector<domain::Output> load_step_outputs(store::Store const& store, store::Attempt const& attempt);
// Those of an attempt that has ended, with the server's own.
std::vector<domain::Output> outputs_at_end(std::vector<domain::Output> outputs, store::Attempt const& attempt);

} // namespace stepwell::engine
