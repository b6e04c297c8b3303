// The activity tree of a task: the task, its steps, the attempts of each step, and their output.
#pragma once
#include "engine/engine.h"

namespace stepwell::operations {

struct ActivityLine {
    base::Time at;
    std::string category; // such as Info, Verbose, Warning, Error, Highlight, Wait, Gap
    std::string text;     // UTF-8
    std::int64_t number = 0;
    bool is_begun = false; // the beginning of the line is not in `text`
    bool is_cut = false;   // the end of the line is not in `text`
};

struct Activity {
    std::int64_t attempt = 0;     // attempt that printed the lines; 0 if there is none
    std::string id, name, status; // status: Pending, Running, Success, SuccessWithWarning, Failed, Skipped or Canceled
    std::optional<base::Time> started, ended;
    std::vector<Activity> children;
    std::vector<ActivityLine> lines;
    int progress = 0;
    std::string progress_message;
};

struct ActivityOptions {
    bool verbose = true;       // includes Trace and Verbose
    std::size_t tail = 10'000; // last lines of each element, after one Gap; fewer if the tree would be too large
    bool with_lines = true;
};

// Undecided steps are read from the frozen process and are Pending.
Activity read_activity(store::Store const& store, engine::Engine& engine, store::Task const& task,
                       ActivityOptions const& options);

} // namespace stepwell::operations
