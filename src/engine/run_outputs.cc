#include "engine/run_outputs.h"

#include "store/run_outputs.h"

namespace stepwell::engine {

EvaluatedOutputs evaluate_outputs(RunContext const& context, domain::Outcomes outcomes) {
    auto const& subjects = context.subjects;
    EvaluatedOutputs evaluated;
    if (subjects.content->outputs.empty()) return evaluated;
    auto resolution = resolve_for(context, outcomes);
    variables::SharedWork work;
    variables::Evaluator evaluator(resolution.dictionary(), work);
    std::vector<domain::RunOutput> outputs;
    for (auto const& declared : subjects.content->outputs) {
        outputs.push_back(domain::evaluate_output(declared, evaluator));
        evaluated.warnings = evaluated.warnings || !outputs.back().problem.empty();
    }
    evaluated.write =
        [run_id = subjects.run.id, sealed = store::seal_outputs(context.store, subjects.run.id, std::move(outputs))](
            store::Transaction& transaction) { store::insert_outputs(transaction.session, run_id, sealed); };
    return evaluated;
}

} // namespace stepwell::engine
