#pragma once
#include "store/session.h"

#include <memory>

namespace stepwell::store {

enum class Use { write, read };

// A connection to the SQLite file `path`. Exactly one may write, and it alone checkpoints: Debian's 3.40 corrupts the
// log when two do. Readers must be closed before the writer.
std::unique_ptr<Session> open_sqlite(std::string const& path, Use use);

} // namespace stepwell::store
