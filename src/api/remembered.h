// Requests that carry an Idempotency-Key do their work once: the answer is stored with the work, and given again.
#pragma once
#include "api/call.h"

namespace stepwell::api {

// Call it in the transaction that does the work, with the JSON of the answer.
using Remember = std::function<void(store::Transaction&, std::string const& answer)>;

// Runs `work` unless it was done before. The same key with another request is Error{conflict}.
net::Response remembered(Call& call, int status, std::function<std::string(Remember const&)> const& work);

} // namespace stepwell::api
