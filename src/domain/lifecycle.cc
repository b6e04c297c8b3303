#include "domain/lifecycle.h"

namespace stepwell::domain {

std::optional<EnvironmentIds> environments_of(Lifecycle const& lifecycle) {
    if (lifecycle.phases.empty()) return std::nullopt;
    EnvironmentIds ids;
    for (auto const& phase : lifecycle.phases) {
        if (phase.automatic.empty() && phase.optional.empty()) return std::nullopt;
        for (auto const* list : {&phase.automatic, &phase.optional})
            for (auto const& id : *list) ids.insert(id.value);
    }
    return ids;
}

} // namespace stepwell::domain
