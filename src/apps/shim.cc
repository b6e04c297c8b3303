#include "run/shim.h"

#include <cstdlib>
#include <cstring>

// Functions that libstdc++'s headers and libsodium call and that a C library other than the distribution's does not
// have.
namespace std {
void __throw_out_of_range_fmt(char const*, ...) { ::abort(); }
void __throw_length_error(char const*) { ::abort(); }
} // namespace std
extern "C" [[gnu::weak]] void __explicit_bzero_chk(void* memory, std::size_t size, std::size_t) {
    ::explicit_bzero(memory, size);
}

int main(int argc, char** argv) { return stepwell::run::run_shim(argc, argv); }
