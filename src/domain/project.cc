#include "domain/resources/project.h"

#include "base/text.h"

#include <set>

namespace stepwell::domain {

// Removes duplicates from the included sets.
void Project::settle() {
    std::set<std::string> seen;
    std::erase_if(library_sets, [&](auto const& id) { return !seen.insert(base::to_lower(id.value)).second; });
}

void Project::check(Reading& reading, Place const& place) const {
    // These words are used in URLs at the position of a project's slug.
    for (auto reserved : {"all", "pulse", "experimental", "import-export"})
        if (base::equal_ignoring_case(name, reserved))
            reading.wrong(Place{&place, "Name"}, "'" + name + "' is reserved");
}

DeploymentSettings DeploymentSettings::of(Project const& project) {
    DeploymentSettings settings;
    settings.id = "deploymentsettings-" + project.id;
    settings.space_id = project.space_id;
    settings.project = project.id;
    settings.connectivity = project.connectivity;
    settings.guided_failure = project.guided_failure;
    settings.skip_if_installed = project.skip_if_installed;
    settings.deployment_changes_template = project.deployment_changes_template;
    settings.release_notes_template = project.release_notes_template;
    settings.versioning = project.versioning;
    settings.force_package_download = project.force_package_download;
    settings.fail_target_discovery = project.fail_target_discovery;
    settings.cancel_queued_tasks = project.cancel_queued_tasks;
    settings.cancel_running_tasks = project.cancel_running_tasks;
    return settings;
}

void DeploymentSettings::apply_to(Project& target) const {
    target.connectivity = connectivity;
    target.guided_failure = guided_failure;
    target.skip_if_installed = skip_if_installed;
    target.deployment_changes_template = deployment_changes_template;
    target.release_notes_template = release_notes_template;
    target.versioning = versioning;
    target.force_package_download = force_package_download;
    target.fail_target_discovery = fail_target_discovery;
    target.cancel_queued_tasks = cancel_queued_tasks;
    target.cancel_running_tasks = cancel_running_tasks;
}

} // namespace stepwell::domain
