#include "api/sign_in_limit.h"

#include "base/error.h"
#include "base/text.h"

namespace stepwell::api {

namespace {

constexpr int free_tries = 5;
constexpr auto longest_wait = std::chrono::minutes(5);
constexpr auto forgotten_after = std::chrono::minutes(30);
constexpr std::size_t most_remembered = 20'000;

// 1, 2, 4 … seconds from the sixth failure on.
base::Duration wait_after(int failures) {
    if (failures < free_tries) return base::Duration(0);
    auto wait = std::chrono::seconds(1) * (1 << std::min(failures - free_tries, 12));
    return std::min<base::Duration>(wait, longest_wait);
}

// Names that the database takes for the same must be the same here.
std::string account(std::string const& username) { return "u " + base::to_lower(base::trim(username)).substr(0, 200); }
std::string source(std::string const& address) { return "a " + address; }

} // namespace

void SignInLimit::check(std::string const& username, std::string const& address) {
    auto now = clock_.now();
    failures_.with([&](auto& all) {
        for (auto const& key : {account(username), source(address)}) {
            auto at = all.find(key);
            if (at != all.end() && at->second.last + wait_after(at->second.count) > now)
                throw base::Error(base::Kind::too_many, "Too many failed sign-ins. Wait a while and try again.");
        }
    });
}

bool SignInLimit::failed(std::string const& username, std::string const& address) {
    auto now = clock_.now();
    return failures_.with([&](auto& all) {
        if (all.size() > most_remembered) forget_old(all, now);
        for (auto const& key : {account(username), source(address)}) {
            auto& failures = all[key];
            if (failures.last + forgotten_after < now) failures.count = 0;
            failures.count += 1;
            failures.last = now;
        }
        auto& mine = all[account(username)];
        if (mine.told + std::chrono::minutes(1) > now) return false;
        mine.told = now;
        return true;
    });
}

void SignInLimit::succeeded(std::string const& username) {
    failures_.with([&](auto& all) { all.erase(account(username)); });
}

void SignInLimit::forget_old(Map& map, base::Time now) {
    std::erase_if(map, [&](auto const& entry) { return entry.second.last + forgotten_after < now; });
    if (map.size() > most_remembered) map.clear();
}

} // namespace stepwell::api
