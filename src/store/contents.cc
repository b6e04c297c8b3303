#include "store/contents.h"

#include "base/error.h"
#include "store/runs.h"

#include <algorithm>

namespace stepwell::store {

namespace {

std::string load_bytes(Session& session, std::string const& digest) {
    auto bytes = find_content(session, digest);
    if (!bytes) throw base::Error(base::Kind::internal, "frozen content " + digest + " is missing");
    return std::move(*bytes);
}

} // namespace

domain::SnapshotContent load_content(Session& session, std::string const& digest) {
    return domain::parse_content(load_bytes(session, digest));
}

SharedContent Contents::find(std::string const& digest) const {
    return known_.with([&](Known& known) -> SharedContent {
        auto& kept = known.kept;
        if (auto at = std::ranges::find(kept, digest, &Kept::digest); at != kept.end()) {
            std::rotate(kept.begin(), at, at + 1);
            return kept.front().content;
        }
        auto at = known.in_use.find(digest);
        return at == known.in_use.end() ? nullptr : at->second.lock();
    });
}

void Contents::keep(std::string const& digest, SharedContent const& content, std::size_t bytes) const {
    known_.with([&](Known& known) {
        std::erase_if(known.in_use, [](auto const& each) { return each.second.expired(); });
        known.in_use[digest] = content;
        if (bytes > max_kept_bytes) return;
        auto& kept = known.kept;
        kept.push_front({digest, content, bytes});
        std::size_t total = 0;
        auto fits = [&](Kept const& each) { return (total += each.bytes) <= max_kept_bytes; };
        auto first_left_out = std::ranges::find_if_not(kept, fits);
        kept.erase(std::min(first_left_out, kept.begin() + std::min<std::ptrdiff_t>(max_kept, std::ssize(kept))),
                   kept.end());
    });
}

SharedContent Contents::load(Session& session, std::string const& digest) const {
    if (auto known = find(digest)) return known;
    std::scoped_lock lock(loading_[std::size_t(digest.empty() ? 0 : digest.back()) % loading_.size()]);
    if (auto known = find(digest)) return known;
    auto const bytes = load_bytes(session, digest);
    auto content = std::make_shared<domain::SnapshotContent const>(domain::parse_content(bytes));
    keep(digest, content, bytes.size());
    return content;
}

} // namespace stepwell::store
