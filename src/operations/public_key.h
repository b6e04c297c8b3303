#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// The public half of the key of an account, as a line of OpenSSH. The private half is read, and never leaves. Throws
// Error{not_found} if the account has no key, or one that does not tell its public half.
std::string public_key_of(Store const& store, domain::Account const& account);

} // namespace stepwell::operations
