#include "operations/read_outputs.h"

#include "store/run_outputs.h"

namespace stepwell::operations {

RunOutputs read_outputs(store::Session& session, std::string const& run_id, std::string const& task_id) {
    RunOutputs all{run_id, task_id, {}};
    for (auto const& output : store::list_outputs(session, run_id)) {
        auto& shown = all.outputs.emplace_back();
        shown.name = output.name;
        shown.type = output.type;
        shown.description = output.description;
        shown.value.json = domain::json_of(output);
        shown.is_sensitive = output.sensitive;
        if (!output.problem.empty()) shown.problem = output.problem;
    }
    return all;
}

} // namespace stepwell::operations
