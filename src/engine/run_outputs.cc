#include "engine/run_outputs.h"

#include "engine/make_order.h"
#include "store/run_outputs.h"

namespace stepwell::engine {

EvaluatedOutputs evaluate_outputs(store::Store const& store, std::string const& server_uri, store::Task const& task,
                                  Subjects const& subjects, domain::Outcomes outcomes) {
    EvaluatedOutputs told;
    if (subjects.content->outputs.empty()) return told;
    auto resolution = resolve_for(store, server_uri, task, subjects, nullptr, outcomes, {});
    variables::SharedWork work;
    variables::Evaluator evaluator(resolution.dictionary(), work);
    std::vector<domain::RunOutput> outputs;
    for (auto const& declared : subjects.content->outputs) {
        outputs.push_back(domain::evaluate_output(declared, evaluator));
        told.warnings = told.warnings || !outputs.back().problem.empty();
    }
    told.write = [run_id = subjects.run.id, sealed = store::seal_outputs(store, subjects.run.id, std::move(outputs))](
                     store::Transaction& transaction) { store::insert_outputs(transaction.session, run_id, sealed); };
    return told;
}

} // namespace stepwell::engine
