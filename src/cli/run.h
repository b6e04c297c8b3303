// The entry point of the command line, called by main.
#pragma once

namespace stepwell::cli {

// Runs the command line and returns the exit code. 0: success; 1: refused or failed; 2: wrong usage. `stepwell run`: 0:
// success; 1: failed or canceled; 2: could not start; 3: started, outcome unknown. `stepwell task`: 1: the task failed
// or was canceled; 2: error. 130 after Ctrl-C.
int run(int argc, char** argv);

} // namespace stepwell::cli
