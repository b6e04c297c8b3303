#include "domain/resources/process.h"

#include "base/fold.h"
#include "base/text.h"
#include "variables/evaluate.h"

#include <set>

namespace stepwell::domain {

std::string Action::property(std::string_view key) const {
    auto value = properties.find(key);
    auto text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

void Process::settle() {
    // Clients expect this value. It has no effect, because no step precedes the first.
    if (!steps.empty()) steps[0].start_trigger = StartTrigger::after_previous;
    for (auto& step : steps)
        for (auto& action : step.actions)
            if (action.inputs.json.empty()) action.inputs.json = "null";
}

namespace {

void check_outputs(std::vector<DeclaredOutput> const& outputs, Reading& reading, Place const& place) {
    Place const list{&place, "Outputs"};
    std::set<std::string> names;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        Place const at{&list, {}, i};
        if (!names.insert(base::fold(outputs[i].name)).second)
            reading.wrong(Place{&at, "Name"}, "must be unique: another output is named '" + outputs[i].name + "'");
        if (auto problem = variables::find_problem(outputs[i].value); !problem.empty())
            reading.wrong(Place{&at, "Value"}, problem);
    }
}

} // namespace

void Process::check(Reading& reading, Place const& place) const {
    check_outputs(outputs, reading, place);
    Place const list{&place, "Steps"};
    std::set<std::string> names, ids;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        Place const at{&list, {}, i};
        if (!names.insert(base::fold(steps[i].name)).second)
            reading.wrong(Place{&at, "Name"}, "must be unique: another step is named '" + steps[i].name + "'");
        if (!steps[i].id.empty() && !ids.insert(base::fold(steps[i].id)).second)
            reading.wrong(Place{&at, "Id"}, "must be unique: another step has the id '" + steps[i].id + "'");
        for (std::size_t k = 0; k < steps[i].actions.size(); ++k) {
            Place const actions{&at, "Actions"}, action{&actions, {}, k};
            auto const& id = steps[i].actions[k].id;
            if (!id.empty() && !ids.insert(base::fold("action " + id)).second)
                reading.wrong(Place{&action, "Id"}, "must be unique: another action has the id '" + id + "'");
        }
    }
}

namespace {

template <class Item> Item const* find_same(std::vector<Item> const& items, std::string const& id) {
    for (auto const& item : items)
        if (base::equal_folded(item.id, id)) return &item;
    return nullptr;
}

// Returns a slug that is not in `taken`, and adds it.
std::string free_slug(std::string const& name, std::set<std::string>& taken) {
    auto slug = base::slug_of(name), wanted = slug;
    for (int n = 1; !taken.insert(slug).second; ++n) slug = wanted + '-' + std::to_string(n);
    return slug;
}

template <class Item> void settle_names(std::vector<Item>& items, std::vector<Item> const& before) {
    std::set<std::string> taken;
    for (auto& item : items) {
        auto same = item.id.empty() ? nullptr : find_same(before, item.id);
        if (item.id.empty()) item.id = base::new_uuid();
        if (item.slug.empty() && same) item.slug = same->slug;
        if (!item.slug.empty()) taken.insert(item.slug);
    }
    for (auto& item : items)
        if (item.slug.empty()) item.slug = free_slug(item.name, taken);
}

} // namespace

void Process::settle_after(Process const& before) {
    settle_names(steps, before.steps);
    for (auto& step : steps) {
        auto same = find_same(before.steps, step.id);
        settle_names(step.actions, same ? same->actions : std::vector<Action>{});
    }
}

} // namespace stepwell::domain
