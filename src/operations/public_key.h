#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Returns the public key of an account as a line in OpenSSH format. Reads the private key but does not return it.
// Throws Error{not_found} if the account has no key, or one from which the public key cannot be read.
std::string public_key_of(Store const& store, domain::Account const& account);

} // namespace stepwell::operations
