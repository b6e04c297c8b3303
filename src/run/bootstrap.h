// The files of a script's folder and the command line that starts it. Runs in the server.
#pragma once
#include "run/contract.h"

namespace stepwell::run {

struct Launch {
    std::vector<std::string> argv; // argv[0] is searched in PATH; the working directory is the script's folder
    std::vector<ScriptFile> files; // all files of the script's folder
    // (name NUL value NUL)*, sorted by the bytes of the name. Pairs with an empty name come first: the nonce in base64
    // (may be empty), the text of the Bash helpers if the bootstrap does not contain it, then the parameters. None of
    // these appear in the command line or the environment.
    std::string values;
};

// The descriptor of `values` in the script: a memfd at offset 0. The bootstrap closes it before the first line of the
// user's script.
inline constexpr int values_descriptor = 3;

// Prepares a script. A non-empty `nonce` selects strict output: the helpers add it to every message. Throws
// Error{invalid} for a NUL in a value or parameter, a variable without a name, or an unterminated quote in the
// parameters.
//
// Parameters are shell words: blanks separate them, and quotes and backslashes work as in POSIX shells. Nothing is
// expanded ($, backticks and globs are literal), because values from other users may have been substituted into them.
Launch make_launch(Script const& script, std::string_view nonce);

} // namespace stepwell::run
