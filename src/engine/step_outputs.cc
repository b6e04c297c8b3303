#include "engine/step_outputs.h"

#include "store/sealed.h"

namespace stepwell::engine {

namespace {

// The name of the target, which is a part of the names of output variables; empty for an action that runs once.
std::string target_of(store::Attempt const& attempt) {
    return attempt.key.target.empty() ? std::string() : attempt.machine;
}

} // namespace

OutputTotals totals_of(domain::Outcomes outcomes) {
    OutputTotals totals;
    for (auto const& outcome : outcomes)
        for (auto const& output : outcome.outputs) {
            ++totals.count;
            totals.bytes += output.name.size() + output.value.size();
        }
    return totals;
}

StepOutputs::StepOutputs(store::Store const& store, store::Attempt const& attempt, OutputTotals& totals)
    : ticket_(attempt.ticket), target_(target_of(attempt)), totals_(totals) {
    if (attempt.next_sequence == 1) return; // nothing was collected
    for (auto& output : load_step_outputs(store, attempt))
        set(std::move(output.name), std::move(output.value), output.sensitive);
    changed_.clear();
    is_changed_.assign(outputs_.size(), false);
}

std::string StepOutputs::set(std::string name, std::string value, bool is_sensitive) {
    auto found = places_.find(name);
    bool is_new = found == places_.end();
    auto more = value.size() + (is_new ? name.size() : 0);
    auto less = is_new ? 0 : outputs_[found->second].value.size();
    if (is_new && totals_.count >= max_outputs)
        return "the run has more than " + std::to_string(max_outputs) + " output variables";
    if (more > less && totals_.bytes - less + more > max_output_bytes)
        return "the output variables of the run take more than " + std::to_string(max_output_bytes >> 20) + " MiB";
    totals_.bytes = totals_.bytes - less + more;
    if (is_new) {
        ++totals_.count;
        found = places_.emplace(name, outputs_.size()).first;
        outputs_.push_back({std::move(name), {}, false, target_});
        is_changed_.push_back(false);
    }
    auto place = found->second;
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
    auto const target = target_of(attempt);
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
        outputs.push_back({"Octopus.Action.Script.ExitCode", std::to_string(*attempt.code), false, target_of(attempt)});
    return outputs;
}

} // namespace stepwell::engine
