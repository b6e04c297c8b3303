#include "operations/check_references.h"

#include "base/text.h"

#include <set>

namespace stepwell::operations {

using namespace domain;

namespace {

// All values of the names that may refer to something.
std::vector<variables::Candidate> values_that_may_refer(engine::Subjects const& subjects) {
    auto all = candidates_of(*subjects.content, subjects.run.form_values, hide);
    std::set<std::string, base::LessIgnoringCase> names;
    for (auto const& value : all)
        if (find_reference(value)) names.insert(value.name);
    std::erase_if(all, [&](auto const& value) { return !names.contains(value.name); });
    return all;
}

// Those that nothing known before the run leaves out.
std::vector<PlannedAction> actions_that_may_run(engine::Subjects const& subjects, base::Time now) {
    PlanInput input;
    input.content = subjects.content.get();
    input.options.environment_id = subjects.environment.id;
    input.options.skip_actions = subjects.run.skip_actions;
    input.now = now;
    auto decisions = preview(input);
    auto actions = flatten(*subjects.content);
    std::erase_if(actions, [&](auto const& action) { return decisions[action.position].will == Will::no; });
    return actions;
}

} // namespace

void check_references(engine::Subjects const& subjects, std::string const& answers_member, base::Time now,
                      base::Problems& problems) {
    if (!refers(*subjects.content)) return;
    auto const values = values_that_may_refer(subjects);
    if (values.empty()) return;
    std::set<std::string> told;
    for (auto const& problem : problems) told.insert(problem.message);
    for (auto const& action : actions_that_may_run(subjects, now)) {
        auto context = context_of(engine::known_of(subjects), &action);
        auto resolution = variables::resolve(values, context);
        for (auto& fault : find_faults(resolution, subjects.referred, context, subjects.environment.name)) {
            bool answered = fault.value->standing == variables::Standing::answered;
            if (told.insert(fault.message).second)
                problems.push_back(
                    {(answered ? answers_member : "Variables") + "." + fault.value->name, std::move(fault.message)});
        }
    }
}

} // namespace stepwell::operations
