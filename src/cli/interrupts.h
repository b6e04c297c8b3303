// Ctrl-C as something to wait for. The first makes a descriptor readable; a second one, before forget(), ends the
// program at once: it leaves alone what it was watching.
#pragma once
#include "base/files.h"

#include <signal.h>
#include <string>

namespace stepwell::cli {

constexpr int exit_interrupted = 130; // as shells say it

// At most one at a time.
class Interrupts {
public:
    // `farewell` is the last line a second Ctrl-C writes.
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
