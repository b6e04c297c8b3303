// The public half of an SSH key, read from the file of its private one.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::domain {

// One line as in authorized_keys, "ssh-ed25519 AAAA…". `file` is in the format of OpenSSH, which tells the public half
// even of a key that a passphrase locks (PROTOCOL.key of OpenSSH), or an RSA key in PEM that is not locked; nothing for
// any other.
std::optional<std::string> find_public_key(std::string_view file);

} // namespace stepwell::domain
