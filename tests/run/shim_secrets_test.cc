// Data of a run that others can see: command lines, environments, descriptors, folders, memory.
#include "run/worker_support.h"

#include <sys/stat.h>

namespace stepwell::run {
namespace {

class ShimSecrets : public EachShim {};
STEPWELL_EACH_SHIM(ShimSecrets);

constexpr char const* secret = "tOp-sEcReT-v4lue";

Order order_with_secrets(std::string body) {
    auto order = order_of(std::move(body), {0ms, 0ms});
    order.script.values = {{"Password", secret}, {"Other", "tOp-sEcReT-0ther"}};
    order.script.sensitive = {secret};
    order.script.parameters = "--token tOp-sEcReT-p4rameter";
    order.nonce = "tOp-sEcReT-n0nce";
    return order;
}

TEST_P(ShimSecrets, are_in_no_command_line_and_no_environment) {
    RunningWorker server(options());
    std::atomic<bool> over = false;
    std::string seen;
    std::atomic<std::size_t> samples = 0;
    std::jthread sampler([&] {
        while (!over) {
            for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
                if (!std::isdigit(entry.path().filename().string()[0]) ||
                    entry.path() == "/proc/" + std::to_string(::getpid()))
                    continue;
                for (auto name : {"/cmdline", "/environ"}) {
                    base::Fd file(::open((entry.path().string() + name).c_str(), O_RDONLY | O_CLOEXEC));
                    char buffer[65536];
                    auto count = file ? ::read(file.get(), buffer, sizeof buffer) : -1;
                    if (count <= 0) continue;
                    ++samples;
                    std::string_view text(buffer, std::size_t(count));
                    if (text.find("tOp-sEcReT") != text.npos)
                        seen += entry.path().string() + name + ": " + std::string(text) + "\n";
                }
            }
        }
    });
    for (int i = 0; i < 60 || samples <= 1000; ++i) EXPECT_EQ(server.run(order_with_secrets("true; sleep 0.005")).code, 0);
    over = true;
    sampler.join();
    EXPECT_EQ(seen, "");
}

TEST_P(ShimSecrets, are_in_no_file_of_the_ticket) {
    auto previous = ::umask(0);
    RunningWorker server(options());
    auto order = order_with_secrets(
        "get_octopusvariable Password; echo; set_octopusvariable copy \"$(get_octopusvariable Password)\" -sensitive");
    auto ticket = order.ticket;
    EXPECT_EQ(server.run(std::move(order)).ending, Ending::exited);
    ::umask(previous);
    int files = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(tickets())) {
        struct stat facts{};
        ::lstat(entry.path().c_str(), &facts);
        EXPECT_EQ(facts.st_mode & 07, 0u) << entry.path() << " is open to others";
        if (!entry.is_regular_file()) continue;
        ++files;
        EXPECT_EQ(content_of(entry.path()).find("tOp-sEcReT"), std::string::npos) << entry.path();
    }
    EXPECT_GE(files, 4);
    EXPECT_EQ(server.log_of(ticket).sealed.size(), 1u) << "the helpers know the nonce";
}

TEST_P(ShimSecrets, are_not_left_open_in_the_script) {
    RunningWorker server(options());
    auto order = order_with_secrets("sleep 0.1; for f in /proc/$$/fd/*; do readlink $f; done; ls -A");
    auto ticket = order.ticket;
    server.run(std::move(order));
    auto out = server.log_of(ticket).out;
    EXPECT_EQ(out.find("memfd"), std::string::npos) << out;
    EXPECT_EQ(out.find("socket"), std::string::npos) << out;
}

TEST_P(ShimSecrets, are_closed_to_other_accounts_and_to_this_one) {
    RunningWorker server(options());
    auto order = order_with_secrets("exec sleep 1000");
    server.worker.start(order);
    ASSERT_TRUE(server.memory.wait_for_start(order.ticket));
    auto shim = shim_of(tickets(), order.ticket);
    pid_t other = ::fork();
    if (other == 0) {
        if (::setuid(61998) != 0) ::_exit(100);
        int open = 0;
        for (auto name : {"fd", "environ", "mem", "maps"})
            open += ::open(("/proc/" + std::to_string(shim) + "/" + name).c_str(), O_RDONLY) >= 0 ? 1 : 0;
        ::_exit(open);
    }
    int status = -1;
    ::waitpid(other, &status, 0);
    EXPECT_EQ(status, 0);
    struct stat facts{};
    ::stat(("/proc/" + std::to_string(shim) + "/environ").c_str(), &facts);
    EXPECT_EQ(facts.st_uid, 0u);
    auto status_text = content_of("/proc/" + std::to_string(shim) + "/limits");
    EXPECT_NE(status_text.find("Max core file size        0                    0"), std::string::npos);
    server.worker.cancel(order.ticket);
    server.result_of(order.ticket);
}

TEST(ShimMemory, is_small_while_a_script_talks) {
#ifdef STEPWELL_SANITIZED
    GTEST_SKIP() << "measured without sanitizers";
#endif
    base::start_crypto();
    TemporaryFolder folder;
    RunningWorker server({folder / "tickets", "", "", ""});
    auto order = order_with_secrets("seq 1 300000; seq 1 300000 >&2; set_octopusvariable name value; sleep 1000");
    server.worker.start(order);
    ASSERT_TRUE(eventually([&] { return server.log_of(order.ticket).err.ends_with("\n300000\n"); }, 20s));
    auto rollup = content_of("/proc/" + std::to_string(shim_of(folder / "tickets", order.ticket)) + "/smaps_rollup");
    int private_kib = 0;
    for (auto name : {"Private_Clean:", "Private_Dirty:"})
        private_kib += std::atoi(rollup.c_str() + rollup.find(name) + std::strlen(name));
    EXPECT_LE(private_kib, 1024) << rollup;
    EXPECT_GT(private_kib, 10);
    ::testing::Test::RecordProperty("private_kib", private_kib);
    std::printf("private memory of a shim: %d KiB\n", private_kib);
    server.worker.cancel(order.ticket);
    server.result_of(order.ticket);
}

} // namespace
} // namespace stepwell::run
