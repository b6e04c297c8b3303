// Watching tasks from a terminal.
#pragma once
#include "cli/log_printer.h"
#include "cli/terminal.h"
#include "client/task_stream.h"

namespace stepwell::cli {

// Says on standard error that the connection is lost, and when it is tried again.
void say_lost(Terminal const& terminal, std::string const& why, std::chrono::milliseconds pause);

// Prints the log of a task as it comes, or only waits.
class Watch {
public:
    enum class Log { none, standard_output, standard_error };

    Watch(client::Client& client, std::string task_id, Terminal const& terminal, Log log);
    Watch(Watch const&) = delete;
    // As TaskStream::follow; the log is ended properly when it returns true.
    bool follow(int wake = -1);
    // As it ended; asked from the server when the stream did not tell.
    base::Json task();

private:
    client::Client& client_;
    std::string task_id_;
    LogPrinter printer_;
    client::TaskStream stream_;
};

bool succeeded(base::Json const& task);
// "Success: Run runbook … (ServerTasks-7, 12 seconds)", and why it failed.
std::string summary(base::Json const& task);

} // namespace stepwell::cli
