// A log of lasting failures. Logs one line when a failure starts and one when it ends, however often and by however
// many callers it is reported. For operations that are retried, such as the tasks of a server whose disk is full.
#pragma once
#include "base/sync.h"

#include <map>
#include <string>

namespace stepwell::base {

class Troubles {
public:
    // Reports that `who` failed with `what` and will retry. Ends any other failure of `who`. Thread-safe.
    void met(std::string const& who, std::string const& what);
    // Reports that `who` has no failure or no longer exists. Thread-safe.
    void over(std::string const& who);

private:
    struct Known {
        std::map<std::string, std::string> by_who;
        std::map<std::string, std::size_t> counts; // current callers per failure
    };
    static void leave(Known& known, std::string const& who);

    Sync<Known> known_;
};

} // namespace stepwell::base
