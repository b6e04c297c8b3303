// DATA/key, and the replaced keys in DATA/former-keys.
#pragma once
#include "base/crypto.h"

#include <string>
#include <vector>

namespace stepwell::store {

void make_key_if_missing(std::string const& folder);
// Returns the current key, followed by the former keys in no order. Throws Error{internal} if the current key is
// missing or any key is damaged.
std::vector<base::SecretKey> load_keys(std::string const& folder);
// Adds `former` to the former keys, then replaces the current key by `next`. Each step is durable before the following
// one.
void replace_key_files(std::string const& folder, base::SecretKey const& former, base::SecretKey const& next);

} // namespace stepwell::store
