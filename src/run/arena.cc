#include "run/arena.h"

#include <cstring>

namespace stepwell::run {

// Returns the offset of the lowest loan.
std::size_t Arena::limit() const {
    std::size_t const loans = lent_[1] ? 2 : lent_[0] ? 1 : 0;
    return memory_.size() - loans * loan_bytes;
}

char* Arena::take(std::size_t bytes) {
    std::size_t const size = (bytes + 7) / 8 * 8;
    if (size < bytes || size > limit() - used_) return nullptr;
    char* place = memory_.data() + used_;
    used_ += size;
    std::memset(place, 0, size);
    return place;
}

char* Arena::lend() {
    for (std::size_t i = 0; i < 2; ++i) {
        if (lent_[i] || (i + 1) * loan_bytes > memory_.size() - used_) continue;
        lent_[i] = true;
        return loan(i);
    }
    return nullptr;
}

void Arena::give_back(char const* place) {
    for (std::size_t i = 0; i < 2; ++i)
        if (lent_[i] && place == loan(i)) lent_[i] = false;
}

} // namespace stepwell::run
