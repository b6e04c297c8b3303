// Wrong usage: values that an option accepts, and the message for a command line that was not understood.
#pragma once
#include "base/error.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace stepwell::cli {

// Wrong usage that a command finds only when it runs. The exit code is the same as for an option that is not accepted.
struct UsageError : base::Error {
    using Error::Error;
    explicit UsageError(base::Error const& error) : Error(error) {}
};
// Throws UsageError with one problem.
[[noreturn]] void refuse_usage(std::string option, std::string message);

// Accepts values for which `problem_of` returns an empty text. Otherwise the text follows the name of the option.
CLI::Validator accepting(std::function<std::string(std::string const& value)> problem_of);
CLI::Validator not_empty();
// Accepts these words, in any case, and changes the value to the word as listed.
CLI::Validator one_of(std::vector<std::string> words);

// The limits of a number, both included. The help text shows `max` only if it is a real limit.
struct Limits {
    static constexpr std::int64_t no_max = 2147483647; // the API reads larger numbers as this one
    std::int64_t min = 0, max = no_max;
};
CLI::Validator within(Limits limits);
// Returns "Maximum number of results (default: 30)" or "… (64 to 1,000,000; default: 16384)".
std::string describe_number(std::string const& description, Limits limits, std::int64_t value);

// Adds an option for a number, whose default is the current value.
template <class Number> CLI::Option* add_number(CLI::App& command, std::string const& name, Number& value,
                                                std::string const& description, Limits limits = {}) {
    return command.add_option(name, value, describe_number(description, limits, std::int64_t(value)))
        ->check(within(limits));
}

// Prints help if it was requested. Otherwise prints what is wrong, in one sentence, and names the help. Returns the
// exit code.
int explain_usage(CLI::App const& app, CLI::ParseError const& error);

} // namespace stepwell::cli
