// Where the command line writes, and whom it can ask.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::cli {

class Terminal {
public:
    // `plain`: the user wants neither colours nor control sequences; NO_COLOR and TERM=dumb want the same.
    explicit Terminal(bool plain);

    bool shows_colours() const { return colours_; } // standard output is a terminal, and nothing was restricted
    bool can_ask() const { return can_ask_; }       // somebody sits there
    std::size_t width() const;                      // columns of standard output; 0 when it is no terminal

    // To standard output, exactly.
    void print(std::string_view bytes) const;
    // A line of JSON to standard output; for a terminal, what would steer it is escaped.
    void print_json(std::string_view json) const;
    // A line to standard error, without anything that steers it.
    void say(std::string_view line) const;
    // False when nobody can be asked, and for every answer but y and yes.
    bool confirm(std::string const& question) const;
    // A line that is not shown while it is typed. Throws Error{invalid} when nobody can be asked.
    std::string ask_secret(std::string const& what) const;

private:
    bool colours_ = false, can_ask_ = false;
};

// A line of standard input without its end. Reads byte by byte: what follows stays for others.
std::string read_line();

} // namespace stepwell::cli
