// DATA/key, and DATA/former-keys with those that were replaced.
#pragma once
#include "base/crypto.h"

#include <string>
#include <vector>

namespace stepwell::store {

void make_key_if_missing(std::string const& folder);
// Returns the key, then those before it, in no order. Throws Error{internal} if the key is missing or one is damaged.
std::vector<base::SecretKey> load_keys(std::string const& folder);
// Puts `former` among the former keys, then `next` in its place; each is durable before the next step.
void replace_key_files(std::string const& folder, base::SecretKey const& former, base::SecretKey const& next);

} // namespace stepwell::store
