// Readiness checks: tries each part that runbooks need.
#pragma once
#include "base/sync.h"
#include "base/work_queue.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stepwell::engine {
class Engine;
}
namespace stepwell::store {
class Store;
}

namespace stepwell::operations {

class Readiness {
public:
    struct Limits {
        std::chrono::milliseconds answer{1000}; // maximum time until the writer and the launcher answer
        std::chrono::milliseconds wait{5000};   // maximum time that an event or a request may wait for a thread
        std::uint64_t free_bytes = 64ull << 20; // minimum free space on the file system of DATA
        std::chrono::milliseconds keep{1000};   // time for which a result is reused
    };
    // All arguments must outlive the object. `off` is the reason why this server cannot run scripts at all; empty if it
    // can.
    Readiness(store::Store& store, engine::Engine& engine, base::WorkQueue const& requests, std::string off)
        : Readiness(store, engine, requests, std::move(off), Limits()) {}
    Readiness(store::Store& store, engine::Engine& engine, base::WorkQueue const& requests, std::string off,
              Limits limits)
        : store_(store), engine_(engine), requests_(requests), off_(std::move(off)), limits_(limits) {}

    // Returns sentences about the problems that prevent this server from running runbooks; empty if it is ready. Waits
    // for each part up to `answer`. Thread-safe: one thread checks at a time, and the others wait for its result.
    std::vector<std::string> find_troubles();

private:
    struct Result {
        std::optional<std::chrono::steady_clock::time_point> at;
        std::vector<std::string> troubles;
    };
    std::vector<std::string> try_all() const;

    store::Store& store_;
    engine::Engine& engine_;
    base::WorkQueue const& requests_;
    std::string const off_;
    Limits const limits_;
    base::Sync<Result> last_;
};

} // namespace stepwell::operations
