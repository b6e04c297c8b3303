// What the machine lacks at times. Without exceptions: the shim uses it, too.
#pragma once
#include <cerrno>

namespace stepwell::base {

// True for the errno of a call that may succeed later, unchanged: the machine is short of space, memory, descriptors or
// processes.
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
