// The right to evaluate the values of a run, as long as it lives.
#pragma once
#include "engine/engine.h"

namespace stepwell::engine {

class Engine::EvaluationTurn {
public:
    EvaluationTurn(Engine& engine, Subjects const& subjects)
        : turns_(domain::count_variables(*subjects.content) > max_unlimited ? &engine.large_evaluations_ : nullptr) {
        if (turns_) turns_->acquire();
    }
    ~EvaluationTurn() {
        if (turns_) turns_->release();
    }
    EvaluationTurn(EvaluationTurn const&) = delete;
    EvaluationTurn& operator=(EvaluationTurn const&) = delete;

private:
    static constexpr std::size_t max_unlimited = 2000; // variables

    std::counting_semaphore<>* turns_;
};

} // namespace stepwell::engine
