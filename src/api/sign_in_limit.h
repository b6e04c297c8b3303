// Slows down those who guess passwords: per account and per address, growing with each failure, forgotten with time.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <map>
#include <string>

namespace stepwell::api {

class SignInLimit {
public:
    explicit SignInLimit(base::Clock const& clock) : clock_(clock) {}

    // Throws Error{too_many} while account or address has to wait.
    void check(std::string const& username, std::string const& address);
    // Returns true for the first failure of a while, the one worth an audit event.
    bool failed(std::string const& username, std::string const& address);
    void succeeded(std::string const& username);

private:
    struct Failures {
        int count = 0;
        base::Time last{}, told{};
    };
    using Map = std::map<std::string, Failures>;
    static void forget_old(Map& map, base::Time now);
    base::Clock const& clock_;
    base::Sync<Map> failures_;
};

} // namespace stepwell::api
