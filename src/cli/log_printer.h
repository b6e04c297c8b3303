// The log of a task as people read it: bytes as they come, a heading where a step begins.
#pragma once
#include "cli/escapes.h"
#include "client/task_stream.h"

#include <functional>

namespace stepwell::cli {

class LogPrinter {
public:
    using Write = std::function<void(std::string_view)>;

    // `rich`: escape sequences pass, errors and warnings are coloured.
    LogPrinter(Write write, bool rich) : write_(std::move(write)), rich_(rich) {}

    void print(client::LogPiece const& piece);
    // Ends a line left open and undoes what the log did to the terminal.
    void end();

private:
    void write(std::string_view text);

    Write write_;
    bool rich_;
    EscapeFilter filter_;
    std::int64_t step_ = 0;
    bool in_line_ = false;
    bool any_ = false;
};

} // namespace stepwell::cli
