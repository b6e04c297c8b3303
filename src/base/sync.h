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
    // As `with`, then wakes all in `wait`.
    template <class Use> auto change(Use&& use) {
        Wake wake{changed_, true};
        return with(std::forward<Use>(use));
    }
    // The same where any one of those in `wait` does: the others sleep on.
    template <class Use> auto change_for_one(Use&& use) {
        Wake wake{changed_, false};
        return with(std::forward<Use>(use));
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
    struct Wake {
        std::condition_variable_any& condition;
        bool all;
        ~Wake() { all ? condition.notify_all() : condition.notify_one(); }
    };

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    T value_;
};

} // namespace stepwell::base
