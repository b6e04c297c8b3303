// Troubles that last, in the log: one line when a trouble begins and one when it is over, however often it is met and
// by however many. For what is tried again and again, such as the tasks of a server whose disk is full.
#pragma once
#include "base/sync.h"

#include <map>
#include <string>

namespace stepwell::base {

class Troubles {
public:
    // `who` met `what`, and tries again. Whatever it met before is over for it.
    void met(std::string const& who, std::string const& what);
    // `who` is in no trouble, or is no more.
    void over(std::string const& who);

private:
    struct Known {
        std::map<std::string, std::string> by_who;
        std::map<std::string, std::size_t> counts; // of those that are in a trouble, by trouble
    };
    static void leave(Known& known, std::string const& who);

    Sync<Known> known_;
};

} // namespace stepwell::base
