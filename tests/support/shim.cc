// The shim as an ordinary program with the sanitizer of the tests. Reports go to a file, because its standard error is
// not read. Leak detection is off, because it needs a traceable process.
#include "run/shim.h"

extern "C" char const* __asan_default_options() { return "detect_leaks=0:log_path=/tmp/stepwell-shim-report"; }
extern "C" char const* __ubsan_default_options() { return "log_path=/tmp/stepwell-shim-report"; }

int main(int argc, char** argv) { return stepwell::run::run_shim(argc, argv); }
