// The rules of nouns that their descriptions do not contain. They run while a change is built, and may run again.
#pragma once
#include "operations/change.h"

namespace stepwell::operations {

struct Rules {
    // Checks and completes the document that a client sent. `before` is null for a new document. `rest` is written
    // after the document, in the same transaction.
    void (*settle)(ChangeContext const&, Document& next, Document const* before, Change& rest) = nullptr;
    // Throws Error{invalid} if the document must not be deleted. `first` is written before it is deleted.
    void (*check_deletion)(ChangeContext const&, Stored const& document, Change& first) = nullptr;
};

// Returns rules without functions for a noun that needs none.
Rules const& rules_of(Noun const& noun);

} // namespace stepwell::operations
