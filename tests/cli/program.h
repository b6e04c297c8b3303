// The built program as users run it: with arguments, environment, standard streams or a terminal, and an exit code.
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
    std::string out, err; // with a terminal, `out` has everything
};

class Program {
public:
    struct Setting {
        std::map<std::string, std::string> environment;
        std::string input; // standard input, which then ends; not with a terminal
        // standard streams are a terminal, 80 columns wide, which is also the controlling terminal
        bool terminal = false;
        int descriptors = 0; // hard limit of open files, with a soft limit of 256; 0: the limits of the tests
    };

    Program(std::vector<std::string> words, Setting const& setting);
    ~Program();
    Program(Program const&) = delete;

    // Waits until `text` is written. Fails the test if that takes too long.
    bool hears(std::string const& text);
    void type(std::string const& text);
    Ended const& end();
    int id() const { return id_; }
    std::string const& said() const { return ended_.out; } // the output so far

private:
    bool read_some(std::chrono::steady_clock::time_point limit);
    void spawn(std::vector<std::string> const& words, Setting const& setting);

    int id_ = 0;
    base::Fd out_, err_; // out_: the test's end of the terminal
    Ended ended_;
};

// Splits a line into words like a shell, with "double quotes".
std::vector<std::string> words_of(std::string const& line);

} // namespace stepwell::cli
