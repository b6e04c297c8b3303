// Idempotency: a request with an Idempotency-Key is executed only once. Its answer is stored with its changes and
// returned to repeated requests for 24 h.
#pragma once
#include "api/call.h"

namespace stepwell::api {

class Remembered {
public:
    // Without the header, the object has no effect.
    explicit Remembered(Call& call);

    // Returns the answer that was stored for this request; nullopt if there is none. Throws Error{conflict} if the key
    // was used for another request.
    std::optional<net::Response> find_answer() const;
    // Returns SQL that stores the answer, for the transaction with the changes. The SQL throws Error{conflict} if an
    // equal request committed first; find_answer() then returns its answer.
    std::function<void(store::Transaction&)> store_answer(int status, std::string answer) const;

private:
    store::Store& store_;
    std::string user_id_, key_, request_;
};

} // namespace stepwell::api
