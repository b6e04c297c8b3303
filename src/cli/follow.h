// Following tasks in a terminal.
#pragma once
#include "cli/log_printer.h"
#include "cli/terminal.h"
#include "client/task_stream.h"

namespace stepwell::cli {

// Prints to standard error that the connection is lost and when it is retried.
void say_lost(Terminal const& terminal, std::string const& why, std::chrono::milliseconds pause);

// Prints the log of a task as it grows, or only waits for its end.
class Watch {
public:
    enum class Log { none, standard_output, standard_error };

    Watch(client::Client& client, std::string task_id, Terminal const& terminal, Log log);
    Watch(Watch const&) = delete;
    // Like TaskStream::follow. Completes the printed log before it returns true.
    bool follow(int wake = -1);
    // Returns the ended task. Requests it from the server if the stream did not contain it.
    base::Json task();

private:
    client::Client& client_;
    std::string task_id_;
    LogPrinter printer_;
    client::TaskStream stream_;
};

bool succeeded(base::Json const& task);
// Returns "Success: Run runbook … (ServerTasks-7, 12 seconds)", with the reason for a failure.
std::string summary(base::Json const& task);

} // namespace stepwell::cli
