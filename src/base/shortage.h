// Temporary shortages of the machine. Does not throw, because the shim uses it too.
#pragma once
#include <cerrno>

namespace stepwell::base {

// Returns true if the failed call may succeed later unchanged: the machine is short of space, memory, descriptors or
// processes. `number` is the errno.
constexpr bool is_shortage(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN: return true;
    default: return false;
    }
}

} // namespace stepwell::base
