// Follows a task to its end. Each byte of its log is passed on once and in order, across lost connections and server
// restarts.
#pragma once
#include "client/client.h"
#include "client/pause.h"

#include <boost/json/value.hpp>

namespace stepwell::client {

struct LogPiece {
    std::int64_t attempt = 0; // its number in the task
    std::string step;         // "2", or "2.1" for an action of a step with several
    std::string step_name;
    std::string target;      // where it runs; empty for a step that runs once
    std::string category;    // Info, Verbose, Warning, Error, Highlight, Wait
    std::string text;        // part of a line, or several lines
    bool is_message = false; // a sentence of the server, not output of a script
};

class TaskStream {
public:
    struct Listener {
        std::function<void(LogPiece const&)> printed; // empty: the log is not requested
        std::function<void(std::string const& why, std::chrono::milliseconds pause)>
            lost; // called before a pause and retry
    };

    TaskStream(Client& client, std::string task_id, Listener listener);

    // Returns true when the task has ended and everything was passed on; false if `wake` (a descriptor, or -1) is
    // readable: call again to resume. Retries without limit while the server cannot be reached; throws if the server
    // refuses.
    bool follow(int wake = -1);
    // The task as last received; null at first.
    Json const& task() const { return task_; }

private:
    bool read_stream(int wake);
    void take(std::string const& name, std::string const& data, std::string const& id);

    Client& client_;
    std::string task_id_;
    Listener listener_;
    std::string cursor_; // id of the last event, where to resume
    Json task_;
    Pauses pauses_;
    bool over_ = false;
};

} // namespace stepwell::client
