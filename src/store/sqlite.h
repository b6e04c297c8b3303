#pragma once
#include "store/session.h"

#include <memory>

namespace stepwell::store {

enum class Use { write, read };

// A connection to the SQLite file `path`. Exactly one may write, and it alone checkpoints: Debian's 3.40 corrupts the
// log when two do. Readers must be closed before the writer.
std::unique_ptr<Session> open_sqlite(std::string const& path, Use use);
// Makes the write-ahead log as large as it grows; call it from the thread that writes.
void lay_out_log(std::string const& path);

} // namespace stepwell::store
