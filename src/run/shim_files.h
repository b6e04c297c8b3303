// The small files in a ticket's folder, each written by one side and read by the other. None is synced: they outlive
// every process, and what they cannot outlive, loss of power, shows in the boot id.
//
//   intent   by the server before it hands the order over: an order is, or was, on its way
//   started  the latch: appears once, complete and with its lock held until the end of the supervisor. Without a
//            supervisor (pid 0) it says that this ticket will never start
//   result   what became of it; renamed into place
//   spool.*  run/spool_record.h
//   sock     where the supervisor listens
#pragma once
#include "run/contract.h"

#include <span>

namespace stepwell::run {

struct Mark {            // intent, started
    char boot_id[40]{};  // of the machine when it was written
    pid_t pid = 0;       // of the supervisor; whether it still lives, the lock tells
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

enum class Written { done, exists, failed }; // failed: errno says why

// With the time of now.
Mark make_mark(std::string_view boot_id, pid_t pid);
Written write_intent(int folder, Mark const& mark);
// Only one call for a folder ever answers `done`, then *lock holds the lock; close it to let go.
Written take_latch(int folder, Mark const& mark, int* lock);
bool read_mark(int folder, char const* name, Mark& mark);
// True when somebody holds the lock of `started`, or when nobody can tell, as without a free descriptor.
bool latch_is_held(int folder);

// Allocates the disk blocks of a result, so that it can be written on a full disk. Best effort.
void reserve_result(int folder);
bool write_result(int folder, ResultFacts const& facts);
// False when there is none that is whole.
bool read_result(int folder, ResultFacts& facts);

std::int64_t milliseconds_now();

} // namespace stepwell::run
