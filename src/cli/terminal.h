// Output and prompts of the command line.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::cli {

class Terminal {
public:
    // `plain`: no colors or control sequences. NO_COLOR and TERM=dumb have the same effect.
    explicit Terminal(bool plain);

    bool shows_colours() const { return colours_; } // standard output is a terminal and `plain` is not set
    bool can_ask() const { return can_ask_; }       // there is a terminal to prompt on
    std::size_t width() const;                      // columns of standard output; 0 if it is not a terminal

    // Writes to standard output unchanged.
    void print(std::string_view bytes) const;
    // Writes a line of JSON to standard output; on a terminal, control characters are escaped.
    void print_json(std::string_view json) const;
    // Writes a line to standard error, without control characters.
    void say(std::string_view line) const;
    // Returns true only for the answers y and yes; false if there is no terminal.
    bool confirm(std::string const& question) const;
    // Reads a line without echo. Throws UsageError if there is no terminal.
    std::string ask_secret(std::string const& what) const;

private:
    bool colours_ = false, can_ask_ = false;
};

// Reads a line of standard input without its end. Reads byte by byte, so that the following input is left for others.
std::string read_line();

} // namespace stepwell::cli
