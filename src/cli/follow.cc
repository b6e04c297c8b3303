#include "cli/follow.h"

#include "base/clock.h"
#include "base/files.h"

#include <boost/json.hpp>

#include <unistd.h>

namespace stepwell::cli {

using client::text_in;

void say_lost(Terminal const& terminal, std::string const& why, std::chrono::milliseconds pause) {
    auto const seconds = double(pause.count()) / 1000;
    terminal.say(
        fmt::format("stepwell: {}; trying again in {:g} {}", why, seconds, seconds == 1 ? "second" : "seconds"));
}

Watch::Watch(client::Client& client, std::string task_id, Terminal const& terminal, Log log)
    : client_(client), task_id_(std::move(task_id)),
      printer_(
          [log](std::string_view bytes) {
              base::write_all(log == Log::standard_error ? STDERR_FILENO : STDOUT_FILENO, bytes);
          },
          terminal.shows_colours() && log == Log::standard_output),
      stream_(client, task_id_, [&] {
          client::TaskStream::Listener listener;
          if (log != Log::none) listener.printed = [this](client::LogPiece const& piece) { printer_.print(piece); };
          listener.lost = [&terminal](std::string const& why, std::chrono::milliseconds pause) {
              say_lost(terminal, why, pause);
          };
          return listener;
      }()) {}

bool Watch::follow(int wake) {
    if (!stream_.follow(wake)) return false;
    printer_.end();
    return true;
}

base::Json Watch::task() {
    auto const& told = stream_.task();
    if (text_in(told, "CompletedTime").empty()) return client_.get("/api/tasks/" + base::encode_percent(task_id_));
    return told;
}

bool succeeded(base::Json const& task) { return text_in(task, "State") == "Success"; }

std::string summary(base::Json const& task) {
    auto text = text_in(task, "State") + ": " + text_in(task, "Description") + " (" + text_in(task, "Id");
    if (auto const duration = text_in(task, "Duration"); !duration.empty()) text += ", " + duration;
    text += ")";
    if (auto const error = text_in(task, "ErrorMessage"); !error.empty()) text += ". " + error;
    return text;
}

} // namespace stepwell::cli
