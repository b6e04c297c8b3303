// A fixed memory block: permanent allocations grow from the start, and up to two large buffers are lent from the end.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace stepwell::run {

class Arena {
public:
    static constexpr std::size_t loan_bytes = 176 * 1024;

    explicit Arena(std::span<char> memory) : memory_(memory) {}

    // Permanently allocates `bytes` zeroed bytes, aligned to 8. Returns null if the space next to the loans is too
    // small.
    char* take(std::size_t bytes);
    // Lends loan_bytes until give_back(). Returns null if no buffer is available.
    char* lend();
    void give_back(char const* loan);

    char* at(std::uint32_t offset) const { return memory_.data() + offset; }
    std::uint32_t offset_of(char const* place) const { return static_cast<std::uint32_t>(place - memory_.data()); }

private:
    char* loan(std::size_t index) const { return memory_.data() + memory_.size() - (index + 1) * loan_bytes; }
    std::size_t limit() const;

    std::span<char> memory_;
    std::size_t used_ = 0;
    bool lent_[2] = {false, false};
};

} // namespace stepwell::run
