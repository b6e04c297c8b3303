#include "run/launcher_claim.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace stepwell::run {

// Launchers with different mounts may share /tmp, and keep their claims elsewhere.
TEST(LauncherClaim, leaves_folders_alone_that_a_launcher_with_other_mounts_uses) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    char claims[] = "/tmp/claims-XXXXXX";
    ASSERT_TRUE(::mkdtemp(claims));
    auto name = "fade-" + std::to_string(::getpid());
    auto folder = "/tmp/stepwell-private-" + name;
    std::filesystem::create_directories(folder + "/61000");
    base::Fd used(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(::flock(used.get(), LOCK_SH | LOCK_NB), 0);
    remove_unclaimed_folders(claims, "0-0");
    EXPECT_TRUE(std::filesystem::exists(folder + "/61000"));
    used.reset();
    remove_unclaimed_folders(claims, "0-0");
    EXPECT_FALSE(std::filesystem::exists(folder));
    std::filesystem::remove_all(claims);
}

} // namespace stepwell::run
