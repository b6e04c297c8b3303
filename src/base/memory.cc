#include "base/memory.h"

#include <atomic>
#include <chrono>
#include <malloc.h>

namespace stepwell::base {

void limit_free_memory() {
#ifndef STEPWELL_SANITIZED
    constexpr int max_kept = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, max_kept);
    ::mallopt(M_TRIM_THRESHOLD, max_kept);
#endif
}

void return_free_memory() {
#ifndef STEPWELL_SANITIZED
    using namespace std::chrono;
    constexpr std::size_t max_kept = 16u << 20;
    constexpr std::int64_t pause_ms = 10'000;
    static std::atomic<std::int64_t> next_ms = 0;
    auto now = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    auto next = next_ms.load(std::memory_order_relaxed);
    if (now < next || !next_ms.compare_exchange_strong(next, now + pause_ms)) return;
    if (::mallinfo2().fordblks > max_kept) ::malloc_trim(0);
#endif
}

void return_all_free_memory() {
#ifndef STEPWELL_SANITIZED
    ::malloc_trim(0);
#endif
}

} // namespace stepwell::base
