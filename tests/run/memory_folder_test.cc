#include "run/shim_launch.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

constexpr int cannot_mount = 77;

// Checks the prefixes of the folders in a child with its own mounts: a new /run and a new /dev/shm with these flags.
void expect_folders(unsigned long run_flags, unsigned long shm_flags, std::string const& of_scripts) {
    pid_t const child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", "/run", "tmpfs", run_flags, nullptr) != 0 ||
            ::mount("tmpfs", "/dev/shm", "tmpfs", shm_flags, "mode=1777") != 0)
            ::_exit(cannot_mount);
        bool const good = runtime_folder("stepwell-test", false).starts_with(of_scripts) &&
                          memory_folder("stepwell-locks").starts_with("/run/");
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_mount) GTEST_SKIP() << "mounting is not permitted here";
    EXPECT_EQ(status, 0) << of_scripts;
}

} // namespace

TEST(MemoryFolders, of_scripts_permit_execution_if_any_does) {
    expect_folders(0, 0, "/run/");
    expect_folders(MS_NOEXEC, 0, "/dev/shm/");
    expect_folders(MS_NOEXEC, MS_NOEXEC, "/run/");
}

} // namespace stepwell::run
