// Limits how many runs with many variables evaluate them at the same time: each takes about 1 KB for a variable
// meanwhile. Other runs do not wait.
#pragma once
#include "engine/live_task.h"

#include <semaphore>

namespace stepwell::engine {

// Thread-safe.
class EvaluationLimit {
public:
    // The right of one run to evaluate its variables, as long as it lives. The constructor waits for it.
    class Turn {
    public:
        Turn(EvaluationLimit& limit, Subjects const& subjects)
            : turns_(domain::count_variables(*subjects.content) > max_unlimited ? &limit.turns_ : nullptr) {
            if (turns_) turns_->acquire();
        }
        ~Turn() {
            if (turns_) turns_->release();
        }
        Turn(Turn const&) = delete;
        Turn& operator=(Turn const&) = delete;

    private:
        static constexpr std::size_t max_unlimited = 2000; // variables

        std::counting_semaphore<>* turns_;
    };

private:
    std::counting_semaphore<> turns_{2};
};

} // namespace stepwell::engine
