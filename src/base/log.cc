#include "base/log.h"

#include "base/clock.h"

#include <atomic>
#include <string>
#include <unistd.h>

namespace stepwell::base {

namespace {
std::atomic<Level> lowest{Level::info};
}

void log_from(Level level) { lowest = level; }

void log_line(Level level, std::string_view text) {
    if (level < lowest.load(std::memory_order_relaxed)) return;
    static constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
    auto line = fmt::format("{} {:<7} ", to_text(SystemClock().now()), names[int(level)]);
    for (char c : text) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c; // one line per entry
    line += '\n';
    // one call, so that lines are not interleaved
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace stepwell::base
