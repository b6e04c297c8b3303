// Steps and actions. Runbook processes, deployment processes and their frozen copies have the same form.
#pragma once
#include "domain/declared_output.h"
#include "domain/resources/worker_pool.h"

namespace stepwell::domain {

struct Environment;
struct Project;
struct Runbook;

enum class StepCondition { success, failure, always, variable };
constexpr std::array<std::string_view, 4> step_conditions{"Success", "Failure", "Always", "Variable"};
constexpr auto const& names_of(StepCondition) { return step_conditions; }

enum class StartTrigger { after_previous, with_previous };
constexpr std::array<std::string_view, 2> start_triggers{"StartAfterPrevious", "StartWithPrevious"};
constexpr auto const& names_of(StartTrigger) { return start_triggers; }

enum class ActionCondition { success, variable };
constexpr std::array<std::string_view, 2> action_conditions{"Success", "Variable"};
constexpr auto const& names_of(ActionCondition) { return action_conditions; }

enum class PackageRequirement { let_octopus_decide, before_acquisition, after_acquisition };
constexpr std::array<std::string_view, 3> package_requirements{"LetOctopusDecide", "BeforePackageAcquisition",
                                                               "AfterPackageAcquisition"};
constexpr auto const& names_of(PackageRequirement) { return package_requirements; }

struct PackageReference {
    std::string id, name, package, feed, acquisition = "Server";
    std::optional<std::string> version, step_package_input;
    Bag<std::string> properties;

    static constexpr std::string_view type_name = "PackageReference";
    static void describe(auto& field) {
        field("Id", &PackageReference::id, some_uuid, "Made up when missing.");
        field("Name", &PackageReference::name, plain, "Empty for the primary package.");
        field("PackageId", &PackageReference::package, like("Shop.Web"), "Name of the package in its feed.");
        field("FeedId", &PackageReference::feed, like("feeds-builtin"), "The feed, or an expression.");
        field("AcquisitionLocation", &PackageReference::acquisition, plain, "Server, ExecutionTarget or NotAcquired.");
        field("Version", &PackageReference::version, plain, "A fixed version.");
        field("Properties", &PackageReference::properties, plain, "Extract, SelectionMode and the like.");
        field("StepPackageInputsReferenceId", &PackageReference::step_package_input, plain, "Kept as sent.");
    }
    void settle() {
        if (id.empty()) id = base::new_uuid();
    }
};

struct Container {
    std::optional<std::string> image, feed, git_url, dockerfile;

    static constexpr std::string_view type_name = "Container";
    static void describe(auto& field) {
        field("Image", &Container::image, plain, "Image the action runs in.");
        field("FeedId", &Container::feed, plain, "Feed of the image.");
        field("GitUrl", &Container::git_url, plain, "Repository of a Dockerfile.");
        field("Dockerfile", &Container::dockerfile, plain, "Its path or text.");
    }
};

// One task of a step. Its properties are stored exactly as sent; the code that runs the action interprets them.
struct Action {
    std::string id, name, slug, type;
    std::optional<std::string> notes;
    bool is_disabled = false, is_required = false, can_be_used_for_versioning = false;
    ActionCondition condition = ActionCondition::success;
    Id<WorkerPool> worker_pool;
    std::optional<std::string> worker_pool_variable;
    std::optional<Container> container;
    std::vector<Id<Environment>> environments, excluded_environments;
    std::vector<std::string> channels, tenant_tags;
    std::vector<PackageReference> packages;
    std::vector<Verbatim> git_dependencies;
    Bag<PropertyValue> properties;
    std::optional<std::string> step_package_version;
    Verbatim inputs;
    Verbatim links{"{}"};

    static constexpr std::string_view type_name = "Action";
    static void describe(auto& field) {
        field("Id", &Action::id, some_uuid, "Made up when missing, kept afterwards.");
        field("Name", &Action::name, required | trimmed | at_most(200) | like("Stop Tomcat"), "Shown in the log.");
        field("Slug", &Action::slug, some_slug, "The name in files.");
        field("ActionType", &Action::type, required | like("Octopus.Script"), "What is done, such as Octopus.Script.");
        field("Notes", &Action::notes, plain, "Markdown for those who edit it.");
        field("IsDisabled", &Action::is_disabled, plain, "It is passed over.");
        field("IsRequired", &Action::is_required, plain, "It cannot be skipped by hand.");
        field("CanBeUsedForProjectVersioning", &Action::can_be_used_for_versioning, plain, "Kept as sent.");
        field("Condition", &Action::condition, plain, "Success, or Variable with an expression.");
        field("WorkerPoolId", &Action::worker_pool, plain, "None: the default pool.");
        field("WorkerPoolVariable", &Action::worker_pool_variable, plain, "A variable that names the pool.");
        field("Container", &Action::container, plain, "Image it runs in.");
        field("Environments", &Action::environments, plain, "Run only in these.");
        field("ExcludedEnvironments", &Action::excluded_environments, plain, "Never run in these.");
        field("Channels", &Action::channels, plain, "Of no meaning for runbooks.");
        field("TenantTags", &Action::tenant_tags, plain, "Run only for matching tenants.");
        field("Packages", &Action::packages, plain, "Packages it needs.");
        field("GitDependencies", &Action::git_dependencies, plain, "Repositories it needs.");
        field("Properties", &Action::properties, plain, "Exactly as sent.");
        field("StepPackageVersion", &Action::step_package_version, plain, "Kept as sent.");
        field("Inputs", &Action::inputs, plain, "Kept as sent.");
        field("Links", &Action::links, computed, "Empty.");
    }
    std::string property(std::string_view key) const; // text of the property; empty if missing or secret
};

struct Step {
    std::string id, name, slug;
    PackageRequirement package_requirement = PackageRequirement::let_octopus_decide;
    Bag<PropertyValue> properties;
    StepCondition condition = StepCondition::success;
    StartTrigger start_trigger = StartTrigger::after_previous;
    std::vector<Action> actions;
    Verbatim links{"{}"};

    static constexpr std::string_view type_name = "Step";
    static void describe(auto& field) {
        field("Id", &Step::id, some_uuid, "Made up when missing, kept afterwards.");
        field("Name", &Step::name, required | trimmed | at_most(200) | like("Stop Tomcat"),
              "No two alike in a process.");
        field("Slug", &Step::slug, some_slug, "The name in files.");
        field("PackageRequirement", &Step::package_requirement, plain, "When packages are fetched.");
        field("Properties", &Step::properties, plain, "Exactly as sent.");
        field("Condition", &Step::condition, plain, "When it runs.");
        field("StartTrigger", &Step::start_trigger, plain, "After the step before it, or together.");
        field("Actions", &Step::actions, required, "One; several make a rolling step.");
        field("Links", &Step::links, computed, "Empty.");
    }
};

// The members that both kinds of process share.
struct Process : SpaceDocument {
    Id<Project> project;
    std::int64_t version = 0;
    std::optional<std::string> last_snapshot;
    std::vector<Step> steps;
    std::vector<DeclaredOutput> outputs; // only of runbooks

    static void describe_common(auto& field) {
        SpaceDocument::describe_common(field);
        field("ProjectId", &Process::project, computed | owner, "The project it belongs to.");
        field("Version", &Process::version, plain, "Counts its changes; a stale one is refused.");
        field("LastSnapshotId", &Process::last_snapshot, computed, "The newest frozen copy.");
        field("Steps", &Process::steps, plain, "In the order they run.");
    }
    void settle();
    void check(Reading& reading, Place const& place) const;
    // Takes ids and slugs that the client omitted from the previous state of the process.
    void settle_after(Process const& before);
};

struct RunbookProcess : Process {
    Id<Runbook> runbook;

    static constexpr std::string_view type_name = "RunbookProcess", route = "runbookProcesses",
                                      prefix = "RunbookProcess", example_id = "RunbookProcess-Runbooks-1";
    static constexpr Order order = Order::by_id;
    static constexpr Verbs verbs{.create = false, .edit = true, .remove = false};
    static constexpr std::string_view query = "skip,take,ids";
    static constexpr Access access{Permission::runbook_view, Permission::runbook_edit, Permission::runbook_edit,
                                   Permission::runbook_edit};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$ProjectId"},
        {"Runbook", "/api/$SpaceId/runbooks/$RunbookId"},
        {"RunbookSnapshotTemplate", "/api/$SpaceId/runbookProcesses/$Id/runbookSnapshotTemplate{?runbookSnapshotId}"},
    };
    static void describe(auto& field) {
        field("RunbookId", &RunbookProcess::runbook, computed | owner, "The runbook it belongs to.");
        field("Outputs", &RunbookProcess::outputs, kept, "What its runs tell when they have succeeded.");
    }
};

struct DeploymentProcess : Process {
    static constexpr std::string_view type_name = "DeploymentProcess", route = "deploymentprocesses",
                                      prefix = "deploymentprocess", example_id = "deploymentprocess-Projects-1";
    static constexpr Order order = Order::by_id;
    static constexpr Verbs verbs{.create = false, .edit = true, .remove = false};
    static constexpr std::string_view query = "skip,take,ids";
    static constexpr Access access{Permission::process_view, Permission::process_edit, Permission::process_edit,
                                   Permission::process_edit};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$ProjectId"},
        {"Template", "/api/$SpaceId/deploymentprocesses/$Id/template{?channel,releaseId}"},
    };
    static void describe(auto&) {}
};

} // namespace stepwell::domain
