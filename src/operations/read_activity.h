// The activity tree of a task: the task, its steps, the attempts of each, and what they printed.
#pragma once
#include "engine/engine.h"

namespace stepwell::operations {

struct ActivityLine {
    base::Time at;
    std::string category; // Info, Verbose, Warning, Error, Highlight, Wait, Gap …
    std::string text;     // UTF-8
    std::int64_t number = 0;
    bool is_begun = false; // the beginning of the line is not in `text`
    bool is_cut = false;   // the end of the line is not in `text`
};

struct Activity {
    std::int64_t attempt = 0;     // number of the attempt whose lines these are; 0 if of none
    std::string id, name, status; // Pending Running Success SuccessWithWarning Failed Skipped Canceled
    std::optional<base::Time> started, ended;
    std::vector<Activity> children;
    std::vector<ActivityLine> lines;
    int progress = 0;
    std::string progress_message;
};

struct ActivityOptions {
    bool verbose = true;       // Trace and Verbose too
    std::size_t tail = 10'000; // last lines of each element, after one Gap; fewer where the tree would be too large
    bool with_lines = true;
};

// Steps not decided yet come from the frozen process, as Pending.
Activity read_activity(store::Store const& store, engine::Engine& engine, store::Task const& task,
                       ActivityOptions const& options);

} // namespace stepwell::operations
