// Requests that carry an Idempotency-Key do their work once: the answer is stored with the work, and given again.
#pragma once
#include "api/call.h"

namespace stepwell::api {

class Remembered {
public:
    // Without the header nothing is remembered.
    explicit Remembered(Call& call);

    // Returns the answer that was stored for this request. Throws Error{conflict} if the key was used for another one.
    std::optional<net::Response> find_answer() const;
    // SQL that stores the answer, for the transaction that does the work. It throws Error{conflict} if an equal request
    // was faster; then find_answer() returns its answer.
    std::function<void(store::Transaction&)> store_answer(int status, std::string answer) const;

private:
    store::Store& store_;
    std::string user_id_, key_, request_;
};

} // namespace stepwell::api
