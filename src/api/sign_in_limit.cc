#include "api/sign_in_limit.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>

namespace stepwell::api {

namespace {

constexpr int free_tries = 5;
constexpr int max_under_way = 4; // half of the threads that answer requests
constexpr base::Duration short_wait = std::chrono::seconds(1);
constexpr auto longest_wait = std::chrono::minutes(5);
constexpr auto forgotten_after = std::chrono::minutes(30);
constexpr std::size_t max_remembered = 20'000;

// 1, 2, 4, … seconds from the sixth failure on.
base::Duration wait_after(int failures) {
    if (failures < free_tries) return base::Duration(0);
    auto wait = std::chrono::seconds(1) * (1 << std::min(failures - free_tries, 12));
    return std::min<base::Duration>(wait, longest_wait);
}

// Names that are equal in the database must be equal here.
std::string account(std::string const& username) { return "u " + base::fold(base::trim(username)).substr(0, 200); }
// The owner of one IPv6 address typically has all 2^64 addresses with the same first half.
std::string source(std::string const& address) {
    in6_addr bytes{};
    if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return "a " + address;
    return "a " + base::to_hex({reinterpret_cast<char const*>(&bytes), 8});
}

} // namespace

// If the next failure would cause a wait, other attempts wait until the current one has ended.
base::Duration SignInLimit::find_wait(Failures const& failures, base::Time now) {
    auto const wait = failures.last + wait_after(failures.count) - now;
    bool const one_under_way = failures.under_way > 0 && failures.count + failures.under_way >= free_tries;
    return std::max<base::Duration>(wait, one_under_way ? short_wait : base::Duration(0));
}

base::Duration SignInLimit::find_wait(State& state, base::Time now, std::string const& account,
                                      std::string const& source) {
    auto wait = state.under_way >= max_under_way ? short_wait : base::Duration(0);
    for (auto const& key : {account, source}) {
        auto at = state.failures.find(key);
        if (at == state.failures.end()) continue;
        auto& failures = at->second;
        failures.last = std::min(failures.last, now); // the clock may have been set back
        failures.told = std::min(failures.told, now);
        wait = std::max(wait, find_wait(failures, now));
    }
    return wait;
}

base::Duration SignInLimit::find_wait(std::string const& username, std::string const& address) {
    auto const now = clock_.now();
    return state_.with([&](State& state) { return find_wait(state, now, account(username), source(address)); });
}

SignInLimit::Attempt::Attempt(SignInLimit& limit, std::string const& username, std::string const& address)
    : limit_(limit), account_(account(username)), source_(source(address)) {
    auto now = limit_.clock_.now();
    limit_.state_.with([&](State& state) {
        if (find_wait(state, now, account_, source_) > base::Duration(0))
            throw base::Error(base::Kind::too_many, too_many_attempts);
        if (state.failures.size() > max_remembered) forget_old(state.failures, now);
        for (auto const& key : {account_, source_}) state.failures[key].under_way += 1;
        state.under_way += 1;
    });
}

SignInLimit::Attempt::~Attempt() {
    limit_.state_.with([&](State& state) {
        state.under_way -= 1;
        for (auto const& key : {account_, source_}) {
            auto at = state.failures.find(key);
            if (at != state.failures.end() && --at->second.under_way == 0 && at->second.count == 0)
                state.failures.erase(at);
        }
    });
}

bool SignInLimit::Attempt::failed() {
    auto now = limit_.clock_.now();
    return limit_.state_.with([&](State& state) {
        auto& all = state.failures;
        for (auto const& key : {account_, source_}) {
            auto& failures = all[key];
            if (failures.last + forgotten_after < now) failures.count = 0;
            failures.count += 1;
            failures.last = now;
        }
        auto& mine = all[account_];
        if (mine.told + std::chrono::minutes(1) > now) return false;
        mine.told = now;
        return true;
    });
}

void SignInLimit::Attempt::succeeded() {
    limit_.state_.with([&](State& state) { state.failures[account_].count = 0; });
}

// Deletes expired entries first, then those that need not wait now. Keeps those that must wait, so that a flood of
// other names does not end their wait.
void SignInLimit::forget_old(Map& map, base::Time now) {
    auto forget = [&](auto const& is_over) {
        std::erase_if(map, [&](auto const& entry) { return entry.second.under_way == 0 && is_over(entry.second); });
    };
    forget([&](Failures const& failures) { return failures.last + forgotten_after < now; });
    if (map.size() > max_remembered)
        forget([&](Failures const& failures) { return failures.last + wait_after(failures.count) <= now; });
}

} // namespace stepwell::api
