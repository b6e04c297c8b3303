#include "base/key_ring.h"

namespace stepwell::base {

KeyRing::KeyRing(std::vector<SecretKey> newest_first) : keys_(std::move(newest_first)) {}

SecretKey KeyRing::current() const {
    return keys_.with([](auto const& keys) { return keys.front(); });
}

std::vector<SecretKey> KeyRing::all() const {
    return keys_.with([](auto const& keys) { return keys; });
}

void KeyRing::replace(SecretKey const& next) {
    keys_.with([&](auto& keys) { keys.insert(keys.begin(), next); });
}

std::string seal(KeyRing const& keys, std::string_view plain, std::string_view owner) {
    return seal(keys.current(), plain, owner);
}

std::optional<std::string> open_sealed(KeyRing const& keys, std::string_view sealed, std::string_view owner) {
    for (auto const& key : keys.all())
        if (auto plain = open_sealed(key, sealed, owner)) return plain;
    return std::nullopt;
}

} // namespace stepwell::base
