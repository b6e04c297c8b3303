// A value and the mutex that guards it, inseparable.
#pragma once
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace stepwell::base {

template <class T> class Sync {
public:
    template <class... Args> explicit Sync(Args&&... args) : value_(std::forward<Args>(args)...) {}

    // Runs `use` with the value, alone. Do not keep a reference to it.
    template <class Use> auto with(Use&& use) {
        std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    template <class Use> auto with(Use&& use) const {
        std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    // As `with`, then wakes one, or all, of those in `wait`.
    template <class Use> auto change(Use&& use) {
        struct Wake {
            std::condition_variable_any& condition;
            ~Wake() { condition.notify_all(); }
        } wake{changed_};
        std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    // Waits until `ready(value)` or stop; then runs `use`. Returns false, without use, when stopped and not ready.
    template <class Ready, class Use> bool wait(std::stop_token stop, Ready ready, Use use) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [&] { return ready(value_); })) return false;
        use(value_);
        return true;
    }
    // The same with a time limit; false when it passed or stop was asked.
    template <class Limit, class Ready, class Use>
    bool wait_for(std::stop_token stop, Limit limit, Ready ready, Use use) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, stop, limit, [&] { return ready(value_); })) return false;
        use(value_);
        return true;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    T value_;
};

} // namespace stepwell::base
