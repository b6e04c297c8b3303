#include "operations/readiness.h"

#include "engine/engine.h"
#include "store/store.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

namespace stepwell::operations {

namespace {

std::string find_disk_trouble(std::string const& folder, std::uint64_t free_bytes) {
    struct statvfs space{};
    if (::statvfs(folder.c_str(), &space) != 0) return fmt::format("The folder {} cannot be read.", folder);
    auto left = std::uint64_t(space.f_bavail) * space.f_frsize;
    if (left >= free_bytes) return {};
    return fmt::format("The disk of {} is full: {} MiB are free. Below 32 MiB (or a sixteenth of a smaller disk), no "
                       "new data is stored and runs wait. Free space until {} MiB are free.",
                       folder, left >> 20, free_bytes >> 20);
}

std::string find_wait(std::string_view what, std::chrono::milliseconds waited, std::chrono::milliseconds limit) {
    if (waited < limit) return {};
    return fmt::format("{} have been waiting for {} s: every thread is busy.", what, waited.count() / 1000);
}

} // namespace

std::vector<std::string> Readiness::try_all() const {
    std::vector<std::string> troubles;
    auto add = [&](std::string trouble) {
        if (!trouble.empty()) troubles.push_back(std::move(trouble));
    };
    if (!off_.empty())
        add(off_);
    else
        add(engine_.find_worker_trouble(limits_.answer));
    add(store_.damage());
    add(store_.trouble(limits_.answer));
    add(find_disk_trouble(store_.folder(), limits_.free_bytes));
    add(find_wait("Events of runs", engine_.longest_wait(), limits_.wait));
    add(find_wait("Requests", requests_.longest_wait(), limits_.wait));
    return troubles;
}

std::vector<std::string> Readiness::find_troubles() {
    return last_.with([&](Result& last) {
        auto now = std::chrono::steady_clock::now();
        if (!last.at || now - *last.at >= limits_.keep) {
            last.troubles = try_all();
            last.at = std::chrono::steady_clock::now();
        }
        return last.troubles;
    });
}

} // namespace stepwell::operations
