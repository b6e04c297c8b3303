// The built program as its users have it: arguments, environment, standard streams or a terminal, an exit code.
#pragma once
#include "base/files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace stepwell::cli {

struct Ended {
    int code = -1;
    std::string out, err; // of a terminal: all in out
};

class Program {
public:
    struct Setting {
        std::map<std::string, std::string> environment;
        std::string input;     // of standard input, which then ends; not of a terminal
        bool terminal = false; // standard streams are one, 80 columns wide, and the program's own
        int descriptors = 0;   // hard limit of open files, with a soft one of 256; 0: those of the tests
    };

    Program(std::vector<std::string> words, Setting const& setting);
    ~Program();
    Program(Program const&) = delete;

    // Until `text` was written; fails the test when that takes too long.
    bool hears(std::string const& text);
    void type(std::string const& text);
    Ended const& end();
    int id() const { return id_; }
    std::string const& said() const { return ended_.out; } // so far

private:
    bool read_some(std::chrono::steady_clock::time_point limit);
    void spawn(std::vector<std::string> const& words, Setting const& setting);

    int id_ = 0;
    base::Fd out_, err_; // out_: our end of the terminal
    Ended ended_;
};

// The words of a line as a shell reads them, with "double quotes".
std::vector<std::string> words_of(std::string const& line);

} // namespace stepwell::cli
