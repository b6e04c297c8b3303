// Reads the public key from the file of a private SSH key.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::domain {

// Returns one line as in authorized_keys, such as "ssh-ed25519 AAAA…". `file` is in OpenSSH format, with or without a
// passphrase (the public key is not encrypted, see PROTOCOL.key of OpenSSH), or an unencrypted RSA key in PEM. Returns
// nullopt for any other file.
std::optional<std::string> find_public_key(std::string_view file);

} // namespace stepwell::domain
