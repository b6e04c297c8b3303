// What lies in a script's folder and how it is started. Runs in the server.
#pragma once
#include "run/contract.h"

namespace stepwell::run {

struct Launch {
    std::vector<std::string> argv; // argv[0] is looked up in PATH; the working directory is the script's folder
    std::vector<ScriptFile> files; // all of the script's folder
    // (name NUL value NUL)*, sorted bytewise by name. Pairs without a name come first: the nonce in base64 (maybe
    // empty), the text of Bash's helpers where the bootstrap does not hold it, then the parameters. Nothing of it is in
    // the command line or the environment.
    std::string values;
};

// Where the script finds `values`: a regular file (memfd) at offset 0. The bootstrap closes it before the user's first
// line.
inline constexpr int values_descriptor = 3;

// `nonce`: strict output; the helpers put it into every message. Throws Error{invalid} for a NUL in a value or
// parameter, a variable without name, or a quote in the parameters that does not end.
//
// Parameters are shell words: blanks separate, quotes and backslashes work as in POSIX shells, but nothing expands
// ($, backticks, globs are literal), because values of other people may have been substituted into them.
Launch make_launch(Script const& script, std::string_view nonce);

} // namespace stepwell::run
