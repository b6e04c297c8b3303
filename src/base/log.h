// The server's own log, one line an entry, to standard error. Never a secret, never a body.
#pragma once
#include <fmt/format.h>

#include <string_view>

namespace stepwell::base {

enum class Level { debug, info, warning, error };

void log_line(Level level, std::string_view text);
void log_from(Level level); // lines below it are dropped

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
