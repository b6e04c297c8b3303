#include "base/files.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/log.h"
#include "base/regular_file.h"

#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::base {

namespace {

struct Files : testing::Test {
    Files() {
        char name[] = "/tmp/stepwell-files-XXXXXX";
        folder = ::mkdtemp(name);
    }
    ~Files() override { std::filesystem::remove_all(folder); }

    static unsigned mode_of(std::string const& path) {
        struct stat facts{};
        EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
        return facts.st_mode & 07777;
    }
    std::string folder;
};

} // namespace

TEST_F(Files, of_other_kinds_are_neither_followed_nor_waited_for) {
    auto path = folder + "/small", link = folder + "/link";
    EXPECT_EQ(read_small_file(path, 10), std::nullopt);
    EXPECT_FALSE(open_regular_file(path, O_WRONLY));
    EXPECT_TRUE(open_regular_file(path, O_WRONLY | O_CREAT, 0640));
    EXPECT_EQ(mode_of(path) & 0700, 0600u);
    replace_file(path, "0123456789");
    EXPECT_EQ(read_small_file(path, 0), "");
    EXPECT_EQ(read_small_file(path, 4), "0123");
    EXPECT_EQ(read_small_file(path, 11), "0123456789");
    auto why = [](std::string const& what) {
        try {
            open_regular_file(what, O_RDWR);
            return std::string();
        } catch (Error const& error) {
            return error.message();
        }
    };
    std::filesystem::create_symlink(path, link);
    ASSERT_EQ(::mkfifo((folder + "/pipe").c_str(), 0600), 0);
    EXPECT_EQ(why(path), "") << "twin";
    EXPECT_NE(why(link).find("'" + link + "' must be a file, but is a symbolic link"), std::string::npos);
    EXPECT_NE(why(folder + "/pipe").find("but is a named pipe"), std::string::npos);
    EXPECT_NE(why(folder).find("but is a folder"), std::string::npos);
    EXPECT_NE(why("/dev/full").find("but is a device"), std::string::npos);
    EXPECT_THROW(open_regular_file(folder + "/none/x", O_RDWR | O_CREAT), Error);
}

TEST_F(Files, are_read_whole_or_not_there) {
    EXPECT_EQ(read_file(folder + "/none"), std::nullopt);
    EXPECT_THROW(read_file(folder), Error);
    EXPECT_THROW(read_file(folder + "/none/../x" + std::string(5000, 'x')), Error);
    auto bytes = random_bytes(100'000);
    replace_file(folder + "/file", bytes);
    EXPECT_EQ(read_file(folder + "/file"), bytes);
    replace_file(folder + "/file", "");
    EXPECT_EQ(read_file(folder + "/file"), "");
}

TEST_F(Files, are_replaced_whole_with_the_mode_asked_for) {
    auto before = ::umask(0);
    replace_file(folder + "/key", "old", 0400);
    replace_file(folder + "/key", "new", 0400);
    replace_file(folder + "/plain", "x");
    ::umask(before);
    EXPECT_EQ(read_file(folder + "/key"), "new");
    EXPECT_EQ(mode_of(folder + "/key"), 0400u);
    EXPECT_EQ(mode_of(folder + "/plain"), 0600u);
    EXPECT_FALSE(std::filesystem::exists(folder + "/key.new"));
    EXPECT_THROW(replace_file(folder + "/none/file", "x"), Error);
}

// A kill between writing and renaming leaves such a file, with any mode and content.
TEST_F(Files, are_replaced_over_what_a_kill_left_behind) {
    {
        Fd left(::open((folder + "/key.new").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    }
    ::chmod((folder + "/key.new").c_str(), 0444);
    replace_file(folder + "/key", "new", 0400);
    EXPECT_EQ(mode_of(folder + "/key"), 0400u);
    EXPECT_EQ(read_file(folder + "/key"), "new");
}

TEST_F(Files, in_memory_cannot_change_once_sealed) {
    auto file = sealed_memfd("test", "bytes");
    char buffer[10];
    EXPECT_EQ(::read(file.get(), buffer, sizeof buffer), 5);
    EXPECT_EQ(::pwrite(file.get(), "x", 1, 0), -1);
    EXPECT_EQ(::ftruncate(file.get(), 0), -1);
    EXPECT_EQ(::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0), MAP_FAILED);
    EXPECT_TRUE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC);
}

TEST_F(Files, close_once_and_move) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    Fd reader(ends[0]);
    {
        Fd writer(ends[1]), taken(std::move(writer));
        EXPECT_FALSE(writer); // NOLINT: the test checks that it is empty
        EXPECT_EQ(taken.get(), ends[1]);
        write_all(taken.get(), "abc");
    }
    char buffer[10];
    EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 3);
    EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 0) << "the other end is closed";
    int kept = reader.release();
    EXPECT_EQ(::fcntl(kept, F_GETFD) >= 0, true);
    ::close(kept);
    EXPECT_THROW(write_all(-1, "x"), Error);
}

TEST_F(Files, know_program_and_boot) {
    EXPECT_TRUE(own_path().ends_with("base_tests"));
    EXPECT_EQ(boot_id().size(), 36u);
}

TEST_F(Files, of_the_log_have_one_line_an_entry) {
    testing::internal::CaptureStderr();
    log_warning("{}", std::string("user\r\nforged 2024-01-01 error\x1b[31m\0x", 35));
    log_from(Level::error);
    log_warning("dropped");
    log_from(Level::info);
    auto text = testing::internal::GetCapturedStderr();
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
    EXPECT_TRUE(text.ends_with('\n'));
    for (char c : {'\r', '\x1b', '\0'}) EXPECT_EQ(text.find(c), std::string::npos);
    EXPECT_NE(text.find("warning user  forged"), std::string::npos) << text;
}

} // namespace stepwell::base
