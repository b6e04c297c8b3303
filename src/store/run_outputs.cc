#include "store/run_outputs.h"

#include "base/error.h"
#include "store/sealed.h"

namespace stepwell::store {

namespace {

domain::OutputType type_named(std::string_view name) {
    for (std::size_t i = 0; i < domain::output_types.size(); ++i)
        if (domain::output_types[i] == name) return domain::OutputType(i);
    throw base::Error(base::Kind::internal, "an output has the unknown type " + std::string(name));
}

} // namespace

std::vector<SealedOutput> seal_outputs(Store const& store, std::string const& run_id,
                                       std::vector<domain::RunOutput> outputs) {
    std::vector<SealedOutput> sealed;
    for (auto& output : outputs) {
        auto& made = sealed.emplace_back(SealedOutput{std::move(output), {}});
        if (!made.output.sensitive || !made.output.value) continue;
        made.sealed = base::seal(store.key(), *made.output.value, owner_of_run_output(run_id, made.output.name));
        made.output.value.reset();
    }
    return sealed;
}

void insert_outputs(Session& session, std::string const& run_id, std::vector<SealedOutput> const& outputs) {
    std::int64_t position = 0;
    for (auto const& [output, sealed] : outputs)
        session.exec("insert into run_output(run_id, position, name, type, description, value, sealed, sensitive, "
                     "problem) values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     run_id, position++, output.name, std::string(schema::name_of(output.type)), output.description,
                     output.value, Bytes{sealed}, std::int64_t(output.sensitive), output.problem);
}

std::vector<domain::RunOutput> list_outputs(Session& session, std::string_view run_id) {
    std::vector<domain::RunOutput> outputs;
    session.each(
        "select name, type, description, value, sensitive, problem from run_output where "
        "run_id = ? order by position",
        [&](Row const& row) {
            domain::RunOutput output{row.string(0), type_named(row.text(1)), row.string(2), {}, row.integer(4) != 0,
                                     row.string(5)};
            if (!row.is_null(3)) output.value = row.string(3);
            outputs.push_back(std::move(output));
        },
        run_id);
    return outputs;
}

} // namespace stepwell::store
