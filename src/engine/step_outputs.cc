#include "engine/step_outputs.h"

#include "store/sealed.h"

namespace stepwell::engine {

namespace {

constexpr std::string_view exit_code_name = "Octopus.Action.Script.ExitCode"; // an output of the server

} // namespace

OutputTotals totals_of(domain::TaskProgress const& progress) {
    OutputTotals totals;
    auto add = [&](std::vector<domain::Output> const& outputs) {
        for (auto const& output : outputs) {
            if (output.name == exit_code_name) continue;
            ++totals.count;
            totals.bytes += output.name.size() + output.value.size();
        }
    };
    for (auto const& outcome : progress.outcomes) add(outcome.outputs);
    for (auto const& [key, verdict] : progress.ended) add(verdict.outputs);
    return totals;
}

StepOutputs::StepOutputs(store::Store const& store, store::Attempt const& attempt, OutputTotals& totals)
    : ticket_(attempt.ticket), target_(attempt.target_name()), totals_(totals) {
    if (attempt.next_sequence == 1) return; // nothing was collected
    for (auto& output : load_step_outputs(store, attempt)) {
        totals_.bytes += output.name.size() + output.value.size();
        add(std::move(output));
    }
}

void StepOutputs::add(domain::Output output) {
    ++totals_.count;
    places_.emplace(output.name, outputs_.size());
    outputs_.push_back(std::move(output));
    is_changed_.push_back(false);
}

void StepOutputs::forget() {
    for (auto const& output : outputs_) totals_.bytes -= output.name.size() + output.value.size();
    totals_.count -= outputs_.size();
}

std::string StepOutputs::set(std::string name, std::string value, bool is_sensitive) {
    auto found = places_.find(name);
    bool is_new = found == places_.end();
    auto more = value.size() + (is_new ? name.size() : 0);
    auto less = is_new ? 0 : outputs_[found->second].value.size();
    if (is_new && totals_.count >= max_outputs)
        return "the run has more than " + std::to_string(max_outputs) + " output variables";
    if (more > less && totals_.bytes - less + more > max_output_bytes)
        return "the output variables of the run need more than " + std::to_string(max_output_bytes >> 20) + " MiB";
    totals_.bytes = totals_.bytes - less + more;
    auto const place = is_new ? outputs_.size() : found->second;
    if (is_new) add({std::move(name), {}, false, target_});
    outputs_[place].value = std::move(value);
    outputs_[place].sensitive = is_sensitive;
    if (!is_changed_[place]) changed_.push_back(place);
    is_changed_[place] = true;
    return {};
}

std::vector<store::StepOutput> StepOutputs::take_changes(store::Store const& store) {
    std::vector<store::StepOutput> changes;
    changes.reserve(changed_.size());
    for (auto place : changed_) {
        auto const& [name, value, is_sensitive, target] = outputs_[place];
        auto& change = changes.emplace_back(store::StepOutput{name, {}, {}});
        if (is_sensitive)
            change.sealed = base::seal(store.key(), value, store::owner_of_output(ticket_, name));
        else
            change.value = value;
        is_changed_[place] = false;
    }
    changed_.clear();
    return changes;
}

namespace {

// Returns nullopt if no key of the server opens it.
std::optional<std::string> open_value(store::Store const& store, std::string const& ticket, std::string const& name,
                                      std::string_view sealed) {
    return base::open_sealed(store.key(), sealed, store::owner_of_output(ticket, name));
}

} // namespace

std::vector<domain::Output> load_step_outputs(store::Store const& store, store::Attempt const& attempt) {
    std::vector<domain::Output> outputs;
    auto stored = store.read(
        [&](store::Session& session) { return store::list_step_outputs(session, attempt.task_id, attempt.number); });
    auto const target = attempt.target_name();
    for (auto& [name, value, sealed] : stored) {
        bool const is_sensitive = !sealed.empty();
        auto plain = is_sensitive ? open_value(store, attempt.ticket, name, sealed) : std::optional(std::move(value));
        if (plain) outputs.push_back({name, std::move(*plain), is_sensitive, target});
    }
    return outputs;
}

std::vector<domain::Output> outputs_at_end(std::vector<domain::Output> outputs, store::Attempt const& attempt) {
    using domain::AttemptEnding;
    bool const has_exited = attempt.ending == AttemptEnding::exited || attempt.ending == AttemptEnding::error_output ||
                            attempt.passed_limit();
    if (attempt.code && has_exited)
        outputs.push_back({std::string(exit_code_name), std::to_string(*attempt.code), false, attempt.target_name()});
    return outputs;
}

} // namespace stepwell::engine
