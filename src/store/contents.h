// Parsed contents of snapshots. They are immutable: those in use are shared, and the last used ones are cached.
#pragma once
#include "base/sync.h"
#include "domain/content.h"
#include "store/session.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace stepwell::store {

using SharedContent = std::shared_ptr<domain::SnapshotContent const>;

// Throws Error{internal} if there is no such content.
domain::SnapshotContent load_content(Session& session, std::string const& digest);

// A cache of contents. Thread-safe.
class Contents {
public:
    // Returns the same object as long as it is in use, whatever its size. If several threads load one content, one of
    // them reads it and the others wait. Throws like load_content().
    SharedContent load(Session& session, std::string const& digest) const;

private:
    struct Kept {
        std::string digest;
        SharedContent content;
        std::size_t bytes = 0; // as stored; several times as much when parsed
    };
    static constexpr std::size_t max_kept_bytes = 4u << 20, max_kept = 100;

    struct Known {
        std::deque<Kept> kept;                                                      // most recently used first
        std::map<std::string, std::weak_ptr<domain::SnapshotContent const>> in_use; // by digest
    };

    SharedContent find(std::string const& digest) const;
    void keep(std::string const& digest, SharedContent const& content, std::size_t bytes) const;

    mutable base::Sync<Known> known_;
    mutable std::array<std::mutex, 16> loading_; // by the last digit of the digest
};

} // namespace stepwell::store
