#include "run/shim.h"

int main(int argc, char** argv) { return stepwell::run::run_shim(argc, argv); }
