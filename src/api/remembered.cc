#include "api/remembered.h"

#include "base/error.h"
#include "store/accounts.h"

namespace stepwell::api {

using base::Error;
using base::Kind;

namespace {

constexpr auto remembered_for = std::chrono::hours(24);

std::optional<net::Response> find_answer(Call& call, std::string const& key, std::string const& request) {
    auto found = call.store().read(
        [&](store::Session& session) { return store::find_remembered(session, call.caller.actor.user_id, key); });
    if (!found) return std::nullopt;
    if (found->request != request) throw Error(Kind::conflict, "This Idempotency-Key was used for another request.");
    return answer_json(found->status, found->answer);
}

} // namespace

net::Response remembered(Call& call, int status, std::function<std::string(Remember const&)> const& work) {
    std::string key(call.request.headers["Idempotency-Key"].substr(0, 200));
    if (key.empty()) return answer_json(status, work([](store::Transaction&, std::string const&) {}));
    auto request = base::sha256(call.request.method + "\n" + call.request.path + "\n" + call.request.body);
    if (auto answer = find_answer(call, key, request)) return std::move(*answer);
    try {
        return answer_json(status, work([&](store::Transaction& transaction, std::string const& answer) {
                               store::forget_remembered_before(transaction.session, transaction.now - remembered_for);
                               store::remember(transaction.session, call.caller.actor.user_id, key,
                                               {request, status, answer}, transaction.now);
                           }));
    } catch (Error const& error) {
        // The same request, sent twice at once: one of them won.
        if (error.kind() != Kind::conflict) throw;
        if (auto answer = find_answer(call, key, request)) return std::move(*answer);
        throw;
    }
}

} // namespace stepwell::api
