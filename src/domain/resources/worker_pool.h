#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

enum class WorkerPoolType { with_workers, dynamic };
constexpr std::array<std::string_view, 2> worker_pool_types{"StaticWorkerPool", "DynamicWorkerPool"};
constexpr auto const& names_of(WorkerPoolType) { return worker_pool_types; }
constexpr bool was_free_text(WorkerPoolType) { return true; }

// Machines that run steps instead of targets. The default pool contains the built-in worker of the server.
struct WorkerPool : SpaceDocument {
    std::string name, slug, description;
    WorkerPoolType pool_type = WorkerPoolType::with_workers;
    bool is_default = false;
    std::int64_t sort_order = 0;
    bool can_add_workers = true;
    std::optional<std::string> worker_type;

    static constexpr std::string_view type_name = "WorkerPool", route = "workerpools", prefix = "WorkerPools";
    static constexpr Order order = Order::by_sort_order;
    static constexpr std::string_view query = "skip,take,ids,partialName,name";
    static constexpr Access access{Permission::worker_view, Permission::worker_edit, Permission::worker_edit,
                                   Permission::worker_edit};
    static constexpr Link links[] = {
        {"Workers", "/api/$SpaceId/workerpools/$Id/workers{?skip,take,partialName,isDisabled,healthStatuses,commStyles,"
                    "shellNames}"},
    };

    static void describe(auto& field) {
        field("Name", &WorkerPool::name, required | unique | at_most(200) | like("Default Worker Pool"), "Name.");
        field("Slug", &WorkerPool::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &WorkerPool::description, plain, "Description, in Markdown.");
        field("IsDefault", &WorkerPool::is_default, computed | indexed,
              "Whether it is used by actions that name no pool.");
        field("SortOrder", &WorkerPool::sort_order, indexed, "Position in lists, lowest first.");
        field("WorkerPoolType", &WorkerPool::pool_type, without_effect, "StaticWorkerPool or DynamicWorkerPool.");
        field("CanAddWorkers", &WorkerPool::can_add_workers, computed,
              "Whether workers can be added; true for static pools.");
        field("WorkerType", &WorkerPool::worker_type, without_effect, "Worker image of a dynamic pool.");
    }
};

} // namespace stepwell::domain
