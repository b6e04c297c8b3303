#include "store/contents.h"

#include "base/error.h"
#include "store/runs.h"

#include <algorithm>

namespace stepwell::store {

namespace {

std::string load_bytes(Session& session, std::string const& digest) {
    auto bytes = find_content(session, digest);
    if (!bytes) throw base::Error(base::Kind::internal, "frozen content " + digest + " is gone");
    return std::move(*bytes);
}

} // namespace

domain::SnapshotContent load_content(Session& session, std::string const& digest) {
    return domain::parse_content(load_bytes(session, digest));
}

SharedContent Contents::load(Session& session, std::string const& digest) const {
    auto known = kept_.with([&](std::deque<Kept>& kept) -> SharedContent {
        auto at = std::ranges::find(kept, digest, &Kept::digest);
        if (at == kept.end()) return nullptr;
        std::rotate(kept.begin(), at, at + 1);
        return kept.front().content;
    });
    if (known) return known;
    auto bytes = load_bytes(session, digest);
    auto content = std::make_shared<domain::SnapshotContent const>(domain::parse_content(bytes));
    if (bytes.size() > most_bytes) return content;
    kept_.with([&](std::deque<Kept>& kept) {
        kept.push_front({digest, content, bytes.size()});
        std::size_t total = 0;
        auto fits = [&](Kept const& each) { return (total += each.bytes) <= most_bytes; };
        auto first_left_out = std::ranges::find_if_not(kept, fits);
        kept.erase(std::min(first_left_out, kept.begin() + std::min<std::ptrdiff_t>(most, std::ssize(kept))),
                   kept.end());
    });
    return content;
}

} // namespace stepwell::store
