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

    // One attempt, from before the password is looked at until it is known to be right or wrong. Once a name or an
    // address has to wait between its attempts, they come one at a time too: else whoever sends a hundred at once had a
    // hundred.
    class Attempt {
    public:
        // Throws Error{too_many} while account or address has to wait.
        Attempt(SignInLimit& limit, std::string const& username, std::string const& address);
        ~Attempt();
        Attempt(Attempt const&) = delete;

        // Returns true for the first failure of a while, the one worth an audit event.
        bool failed();
        void succeeded();

    private:
        SignInLimit& limit_;
        std::string const account_, source_;
    };

private:
    struct Failures {
        int count = 0, under_way = 0;
        base::Time last{}, told{};
    };
    using Map = std::map<std::string, Failures>;
    static void forget_old(Map& map, base::Time now);
    base::Clock const& clock_;
    base::Sync<Map> failures_;
};

} // namespace stepwell::api
