// Rotation of the server's encryption key, while the server runs or while it is stopped.
#pragma once
#include "domain/caller.h"
#include "store/reseal.h"

namespace stepwell::operations {

class KeyRotation {
public:
    explicit KeyRotation(store::Store& store);

    // Returns true if a rotation was started and has not finished, by begin() or by a server that was killed later.
    bool is_unfinished() const { return unfinished_; }
    // Creates a new key, which seals values from now on. Throws Error{conflict} if another rotation has not finished.
    void begin(domain::Caller const& caller);

    using Told = std::function<void(std::string const& line)>;
    // Continues the rotation, and finishes it when no value needs the former key. The rotation remains unfinished if
    // scripts that were started under the former key still run, or after a stop request; call the function again later.
    // Other threads can seal and open values in the meantime.
    void go_on(Told const& told, std::stop_token stop);

private:
    std::size_t still_running();
    store::Store& store_;
    bool unfinished_;
    std::optional<std::vector<std::string>> started_before_; // tickets under the former key that still run
};

} // namespace stepwell::operations
