// The output variables that a step has set so far.
#pragma once
#include "domain/task_machine.h"
#include "store/step_outputs.h"
#include "store/store.h"

#include <unordered_map>
#include <vector>

namespace stepwell::engine {

// Limits of a run, over all its steps.
constexpr std::size_t max_outputs = 10'000;
constexpr std::size_t max_output_bytes = 8u << 20; // of names and values

// What the output variables of a run take, over all its attempts.
struct OutputTotals {
    std::size_t count = 0, bytes = 0;
};
// Those of a run after a restart, without the attempts that are open.
OutputTotals totals_of(domain::TaskProgress const& progress);

// Those of one attempt that runs.
class StepOutputs {
public:
    // Reads what the attempt has set already, whatever the limits, and adds it to `totals`, which must outlive this.
    StepOutputs(store::Store const& store, store::Attempt const& attempt, OutputTotals& totals);
    StepOutputs(StepOutputs const&) = delete;

    // Takes the outputs out of the totals: they were not committed, or the attempt is repeated.
    void forget();

    // Sets a value, or replaces it. Returns why it is not kept if that would pass a limit, else an empty text.
    std::string set(std::string name, std::string value, bool is_sensitive);
    // Returns what was set since the last call, sealed where it is sensitive. Each name appears once.
    std::vector<store::StepOutput> take_changes(store::Store const& store);
    // In the order in which the names were first set.
    std::vector<domain::Output> const& all() const { return outputs_; }

private:
    void add(domain::Output output);

    std::string ticket_, target_;
    OutputTotals& totals_;
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
