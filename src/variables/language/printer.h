// Writes syntax in normal form, as tokens without a value appear in a result.
#pragma once
#include "variables/language/syntax.h"

#include <string>

namespace stepwell::variables {

std::string to_text(syntax::Symbol const& symbol);
std::string to_text(syntax::Expression const& expression);
std::string to_text(syntax::Token const& token);
// Returns the rest of a conditional, starting at an elseif, as a conditional of its own.
std::string to_text(syntax::Rest const& elseif);
void print(syntax::Cell const* tokens, std::string& out);

} // namespace stepwell::variables
