#include "operations/check_scopes.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "domain/scope_dimensions.h"
#include "operations/scope_values.h"

#include <set>

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

using Ids = std::set<std::string, base::LessFolded>;

bool is(std::string_view dimension, std::string_view name) { return base::equal_ignoring_case(dimension, name); }

bool is_dimension(std::string_view name) {
    return std::ranges::any_of(scope_dimensions, [&](auto const& each) { return is(name, each.name); });
}

std::string unknown_dimension() {
    std::vector<std::string> names;
    for (auto const& each : scope_dimensions) names.emplace_back(each.name);
    return "is not a dimension of scopes; the dimensions are " + base::join(names, ", ");
}

// The variables of a library variable set cannot be scoped to steps, channels or processes of a project.
bool is_in_project(std::string_view dimension) {
    return is(dimension, "Action") || is(dimension, "Channel") || is(dimension, "ProcessOwner");
}

template <class Values> Ids ids_of(Values const& values) {
    Ids ids;
    for (auto const& each : values) ids.insert(each.id);
    return ids;
}

class ScopeChecker {
public:
    ScopeChecker(Session& session, VariableSet const& set) : session_(session), set_(set) {}

    void accept(VariableSet const& before) {
        for (auto const& variable : before.variables)
            for (auto const& [dimension, ids] : variable.scope.items)
                accepted_[dimension].insert(ids.begin(), ids.end());
    }
    void check(std::size_t index) {
        for (auto const& [dimension, ids] : set_.variables[index].scope.items) {
            auto const path = "Variables[" + std::to_string(index) + "].Scope." + dimension;
            if (is_library(set_) && is_in_project(dimension))
                problems.push_back({path, "is not allowed in a library variable set"});
            else if (!is_dimension(dimension) && !accepted_.contains(dimension))
                problems.push_back({path, unknown_dimension()});
            else
                check(dimension, ids, path);
        }
    }

    base::Problems problems;

private:
    void check(std::string const& dimension, std::vector<std::string> const& ids, std::string const& path) {
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (!accepted_[dimension].contains(ids[i]) && !exists(dimension, ids[i]))
                problems.push_back({path + '[' + std::to_string(i) + ']', "there is no '" + ids[i] + "'"});
    }
    // Other dimensions name no documents, or steps, for which there are warnings.
    bool exists(std::string const& dimension, std::string const& id) {
        if (is(dimension, "Environment")) return known().environments.contains(id);
        if (is(dimension, "ProcessOwner")) return known().processes.contains(id);
        if (is(dimension, "Channel")) return known().channels.contains(id);
        return true;
    }
    struct Known {
        Ids environments, processes, channels;
    };
    Known const& known() {
        if (!known_) {
            auto const values = scope_values(session_, set_.owner_id);
            known_ = Known{ids_of(values.environments), ids_of(values.processes), ids_of(values.channels)};
        }
        return *known_;
    }

    Session& session_;
    VariableSet const& set_;
    base::MapFolded<Ids> accepted_; // by dimension
    std::optional<Known> known_;
};

} // namespace

void check_scopes(Session& session, VariableSet const& set, VariableSet const* before) {
    ScopeChecker checker(session, set);
    if (before) checker.accept(*before);
    for (std::size_t i = 0; i < set.variables.size(); ++i) checker.check(i);
    base::reject_if_any(std::move(checker.problems));
}

std::vector<Lint> lint_scopes(Session& session, VariableSet const& set) {
    std::vector<Lint> lints;
    std::optional<Ids> known;
    for (std::size_t i = 0; i < set.variables.size(); ++i)
        for (auto const& [dimension, ids] : set.variables[i].scope.items) {
            if (!is(dimension, "Action")) continue;
            if (!known) known = ids_of(step_values(session, set.owner_id));
            for (auto const& id : ids)
                if (!known->contains(id))
                    lints.push_back({"Variables[" + std::to_string(i) + "].Scope." + dimension,
                                     "'" + set.variables[i].name +
                                         "' does not apply: no process of the project has a "
                                         "step '" +
                                         id + "'"});
        }
    return lints;
}

} // namespace stepwell::operations
