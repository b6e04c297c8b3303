// The key of an installation while it is being replaced, and after.
#pragma once
#include "base/crypto.h"
#include "base/sync.h"

#include <vector>

namespace stepwell::base {

// The key that seals, and those that were before it, which still open what they sealed.
class KeyRing {
public:
    explicit KeyRing(std::vector<SecretKey> newest_first);

    SecretKey current() const;
    std::vector<SecretKey> all() const; // newest first
    // From now on `next` seals.
    void replace(SecretKey const& next);

private:
    Sync<std::vector<SecretKey>> keys_;
};
std::string seal(KeyRing const& keys, std::string_view plain, std::string_view owner);
std::optional<std::string> open_sealed(KeyRing const& keys, std::string_view sealed, std::string_view owner);

} // namespace stepwell::base
