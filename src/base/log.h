// The server's own log on standard error, one line per entry. Never log a secret or a request body.
#pragma once
#include <fmt/format.h>

#include <string_view>

namespace stepwell::base {

enum class Level { debug, info, warning, error };

void log_line(Level level, std::string_view text);
void log_from(Level level); // Drops entries below `level`.

template <class... Args> void log_info(fmt::format_string<Args...> text, Args&&... args) {
    log_line(Level::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args> void log_warning(fmt::format_string<Args...> text, Args&&... args) {
    log_line(Level::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args> void log_error(fmt::format_string<Args...> text, Args&&... args) {
    log_line(Level::error, fmt::format(text, std::forward<Args>(args)...));
}

} // namespace stepwell::base
