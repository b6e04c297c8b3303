// Slows down password guessing, for each account and each IP address. The wait grows with each failure and expires with
// time.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <map>
#include <string>

namespace stepwell::api {

inline constexpr char const* too_many_attempts = "Too many sign-ins or failed sign-ins. Try again later.";

class SignInLimit {
public:
    explicit SignInLimit(base::Clock const& clock) : clock_(clock) {}

    // Returns the time until the next attempt is allowed; 0 if it is allowed now.
    base::Duration find_wait(std::string const& username, std::string const& address);

    // One attempt, from the time before the password is checked until its result is known. An attempt in progress is
    // treated as a failure, so parallel attempts do not bypass the limit. The total number of attempts in progress is
    // limited too, because each one needs a thread and memory.
    class Attempt {
    public:
        // Throws Error{too_many} if the account or the address must wait.
        Attempt(SignInLimit& limit, std::string const& username, std::string const& address);
        ~Attempt();
        Attempt(Attempt const&) = delete;

        // Returns true for the first failure of the account in a minute, which is to be recorded in the audit.
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
    struct State {
        Map failures;
        int under_way = 0;
    };
    static base::Duration find_wait(Failures const& failures, base::Time now);
    static base::Duration find_wait(State& state, base::Time now, std::string const& account,
                                    std::string const& source);
    base::Clock const& clock_;
    base::Sync<State> state_;
};

} // namespace stepwell::api
