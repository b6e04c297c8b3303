// What snapshots froze, parsed. It never changes, so what runs used last is kept.
#pragma once
#include "base/sync.h"
#include "domain/content.h"
#include "store/session.h"

#include <deque>
#include <memory>

namespace stepwell::store {

using SharedContent = std::shared_ptr<domain::SnapshotContent const>;

// Throws Error{internal} when it is gone.
domain::SnapshotContent load_content(Session& session, std::string const& digest);

// Any thread.
class Contents {
public:
    // Throws as above.
    SharedContent load(Session& session, std::string const& digest) const;

private:
    struct Kept {
        std::string digest;
        SharedContent content;
        std::size_t bytes = 0; // as stored; parsed it is several times that
    };
    static constexpr std::size_t most_bytes = 4u << 20, most = 100;

    mutable base::Sync<std::deque<Kept>> kept_; // the last used first
};

} // namespace stepwell::store
