// A LocalWorker with its loop, a listener that records its calls, and a temporary folder.
#pragma once
#include "base/crypto.h"
#include "base/error.h"
#include "base/files.h"
#include "run/local_worker.h"
#include "run/process_tree.h"
#include "run/shim_files.h"
#include "run/spool.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stepwell::run {

using namespace std::chrono_literals;

class TemporaryFolder {
public:
    TemporaryFolder() {
        char name[] = "/tmp/stepwell-run-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string operator/(std::string const& name) const { return path_ + "/" + name; }
    std::string const& path() const { return path_; }

private:
    std::string path_;
};

struct Seen {
    std::map<Ticket, Result> ended;
    std::map<Ticket, int> started, ended_count;
};

class Memory final : public Listener {
public:
    void started(Ticket const& ticket, Time) override {
        seen_.change([&](Seen& seen) { ++seen.started[ticket]; });
    }
    void advanced(Ticket const&) override {
        seen_.change([](Seen&) {});
    }
    void ended(Ticket const& ticket, Result const& result) override {
        seen_.change([&](Seen& seen) {
            seen.ended[ticket] = result;
            ++seen.ended_count[ticket];
        });
    }
    std::optional<Result> wait_for_end(Ticket const& ticket, std::chrono::milliseconds limit = 60s) {
        std::optional<Result> result;
        seen_.wait_for(
            {}, limit, [&](Seen& seen) { return seen.ended.contains(ticket); },
            [&](Seen& seen) { result = seen.ended[ticket]; });
        return result;
    }
    bool wait_for_start(Ticket const& ticket, std::chrono::milliseconds limit = 20s) {
        return seen_.wait_for({}, limit, [&](Seen& seen) { return seen.started[ticket] > 0; }, [](Seen&) {});
    }
    Seen seen() {
        return seen_.with([](Seen& seen) { return seen; });
    }

private:
    base::Sync<Seen> seen_;
};

// A worker and its thread, as in one server.
class RunningWorker {
public:
    explicit RunningWorker(LocalWorker::Options const& options)
        : worker(options, memory), loop_([this](std::stop_token stop) { worker.serve(stop); }) {}
    ~RunningWorker() {
        loop_.request_stop();
        loop_.join();
    }

    Result run(Order order, std::chrono::milliseconds limit = 60s) {
        auto ticket = order.ticket;
        worker.start(std::move(order));
        return result_of(ticket, limit);
    }
    Result result_of(Ticket const& ticket, std::chrono::milliseconds limit = 60s) {
        auto result = memory.wait_for_end(ticket, limit);
        if (!result) {
            ADD_FAILURE() << ticket << " did not end";
            return {};
        }
        return *result;
    }
    // Returns every record from `sequence` on. Fails if there is a gap.
    struct Log {
        std::string out, err;
        std::vector<std::string> markers;
        std::vector<std::string> messages, sealed;
        std::uint64_t next = 1;
        std::size_t records = 0;
    };
    Log log_of(Ticket const& ticket, std::uint64_t sequence = 1, bool acknowledge = false) {
        Log log;
        log.next = sequence;
        for (;;) {
            auto page = worker.read(ticket, log.next, 1u << 20);
            if (page.bytes.empty()) return log;
            auto size = for_each_record(page.bytes, [&](Record const& record) {
                EXPECT_EQ(record.sequence, log.next) << "a gap in the log of " << ticket;
                ++log.next;
                ++log.records;
                if (record.kind == RecordKind::output)
                    (record.stream == Stream::out ? log.out : log.err) += record.bytes;
                if (record.kind == RecordKind::marker) log.markers.emplace_back(record.bytes);
                if (record.kind == RecordKind::message) log.messages.emplace_back(record.bytes);
                if (record.kind == RecordKind::sealed) log.sealed.emplace_back(record.bytes);
            });
            EXPECT_EQ(size, page.bytes.size());
            EXPECT_EQ(log.next, page.next_sequence);
            if (acknowledge) worker.acknowledge(ticket, log.next);
        }
    }

    Memory memory;
    LocalWorker worker;

private:
    std::jthread loop_;
};

inline Ticket new_ticket() { return base::to_hex(base::random_bytes(16)); }

inline base::BoxKeys test_box() { return base::box_keys_from(base::SecretKey::from_bytes(std::string(32, 'k'))); }

inline Order order_of(std::string body, Limits limits = {}) {
    Order order;
    order.ticket = new_ticket();
    order.script.body = std::move(body);
    order.limits = limits;
    order.box_public_key = test_box().public_key;
    return order;
}

template <class Condition> bool eventually(Condition condition, std::chrono::milliseconds limit = 10s) {
    auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return condition();
}

inline std::string content_of(std::string const& path) { return base::read_file(path).value_or(""); }

// Returns the supervisor's process id from the mark `started`; 0 if there is none.
inline pid_t shim_of(std::string const& tickets, Ticket const& ticket) {
    base::Fd folder(::open((tickets + "/" + ticket).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    Mark mark;
    return folder && read_mark(folder.get(), "started", mark) ? mark.pid : 0;
}

// Returns false if there is no supervisor or it cannot be signaled. (Process 0 would be the process group of this
// program.)
inline bool signal_shim(std::string const& tickets, Ticket const& ticket, int signal) {
    auto shim = shim_of(tickets, ticket);
    return shim > 0 && ::kill(shim, signal) == 0;
}

// A server that can be killed: runs `serve` with a worker in a process of its own.
class OtherServer {
public:
    OtherServer(LocalWorker::Options const& options, std::function<void(RunningWorker&)> serve) {
        pid_ = ::fork();
        if (pid_ != 0) return;
        {
            RunningWorker running(options);
            serve(running);
            for (;;) ::pause();
        }
    }
    ~OtherServer() { kill(); }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    }

private:
    pid_t pid_ = 0;
};

// Both builds of the shim: the embedded one, and the one with the tests' sanitizer.
class EachShim : public ::testing::TestWithParam<char const*> {
protected:
    EachShim() { base::start_crypto(); }
    LocalWorker::Options options() const { return {folder / "tickets", "", "", GetParam()}; }
    std::string tickets() const { return folder / "tickets"; }

    TemporaryFolder folder;
};

inline std::string shim_name(::testing::TestParamInfo<char const*> const& info) {
    return *info.param ? "sanitized" : "static";
}
#define STEPWELL_EACH_SHIM(Suite)                                                                                      \
    INSTANTIATE_TEST_SUITE_P(With, Suite, ::testing::Values("", STEPWELL_SHIM_UNDER_TEST), shim_name)

} // namespace stepwell::run
