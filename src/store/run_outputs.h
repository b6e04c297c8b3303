// Declared outputs of runs, as they were when each ended. Sensitive ones are sealed.
#pragma once
#include "domain/outputs.h"
#include "store/store.h"

namespace stepwell::store {

struct SealedOutput {
    domain::RunOutput output; // without the value when it is sealed
    std::string sealed;
};
// Seals what is sensitive; call it before the write.
std::vector<SealedOutput> seal_outputs(Store const& store, std::string const& run_id,
                                       std::vector<domain::RunOutput> outputs);
void insert_outputs(Session& session, std::string const& run_id, std::vector<SealedOutput> const& outputs);
// In the order they were declared; sensitive ones without value.
std::vector<domain::RunOutput> list_outputs(Session& session, std::string_view run_id);

} // namespace stepwell::store
