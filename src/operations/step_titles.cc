#include "operations/step_titles.h"

#include "base/error.h"
#include "base/log.h"

namespace stepwell::operations {

StepTitles::StepTitles(store::Store const& store, store::Task const& task) {
    if (task.content.empty()) return;
    try {
        auto content =
            store.read([&](store::Session& session) { return store.contents().load(session, task.content); });
        actions_ = domain::flatten(*content);
    } catch (base::Error const& error) {
        base::log_warning("{}: its frozen process cannot be read: {}", task.id, error.message()); // its log still can
    }
}

std::string StepTitles::number_of(store::Attempt const& attempt) const {
    auto const at = attempt.key.action;
    return at < actions_.size() ? actions_[at].number : std::to_string(at + 1);
}

std::string StepTitles::title_of(store::Attempt const& attempt) const {
    auto title = "Step " + number_of(attempt) + ": " + attempt.name;
    if (auto target = attempt.target_name(); !target.empty()) title += " on " + target;
    if (attempt.key.number > 1) title += ", try " + std::to_string(attempt.key.number);
    return title;
}

} // namespace stepwell::operations
