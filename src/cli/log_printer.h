// Prints the log of a task for people: its text as it arrives, with a heading at the start of each step. A message of
// the server starts on a line of its own. Control sequences are removed.
#pragma once
#include "cli/escapes.h"
#include "client/task_stream.h"

#include <functional>

namespace stepwell::cli {

class LogPrinter {
public:
    using Write = std::function<void(std::string_view)>;

    // With `rich`, colors in the log are kept, and errors and warnings are colored.
    LogPrinter(Write write, bool rich)
        : write_(std::move(write)), rich_(rich), keep_(rich ? EscapeFilter::Keep::colours : EscapeFilter::Keep::text),
          filter_(keep_) {}

    void print(client::LogPiece const& piece);
    // Ends an unfinished line and resets colors.
    void end();

private:
    void write(std::string_view text);

    Write write_;
    bool rich_;
    EscapeFilter::Keep keep_;
    EscapeFilter filter_;
    std::int64_t attempt_ = 0;
    bool in_line_ = false;
    bool any_ = false;
};

} // namespace stepwell::cli
