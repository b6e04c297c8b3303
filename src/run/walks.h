// How a secret's forms are followed through a text, from the form's first byte on. Line ends and other noise inside are
// passed over, and line ends of the secret itself may be missing or be others.
//
// A secret is not empty and neither begins nor ends with a line end. At most longest_match bytes are looked at.
#pragma once
#include "run/form.h"

namespace stepwell::run {

constexpr std::size_t longest_match = 16384; // bytes of text that one form covers, noise included

// All of the text forms in `forms`; several may be true of one text.
Walk walk_text(FormSet forms, std::string_view secret, std::string_view text);
// Pairs of digits, alone or with what stands between them: blanks : , 0x \x, and beside them the addresses and
// characters of a dump.
Walk walk_hex(std::string_view secret, std::string_view text);
// Base64 with both alphabets, of the secret or of its UTF-16. Characters that depend on a neighbour are no part of it.
Walk walk_base64(Form form, std::string_view secret, std::string_view text);
Walk walk_utf16(std::string_view secret, std::string_view text);

// The first bytes of these forms, as each_escaped_key gives them.
class KeyUse;
enum class Escaping : std::uint8_t;
bool each_hex_key(std::string_view secret, Escaping escaping, KeyUse& use);
bool each_base64_key(std::string_view secret, KeyUse& use);

} // namespace stepwell::run
