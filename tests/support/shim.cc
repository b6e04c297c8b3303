// The shim as an ordinary program with whatever sanitizer the tests have. A report goes to a file, as nobody reads its
// stderr; and a process that nobody may trace cannot look for leaks.
#include "run/shim.h"

extern "C" char const* __asan_default_options() { return "detect_leaks=0:log_path=/tmp/stepwell-shim-report"; }
extern "C" char const* __ubsan_default_options() { return "log_path=/tmp/stepwell-shim-report"; }

int main(int argc, char** argv) { return stepwell::run::run_shim(argc, argv); }
