// Writes that are still possible on a full disk.
#include "store/store.h"

#include "base/error.h"

#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

namespace stepwell::store {
namespace {

class FullDisk : public ::testing::Test {
protected:
    void SetUp() override {
        std::string name = std::filesystem::temp_directory_path() / "stepwell-disk-XXXXXX";
        folder = ::mkdtemp(name.data());
        if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=160m,mode=0700") != 0) GTEST_SKIP() << "needs root";
        store.emplace(folder + "/data", clock);
        store->start();
        writer = std::jthread([this](std::stop_token stop) { store->serve(stop); });
    }
    void TearDown() override {
        writer = {};
        store.reset();
        ::umount2(folder.c_str(), MNT_DETACH);
        std::filesystem::remove_all(folder);
    }
    void fill(std::int64_t bytes_left) {
        base::Fd file(::open((folder + "/filler").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        std::string const block(64u << 10, 'x');
        off_t size = 0;
        for (ssize_t count; (count = ::write(file.get(), block.data(), block.size())) > 0;) size += count;
        ASSERT_EQ(::ftruncate(file.get(), size - off_t(bytes_left)), 0);
    }
    // Returns the error message; empty on success.
    std::string put(std::string const& name, std::size_t bytes, Reserve reserve) {
        try {
            store->write(
                [&](Transaction& transaction) {
                    transaction.session.exec("insert into setting(name, value) values(?, ?)", name,
                                             std::string(bytes, 'v'));
                },
                reserve);
            return {};
        } catch (base::Error const& error) {
            EXPECT_EQ(error.kind(), base::Kind::unavailable) << error.message();
            return error.message();
        }
    }

    std::string folder;
    base::SystemClock clock;
    std::optional<Store> store;
    std::jthread writer;
};

TEST_F(FullDisk, a88_leaves_room_for_what_ends_something) {
    EXPECT_EQ(put("before", 10, Reserve::keep), "");
    for (int round = 0; round < 3; ++round) {
        auto name = [&](char const* kind, int number) { return kind + std::to_string(round * 1000 + number); };
        // Uses all available space, and more than a checkpoint can move: the log itself fills the disk.
        for (int i = 0; i < 40 && put(name("big", i), 1'000'000, Reserve::keep).empty(); ++i)
            if (i == 5 * round) fill(0);
        EXPECT_NE(put(name("common", 0), 10, Reserve::keep), "");
        for (int i = 0; i < 100; ++i) ASSERT_EQ(put(name("cancel", i), 200, Reserve::use), "") << round << " " << i;
        EXPECT_NE(put(name("common", 1), 10, Reserve::keep), "") << "the twin";
        std::filesystem::remove(folder + "/filler");
        store->write([&](Transaction& transaction) { transaction.session.exec("delete from setting where name like 'big%'"); },
                     Reserve::use);
        EXPECT_EQ(put(name("common", 2), 10, Reserve::keep), "") << "there is room again";
    }
    auto const kept = store->read([](Session& session) {
        return session.integer("select count(*) from setting where name like 'cancel%'");
    });
    EXPECT_EQ(kept, 300);
}

TEST_F(FullDisk, a88_a_change_that_finds_no_room_undoes_only_what_was_told) {
    fill(3 << 20);
    EXPECT_NE(put("large", 30'000'000, Reserve::use), "");
    EXPECT_EQ(put("small", 10, Reserve::use), "");
    std::filesystem::remove(folder + "/filler");
    EXPECT_EQ(put("large", 1'000'000, Reserve::keep), "");
}

} // namespace
} // namespace stepwell::store
