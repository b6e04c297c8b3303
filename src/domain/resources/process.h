// Steps and actions. Runbook processes, deployment processes and their frozen copies have the same form.
#pragma once
#include "domain/declared_output.h"
#include "domain/resources/channel.h"
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
        field("Id", &PackageReference::id, some_uuid, "Id; generated if missing.");
        field("Name", &PackageReference::name, plain, "Name; empty for the primary package.");
        field("PackageId", &PackageReference::package, like("Shop.Web"), "Name of the package in its feed.");
        field("FeedId", &PackageReference::feed, like("feeds-builtin"), "Feed id, or an expression.");
        field("AcquisitionLocation", &PackageReference::acquisition, plain, "Server, ExecutionTarget or NotAcquired.");
        field("Version", &PackageReference::version, plain, "Fixed version.");
        field("Properties", &PackageReference::properties, plain, "Properties, such as Extract and SelectionMode.");
        field("StepPackageInputsReferenceId", &PackageReference::step_package_input, plain, "Stored unchanged.");
    }
    void settle() {
        if (id.empty()) id = base::new_uuid();
    }
};

struct Container {
    std::optional<std::string> image, feed, git_url, dockerfile;

    static constexpr std::string_view type_name = "Container";
    static void describe(auto& field) {
        field("Image", &Container::image, plain, "Image in which the action runs.");
        field("FeedId", &Container::feed, plain, "Feed of the image.");
        field("GitUrl", &Container::git_url, plain, "URL of the repository that contains the Dockerfile.");
        field("Dockerfile", &Container::dockerfile, plain, "Path or text of the Dockerfile.");
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
    std::vector<Id<Channel>> channels;
    std::vector<std::string> tenant_tags;
    std::vector<PackageReference> packages;
    std::vector<Verbatim> git_dependencies;
    Bag<PropertyValue> properties;
    std::optional<std::string> step_package_version;
    Verbatim inputs;
    Verbatim links{"{}"};

    static constexpr std::string_view type_name = "Action";
    static void describe(auto& field) {
        field("Id", &Action::id, some_uuid, "Id; generated if missing, and stable afterwards.");
        field("Name", &Action::name, required | trimmed | at_most(200) | like("Stop Tomcat"),
              "Name, shown in the log.");
        field("Slug", &Action::slug, some_slug, "Name in URLs and files.");
        field("ActionType", &Action::type, required | like("Octopus.Script"),
              "Type of action, such as Octopus.Script.");
        field("Notes", &Action::notes, plain, "Notes for authors, in Markdown.");
        field("IsDisabled", &Action::is_disabled, plain, "Whether the action is never run.");
        field("IsRequired", &Action::is_required, plain, "Whether the action cannot be skipped by hand.");
        field("CanBeUsedForProjectVersioning", &Action::can_be_used_for_versioning, plain, "Stored unchanged.");
        field("Condition", &Action::condition, plain, "Success, or Variable with an expression.");
        field("WorkerPoolId", &Action::worker_pool, plain, "Worker pool; null: the default pool.");
        field("WorkerPoolVariable", &Action::worker_pool_variable, plain, "Variable that names the worker pool.");
        field("Container", &Action::container, plain, "Container image in which the action runs.");
        field("Environments", &Action::environments, plain, "Environments in which the action may run; empty: all.");
        field("ExcludedEnvironments", &Action::excluded_environments, plain,
              "Environments in which the action does not run.");
        field("Channels", &Action::channels, loose, "Channels; not used for runbooks.");
        field("TenantTags", &Action::tenant_tags, plain, "Tags of the tenants for which the action runs.");
        field("Packages", &Action::packages, plain, "Packages that the action needs.");
        field("GitDependencies", &Action::git_dependencies, plain, "Git repositories that the action needs.");
        field("Properties", &Action::properties, plain, "Properties of the action; stored unchanged.");
        field("StepPackageVersion", &Action::step_package_version, plain, "Stored unchanged.");
        field("Inputs", &Action::inputs, plain, "Stored unchanged.");
        field("Links", &Action::links, computed, "Always empty.");
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
        field("Id", &Step::id, some_uuid, "Id; generated if missing, and stable afterwards.");
        field("Name", &Step::name, required | trimmed | at_most(200) | like("Stop Tomcat"),
              "Name, unique in the process.");
        field("Slug", &Step::slug, some_slug, "Name in URLs and files.");
        field("PackageRequirement", &Step::package_requirement, plain, "Time when packages are acquired.");
        field("Properties", &Step::properties, plain, "Properties of the step; stored unchanged.");
        field("Condition", &Step::condition, plain, "Condition under which the step runs.");
        field("StartTrigger", &Step::start_trigger, plain,
              "Whether the step starts after or together with the previous step.");
        field("Actions", &Step::actions, required, "Actions of the step. Several actions make a rolling step.");
        field("Links", &Step::links, computed, "Always empty.");
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
        field("ProjectId", &Process::project, computed | owner, "Project of the process.");
        field("Version", &Process::version, plain, "Number of the version. A request with an old version is rejected.");
        field("LastSnapshotId", &Process::last_snapshot, computed, "Newest frozen copy.");
        field("Steps", &Process::steps, plain, "Steps, in the order in which they run.");
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
        field("RunbookId", &RunbookProcess::runbook, computed | owner, "Runbook of the process.");
        field("Outputs", &RunbookProcess::outputs, kept, "Outputs of successful runs.");
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
