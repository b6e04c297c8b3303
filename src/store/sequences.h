// The numbers of ids. The database assigns them in blocks, so that no number is assigned twice, whichever process asks.
#pragma once
#include "base/sync.h"
#include "store/session.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace stepwell::store {

// A range of numbers, from `first` to `last`; empty if first > last.
struct NumberBlock {
    std::int64_t first = 1, last = 0;
};

// Reserves the next `count` numbers of a prefix for the caller. Call in a transaction of its own.
NumberBlock reserve_numbers(Session& session, std::string_view prefix, std::int64_t count);
// Gives back a block that is still the last one of its prefix; otherwise its numbers remain unused.
void return_numbers(Session& session, std::string_view prefix, NumberBlock block);

// The reserved blocks of one process. Each block of a prefix is twice as long as its predecessor, up to
// max_block_size: a server that creates little leaves small gaps after a crash, and one that creates much reserves
// seldom. Thread-safe.
class Sequences {
public:
    using Reserve = std::function<NumberBlock(std::string_view prefix, std::int64_t count)>;
    static constexpr std::int64_t max_block_size = 256;

    // Returns the next number of a prefix. Calls `reserve` if its block is used up, on one thread at a time; rethrows
    // its exceptions.
    std::int64_t next(std::string_view prefix, Reserve const& reserve);
    // Returns the unused blocks by prefix and forgets them.
    std::map<std::string, NumberBlock, std::less<>> take_unused();

private:
    struct State {
        NumberBlock block;
        std::int64_t size = 0; // of the last reservation
    };
    using States = std::map<std::string, State, std::less<>>;
    std::optional<std::int64_t> take(std::string_view prefix);

    base::Sync<States> states_;
    std::mutex reserving_;
};

} // namespace stepwell::store
