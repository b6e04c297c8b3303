// Texts in which characters are written as themselves or as an escape: quoted, in JSON, XML, HTML, addresses, shells.
// Which of its characters a program escapes is its own affair, so a text is compared by what it means.
#pragma once
#include "run/form.h"

#include <string_view>

namespace stepwell::run {

// What a text says at one place of a secret.
struct Taken {
    std::size_t text = 0;   // bytes of the text; 0: something else than the secret
    std::size_t secret = 0; // bytes of the secret that they stand for
    bool cut_off = false;   // the text ends within an escape
};
Taken take(Form form, std::string_view text, std::size_t at, std::string_view secret, std::size_t place);

// The forms in which a text may go on with `c` without meaning it.
FormSet escaping_forms(char c);

enum class Escaping : std::uint8_t { all, needed };

// The first four bytes that a secret may begin with in one of these forms. `use` takes them as they lie in memory;
// stops and returns false where `use` does. Escaping::needed: letters and digits are written as themselves.
class KeyUse {
public:
    virtual bool use(std::uint32_t key, Form form) = 0;

protected:
    ~KeyUse() = default;
};
bool each_escaped_key(std::string_view secret, Escaping escaping, KeyUse& use);

} // namespace stepwell::run
