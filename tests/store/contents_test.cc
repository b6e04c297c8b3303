// Frozen contents that runs share.
#include "workbench.h"

#include "store/contents.h"
#include "store/runs.h"

#include <barrier>

namespace stepwell::store {
namespace {

struct ContentsTest : Workbench {
    // Returns the digest of a content with a value of that size.
    std::string freeze(std::size_t size) {
        SnapshotContent content;
        content.variables.resize(1);
        content.variables[0].id = content.variables[0].name = "A";
        content.variables[0].value.text = std::string(size, 'x');
        auto const bytes = to_bytes(content), digest = content_digest(bytes);
        store->write([&](Transaction& transaction) { insert_content(transaction.session, digest, bytes); });
        return digest;
    }
    SharedContent load(std::string const& digest) {
        return store->read([&](Session& session) { return store->contents().load(session, digest); });
    }
};

TEST_F(ContentsTest, are_shared_while_they_are_in_use_whatever_their_size) {
    for (std::size_t size : {10u, 6u << 20}) {
        auto const digest = freeze(size);
        auto const first = load(digest);
        EXPECT_EQ(first->variables[0].value.text->size(), size);
        EXPECT_EQ(load(digest), first);
    }
}

TEST_F(ContentsTest, are_read_once_by_all_who_ask_together) {
    auto const digest = freeze(6u << 20);
    std::vector<SharedContent> all(8);
    std::barrier ready(8);
    {
        std::vector<std::jthread> threads;
        for (auto& each : all)
            threads.emplace_back([&] {
                ready.arrive_and_wait();
                each = load(digest);
            });
    }
    EXPECT_EQ(std::set<SharedContent>(all.begin(), all.end()).size(), 1u);
}

TEST_F(ContentsTest, that_are_large_go_with_their_last_user) {
    auto const digest = freeze(6u << 20);
    std::weak_ptr<SnapshotContent const> const seen = load(digest);
    EXPECT_TRUE(seen.expired());
    EXPECT_EQ(load(digest)->variables.size(), 1u);
    auto const small = freeze(10);
    std::weak_ptr<SnapshotContent const> const kept = load(small);
    EXPECT_FALSE(kept.expired());
}

} // namespace
} // namespace stepwell::store
