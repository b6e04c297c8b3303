#include "base/troubles.h"

#include "base/log.h"

namespace stepwell::base {

void Troubles::met(std::string const& who, std::string const& what) {
    known_.with([&](Known& known) {
        auto at = known.by_who.find(who);
        if (at != known.by_who.end() && at->second == what) return;
        leave(known, who);
        known.by_who[who] = what;
        if (++known.counts[what] == 1) log_error("{}: {}; trying again", who, what);
    });
}

void Troubles::over(std::string const& who) {
    known_.with([&](Known& known) { leave(known, who); });
}

void Troubles::leave(Known& known, std::string const& who) {
    auto at = known.by_who.find(who);
    if (at == known.by_who.end()) return;
    auto count = known.counts.find(at->second);
    if (--count->second == 0) {
        log_info("{}: recovered from: {}", who, at->second);
        known.counts.erase(count);
    }
    known.by_who.erase(at);
}

} // namespace stepwell::base
