// The small files in a ticket's folder, each written by one side and read by the other. They are not synced: they
// survive the end of every process, and after a power loss the boot id differs.
//
//   intent   written by the server before it hands over the order: an order is or was in transit
//   started  the latch: appears once, complete and with its lock held until the supervisor ends. With pid 0 it means
//            that this ticket will never start
//   result   the outcome; renamed into place
//   spool.*  run/spool_record.h
//   sock     the socket of the supervisor
#pragma once
#include "run/contract.h"

#include <span>

namespace stepwell::run {

struct Mark {            // contents of intent and started
    char boot_id[40]{};  // of the machine when the file was written
    pid_t pid = 0;       // of the supervisor; the lock shows whether it is alive
    std::int64_t at = 0; // milliseconds since 1970
};

struct ResultFacts {
    Ending ending = Ending::lost;
    int code = 0;
    std::int64_t started = 0, ended = 0; // milliseconds since 1970
    std::uint64_t next_sequence = 1;
    bool error_output = false;
    char reason[240]{};
};

enum class Written { done, exists, failed }; // failed: see errno

// Returns a mark with the current time.
Mark make_mark(std::string_view boot_id, pid_t pid);
Written write_intent(int folder, Mark const& mark);
// Returns `done` only once per folder; *lock then holds the lock. Close it to release the lock.
Written take_latch(int folder, Mark const& mark, int* lock);
bool read_mark(int folder, char const* name, Mark& mark);
// Returns true if the lock of `started` is held, or if this cannot be determined, for example without a free
// descriptor.
bool latch_is_held(int folder);

// Allocates the disk blocks of a result, so that it can be written on a full disk. Best effort.
void reserve_result(int folder);
bool write_result(int folder, ResultFacts const& facts);
// Returns false if there is no complete result.
bool read_result(int folder, ResultFacts& facts);

std::int64_t milliseconds_now();

} // namespace stepwell::run
