#include "operations/save_settings.h"

namespace stepwell::operations {

Stored save_deployment_settings(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                                domain::DeploymentSettings const& settings) {
    return change<domain::Project>(store, caller, space_id, id,
                                   [&](domain::Project& project) { settings.apply_to(project); });
}

Stored save_default_retention(Store& store, Caller const& caller, std::string const& space_id,
                              domain::DefaultRetention const& retention) {
    return change<domain::Space>(store, caller, "", space_id, [&](domain::Space& space) {
        std::erase_if(space.retentions, [&](auto const& each) { return each.type == retention.type; });
        space.retentions.push_back(retention);
    });
}

} // namespace stepwell::operations
