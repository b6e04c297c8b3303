// Launchers with real accounts. These tests need root, like the launcher.
#pragma once
#include "run/launcher.h"
#include "run/launcher_client.h"
#include "run/worker_support.h"

#include <fstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace stepwell::run {

constexpr uid_t server_id = 60991;
inline uid_t const first_slot = 61400 + uid_t(::getpid() % 100) * 4; // not used by an installation or by other tests

class LauncherTest : public ::testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        base::start_crypto();
        ::chmod(folder.path().c_str(), 0711); // accessible to scripts; the folders in it are protected
        ::mkdir(data().c_str(), 0700);
        ::mkdir((data() + "/tickets").c_str(), 0700);
        for (auto const& path : {data(), data() + "/tickets"})
            ASSERT_EQ(::chown(path.c_str(), server_id, server_id), 0);
        secret_file("key");
        secret_file("database");
        start_launcher();
    }
    void TearDown() override {
        if (helper_ > 0) ::waitpid(helper_, nullptr, 0);
        LauncherClient(data() + "/launcher.sock").quit();
        stop_launcher();
        std::error_code not_empty;
        std::filesystem::remove(runtime(), not_empty);
    }
    // Runs `act` in a process of its own, as root.
    void alongside(std::function<void()> act) {
        helper_ = ::fork();
        if (helper_ != 0) return;
        act();
        ::_exit(0);
    }

    void secret_file(std::string const& name) {
        std::ofstream(data() + "/" + name) << "TOP-SECRET";
        ::chmod((data() + "/" + name).c_str(), 0600);
        ::chown((data() + "/" + name).c_str(), server_id, server_id);
    }
    LauncherOptions launcher_options() const {
        LauncherOptions options;
        options.socket = data() + "/launcher.sock";
        options.tickets = data() + "/tickets";
        options.build = "test";
        options.shim_account = "no-such-account"; // gives the account a known number
        options.server_uid = options.server_gid = server_id;
        options.first_uid = first_slot;
        options.slots = 4;
        options.accounts = {"daemon"};
        options.use_cgroups = options.use_namespaces = GetParam();
        return options;
    }
    pid_t spawn_launcher(LauncherOptions const& options) {
        pid_t pid = ::fork();
        if (pid == 0) {
            try {
                ::_exit(run_launcher(options));
            } catch (base::Error const& error) {
                std::fprintf(stderr, "%s\n", error.what());
                ::_exit(1);
            }
        }
        return pid;
    }
    void start_launcher() {
        launcher_ = spawn_launcher(launcher_options());
        ASSERT_TRUE(eventually([&] { return LauncherClient(data() + "/launcher.sock").build() == "test"; }));
    }
    void stop_launcher(int signal = SIGTERM) {
        if (launcher_ <= 0) return;
        ::kill(launcher_, signal);
        ::waitpid(std::exchange(launcher_, 0), nullptr, 0);
    }
    std::string data() const { return folder / "data"; }
    LocalWorker::Options worker_options() const { return {data() + "/tickets", data() + "/launcher.sock", "", ""}; }

    // Runs `act` in a process of the server's account, like a server. Returns the result of `act`.
    std::string as_server(std::function<std::string(RunningWorker&)> act, uid_t id = server_id) {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        pid_t pid = ::fork();
        if (pid == 0) {
            ::syscall(SYS_setgroups, 0, nullptr);
            if (::setgid(id) != 0 || ::setuid(id) != 0) ::_exit(9);
            {
                RunningWorker server(worker_options());
                auto text = act(server);
                base::write_all(ends[1], text);
            }
            ::_exit(::testing::Test::HasFailure() ? 1 : 0);
        }
        ::close(ends[1]);
        std::string text;
        char buffer[65536];
        for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
            text.append(buffer, std::size_t(count));
        ::close(ends[0]);
        int status = 0;
        ::waitpid(pid, &status, 0);
        EXPECT_EQ(status, 0) << text;
        return text;
    }
    std::string run_as_server(Order const& order) {
        return as_server([&](RunningWorker& server) {
            auto result = server.run(order);
            auto log = server.log_of(order.ticket);
            return fmt::format("{} {} {}\n{}{}", int(result.ending), result.code, result.reason, log.out, log.err);
        });
    }
    static bool somebody_is(uid_t uid) { return count_accounts({&uid, 1}) > 0; }
    std::string runtime() const {
        struct stat facts{};
        ::stat((data() + "/tickets").c_str(), &facts);
        auto name = fmt::format("stepwell-{:x}-{:x}", facts.st_dev, facts.st_ino);
        return std::filesystem::exists("/run/" + name) ? "/run/" + name : "/dev/shm/" + name;
    }
    bool has_folder(Ticket const& ticket) const { return std::filesystem::exists(runtime() + "/" + ticket); }

    TemporaryFolder folder;
    pid_t launcher_ = 0, helper_ = 0;
};

} // namespace stepwell::run
