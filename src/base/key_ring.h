// The encryption keys of an installation, during and after a rotation.
#pragma once
#include "base/crypto.h"
#include "base/sync.h"

#include <vector>

namespace stepwell::base {

// The current key, which encrypts, and earlier keys, which still decrypt older values. Thread-safe.
class KeyRing {
public:
    explicit KeyRing(std::vector<SecretKey> newest_first);

    SecretKey current() const;
    std::vector<SecretKey> all() const; // newest first
    // Makes `next` the current key.
    void replace(SecretKey const& next);

private:
    Sync<std::vector<SecretKey>> keys_;
};
std::string seal(KeyRing const& keys, std::string_view plain, std::string_view owner);
std::optional<std::string> open_sealed(KeyRing const& keys, std::string_view sealed, std::string_view owner);

} // namespace stepwell::base
