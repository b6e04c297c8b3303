#include "engine/run_outputs.h"

#include "engine/make_order.h"

namespace stepwell::engine {

std::vector<domain::RunOutput> evaluate_outputs(store::Store const& store, std::string const& server_uri,
                                                store::Task const& task, Subjects const& subjects,
                                                domain::Outcomes outcomes) {
    std::vector<domain::RunOutput> outputs;
    if (subjects.content.outputs.empty()) return outputs;
    auto resolution = resolve_for(store, server_uri, task, subjects, nullptr, outcomes, {});
    for (auto const& declared : subjects.content.outputs)
        outputs.push_back(domain::evaluate_output(declared, resolution.dictionary()));
    return outputs;
}

} // namespace stepwell::engine
