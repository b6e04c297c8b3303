// Following a form of a secret through a text, from the first byte of the form. Line ends and other noise inside are
// skipped. Line ends of the secret may be missing or replaced in the text.
//
// A secret must not be empty, nor start or end with a line end. At most longest_match bytes are examined.
#pragma once
#include "run/form.h"

namespace stepwell::run {

constexpr std::size_t longest_match = 16384; // bytes of text covered by one form, including noise

// Tests all text forms in `forms`; several may match.
Walk walk_text(FormSet forms, std::string_view secret, std::string_view text);
// Tests pairs of hex digits, consecutive or separated by blanks : , 0x \x, or the addresses and characters of a hex
// dump.
Walk walk_hex(std::string_view secret, std::string_view text);
// Tests base64 with both alphabets, of the secret or of its UTF-16. Excludes characters that depend on neighboring
// bytes.
Walk walk_base64(Form form, std::string_view secret, std::string_view text);
Walk walk_utf16(std::string_view secret, std::string_view text);

// Pass the first bytes of these forms to `use`, like each_escaped_key().
class KeyUse;
enum class Escaping : std::uint8_t;
bool each_hex_key(std::string_view secret, Escaping escaping, KeyUse& use);
bool each_base64_key(std::string_view secret, KeyUse& use);

} // namespace stepwell::run
