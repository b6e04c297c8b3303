// The log of a task as people read it: its text as it comes, a heading where a step begins. Nothing else in it reaches
// a terminal.
#pragma once
#include "cli/escapes.h"
#include "client/task_stream.h"

#include <functional>

namespace stepwell::cli {

class LogPrinter {
public:
    using Write = std::function<void(std::string_view)>;

    // `rich`: colours pass, errors and warnings are coloured.
    LogPrinter(Write write, bool rich)
        : write_(std::move(write)), rich_(rich), keep_(rich ? EscapeFilter::Keep::colours : EscapeFilter::Keep::text),
          filter_(keep_) {}

    void print(client::LogPiece const& piece);
    // Ends a line left open and undoes the colours.
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
