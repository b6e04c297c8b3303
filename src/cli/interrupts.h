// Ctrl-C as a descriptor to wait for. The first Ctrl-C makes it readable; a second one, before forget(), ends the
// program immediately without affecting the task it follows.
#pragma once
#include "base/files.h"

#include <signal.h>
#include <string>

namespace stepwell::cli {

constexpr int exit_interrupted = 130; // 128 + SIGINT, as in shells

// At most one object may exist at a time.
class Interrupts {
public:
    // `farewell` is the last line printed after a second Ctrl-C.
    explicit Interrupts(std::string farewell);
    ~Interrupts();
    Interrupts(Interrupts const&) = delete;

    int fd() const { return read_.get(); }
    void forget();

private:
    std::string farewell_;
    base::Fd read_, write_;
    struct sigaction before_{};
};

} // namespace stepwell::cli
