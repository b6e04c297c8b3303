// A clock that tests can stop and move. Thread-safe.
#pragma once
#include "base/clock.h"
#include "base/sync.h"

namespace stepwell::tests {

class HeldClock final : public base::Clock {
public:
    HeldClock() = default; // runs like the machine's clock until it is held
    explicit HeldClock(base::Time at) : state_(State{at, {}}) {}

    base::Time now() const override {
        return state_.with([](State const& state) { return now_of(state); });
    }
    void hold() {
        state_.with([](State& state) { state.held = now_of(state); });
    }
    // Moves the clock, whether it is held or not. `by` may be negative.
    void advance(base::Duration by) {
        state_.with([&](State& state) {
            if (state.held)
                *state.held += by;
            else
                state.offset += by;
        });
    }

private:
    struct State {
        std::optional<base::Time> held;
        base::Duration offset{}; // from the machine's clock
    };
    static base::Time now_of(State const& state) {
        return state.held ? *state.held : base::SystemClock().now() + state.offset;
    }
    base::Sync<State> state_;
};

} // namespace stepwell::tests
