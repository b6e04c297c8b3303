#include "store/step_outputs.h"

namespace stepwell::store {

void put_step_outputs(Session& session, std::string_view task_id, std::int64_t attempt,
                      std::span<StepOutput const> outputs) {
    for (auto const& output : outputs)
        session.exec("insert into step_output(task_id, attempt, name, value, sealed) values(?, ?, ?, ?, ?) "
                     "on conflict(task_id, attempt, name) do update set value = excluded.value, "
                     "sealed = excluded.sealed",
                     task_id, attempt, output.name, output.value, Bytes{output.sealed});
}

std::vector<StepOutput> list_step_outputs(Session& session, std::string_view task_id, std::int64_t attempt) {
    std::vector<StepOutput> outputs;
    session.each(
        "select name, value, sealed from step_output where task_id = ? and attempt = ? order by number",
        [&](Row const& row) { outputs.push_back({row.string(0), row.string(1), row.string(2)}); }, task_id, attempt);
    return outputs;
}

} // namespace stepwell::store
