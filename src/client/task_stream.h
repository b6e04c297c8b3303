// Following a task to its end: every byte it prints once, in order, whatever happens to connection or server.
#pragma once
#include "client/client.h"
#include "client/pause.h"

#include <boost/json/value.hpp>

namespace stepwell::client {

struct LogPiece {
    std::int64_t attempt = 0; // its number in the task
    std::string step;         // "2", or "2.1" for an action of a step with several
    std::string step_name;
    std::string target;   // where it runs; empty for a step that runs once
    std::string category; // Info, Verbose, Warning, Error, Highlight, Wait
    std::string text;     // part of a line, or several
};

class TaskStream {
public:
    struct Listener {
        std::function<void(LogPiece const&)> printed; // empty: what the task prints is not fetched
        std::function<void(std::string const& why, std::chrono::milliseconds pause)>
            lost; // tries again after the pause
    };

    TaskStream(Client& client, std::string task_id, Listener listener);

    // True when the task is over and all was told. False when `wake` (a descriptor, or -1) can be read: call again to
    // go on where it stopped. Tries for ever while the server cannot be reached; throws when it refuses.
    bool follow(int wake = -1);
    // The task as told last; null before.
    Json const& task() const { return task_; }

private:
    bool read_stream(int wake);
    void take(std::string const& name, std::string const& data, std::string const& id);

    Client& client_;
    std::string task_id_;
    Listener listener_;
    std::string cursor_; // where to go on: the id of the last event
    Json task_;
    Pauses pauses_;
    bool over_ = false;
};

} // namespace stepwell::client
