// Settings that have routes of their own and are stored in a project or a space.
#pragma once
#include "domain/nouns.h"
#include "operations/documents.h"

namespace stepwell::operations {

Stored save_deployment_settings(Store& store, Caller const& caller, std::string const& space_id, std::string_view id,
                                domain::DeploymentSettings const& settings);
// Replaces the default retention of its type.
Stored save_default_retention(Store& store, Caller const& caller, std::string const& space_id,
                              domain::DefaultRetention const& retention);

} // namespace stepwell::operations
