#include "api/remembered.h"

#include "base/error.h"
#include "store/accounts.h"

namespace stepwell::api {

using base::Error;
using base::Kind;

namespace {

constexpr auto remembered_for = std::chrono::hours(24);

} // namespace

Remembered::Remembered(Call& call)
    : store_(call.store()), user_id_(call.caller.actor.user_id),
      key_(call.request.headers["Idempotency-Key"].substr(0, 200)) {
    if (!key_.empty())
        request_ = base::sha256(call.request.method + "\n" + call.request.path + "\n" + call.request.body);
}

std::optional<net::Response> Remembered::find_answer() const {
    if (key_.empty()) return std::nullopt;
    auto found = store_.read([&](store::Session& session) {
        return store::find_remembered(session, user_id_, key_, store_.clock().now() - remembered_for);
    });
    if (!found) return std::nullopt;
    if (found->request != request_)
        throw Error(Kind::conflict, "This Idempotency-Key was used for a different request. Use a new key.");
    return answer_json(found->status, found->answer);
}

std::function<void(store::Transaction&)> Remembered::store_answer(int status, std::string answer) const {
    if (key_.empty()) return [](store::Transaction&) {};
    return [user_id = user_id_, key = key_,
            row = store::Remembered{request_, status, std::move(answer)}](store::Transaction& transaction) {
        store::forget_remembered_before(transaction.session, transaction.now - remembered_for);
        store::remember(transaction.session, user_id, key, row, transaction.now);
    };
}

} // namespace stepwell::api
