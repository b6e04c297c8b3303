// Rotation of the server's key, while it works or while it is off.
#pragma once
#include "domain/caller.h"
#include "store/reseal.h"

namespace stepwell::operations {

class KeyRotation {
public:
    explicit KeyRotation(store::Store& store);

    // Whether one was begun and is not finished: by begin(), or by a server that was killed since.
    bool is_unfinished() const { return unfinished_; }
    // Makes the new key, which seals from now on. Throws Error{conflict} while another rotation is unfinished.
    void begin(domain::Caller const& caller);

    using Told = std::function<void(std::string const& line)>;
    // Goes on and finishes when nothing needs the former key any more. While scripts run that were started under it,
    // and when stop is asked, it stays unfinished: call it again later. The server seals and opens meanwhile as ever.
    void go_on(Told const& told, std::stop_token stop);

private:
    std::size_t still_running();
    store::Store& store_;
    bool unfinished_;
    std::optional<std::vector<std::string>> started_before_; // tickets under the former key, as far as they run
};

} // namespace stepwell::operations
