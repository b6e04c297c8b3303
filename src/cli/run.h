// The command line: `int cli::run(argc, argv)` is all that main needs to know.
#pragma once

namespace stepwell::cli {

// Exit codes: 0 done; 1 refused or failed; 2 wrong usage. `stepwell run`: 0 success, 1 failed or canceled, 2 could not
// start, 3 started with an outcome unknown. `stepwell task`: 1 is the verdict on a run, 2 could not. 130 after Ctrl-C.
int run(int argc, char** argv);

} // namespace stepwell::cli
