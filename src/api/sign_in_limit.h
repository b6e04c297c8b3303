// Slows down those who guess passwords: per account and per address, growing with each failure, forgotten with time.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

#include <map>
#include <string>

namespace stepwell::api {

inline constexpr char const* too_many_attempts =
    "Too many sign-ins, or too many that failed. Wait a while and try again.";

class SignInLimit {
public:
    explicit SignInLimit(base::Clock const& clock) : clock_(clock) {}

    // Returns the time after which an attempt may be made; 0 if one may be made now.
    base::Duration find_wait(std::string const& username, std::string const& address);

    // One attempt, from before the password is checked until the result is known. Attempts under way count as failures,
    // so parallel attempts do not bypass the limit. A check takes a thread and memory, so few are under way at a time.
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
