#include "engine/step_outputs.h"

#include "store/sealed.h"

namespace stepwell::engine {

StepOutputs::StepOutputs(store::Store const& store, store::Attempt const& attempt, domain::Outcomes earlier)
    : ticket_(attempt.ticket) {
    for (auto const& outcome : earlier)
        for (auto const& output : outcome.outputs) {
            ++count_;
            bytes_ += output.name.size() + output.value.size();
        }
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
    if (is_new && count_ >= max_outputs)
        return "the run has more than " + std::to_string(max_outputs) + " output variables";
    if (more > less && bytes_ - less + more > max_output_bytes)
        return "the output variables of the run take more than " + std::to_string(max_output_bytes >> 20) + " MiB";
    bytes_ = bytes_ - less + more;
    if (is_new) {
        ++count_;
        found = places_.emplace(name, outputs_.size()).first;
        outputs_.push_back({std::move(name), {}, false});
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
        auto const& [name, value, is_sensitive] = outputs_[place];
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

std::optional<domain::Output> opened(store::Store const& store, std::string const& ticket, std::string const& name,
                                     std::string_view sealed) {
    auto plain = base::open_sealed(store.key(), sealed, store::owner_of_output(ticket, name));
    if (!plain) return std::nullopt;
    return domain::Output{name, std::move(*plain), true};
}

} // namespace

std::vector<domain::Output> load_step_outputs(store::Store const& store, store::Attempt const& attempt) {
    std::vector<domain::Output> outputs;
    auto stored = store.read([&](store::Session& session) {
        return store::list_step_outputs(session, attempt.task_id, attempt.position);
    });
    for (auto& [name, value, sealed] : stored) {
        auto output = sealed.empty() ? std::optional(domain::Output{name, std::move(value), false})
                                     : opened(store, attempt.ticket, name, sealed);
        if (output) outputs.push_back(std::move(*output));
    }
    return outputs;
}

std::vector<domain::Output> outputs_at_end(std::vector<domain::Output> outputs, store::Attempt const& attempt) {
    if (attempt.code && (attempt.ending == "exited" || attempt.ending == "error_output" || attempt.passed_limit()))
        outputs.push_back({"Octopus.Action.Script.ExitCode", std::to_string(*attempt.code), false});
    return outputs;
}

} // namespace stepwell::engine
