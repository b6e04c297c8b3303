// Matching of secrets in text that contains escapes: quoted strings, JSON, XML, HTML, URLs, shells. Programs differ in
// which characters they escape, so a text is compared by its meaning.
#pragma once
#include "run/form.h"

#include <string_view>

namespace stepwell::run {

// The result of matching a text at one position of a secret.
struct Taken {
    std::size_t text = 0;   // matched bytes of the text; 0: no match
    std::size_t secret = 0; // bytes of the secret that they represent
    bool cut_off = false;   // the text ends within an escape
};
Taken take(Form form, std::string_view text, std::size_t at, std::string_view secret, std::size_t place);

// Returns the forms in which `c` may appear in a text without being part of its meaning.
FormSet escaping_forms(char c);

enum class Escaping : std::uint8_t { all, needed };

// Passes all possible first four bytes of a secret in an escaped form to `use`, in memory order. Stops and returns
// false if `use` returns false. With Escaping::needed, letters and digits are not escaped.
class KeyUse {
public:
    virtual bool use(std::uint32_t key, Form form) = 0;

protected:
    ~KeyUse() = default;
};
bool each_escaped_key(std::string_view secret, Escaping escaping, KeyUse& use);

} // namespace stepwell::run
