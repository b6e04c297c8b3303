// Separate from the other cryptography, so that programs without exceptions can use it.
#include "base/crypto.h"

#include <array>
#include <cstring>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace stepwell::base {

namespace {

constexpr auto crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82F63B78u : 0u);
        table[i] = value;
    }
    return table;
}();

std::uint32_t by_table(std::string_view bytes, std::uint32_t crc) {
    for (char c : bytes) crc = (crc >> 8) ^ crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xff];
    return crc;
}

#if defined(__x86_64__)
// Queried only once, because under a hypervisor `cpuid` takes microseconds.
bool has_instruction() {
    static bool const has = [] {
        unsigned a, b, c = 0, d;
        return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_2) != 0;
    }();
    return has;
}

[[gnu::target("sse4.2")]] std::uint32_t by_instruction(std::string_view bytes, std::uint32_t crc) {
    std::uint64_t wide = crc;
    while (bytes.size() >= 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data(), 8);
        wide = __builtin_ia32_crc32di(wide, word);
        bytes.remove_prefix(8);
    }
    return by_table(bytes, std::uint32_t(wide));
}
#endif

} // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
#if defined(__x86_64__)
    if (has_instruction()) return ~by_instruction(bytes, ~seed);
#endif
    return ~by_table(bytes, ~seed);
}

} // namespace stepwell::base
