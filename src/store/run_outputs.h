// Declared outputs of runs, as evaluated at the end of each run. Sensitive values are sealed.
#pragma once
#include "domain/outputs.h"
#include "store/store.h"

namespace stepwell::store {

struct SealedOutput {
    domain::RunOutput output; // without its value if it is sealed
    std::string sealed;
};
// Seals the sensitive values. Call before the write.
std::vector<SealedOutput> seal_outputs(Store const& store, std::string const& run_id,
                                       std::vector<domain::RunOutput> outputs);
void insert_outputs(Session& session, std::string const& run_id, std::vector<SealedOutput> const& outputs);
// Returns outputs in the order of declaration, sensitive ones without their value.
std::vector<domain::RunOutput> list_outputs(Session& session, std::string_view run_id);

} // namespace stepwell::store
