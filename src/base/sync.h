// A value and the mutex that guards it. The value is accessible only while the mutex is held.
#pragma once
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace stepwell::base {

template <class T> class Sync {
public:
    template <class... Args> explicit Sync(Args&&... args) : value_(std::forward<Args>(args)...) {}

    // Calls `use` with the value while holding the lock. Do not keep a reference to the value.
    template <class Use> auto with(Use&& use) {
        std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    template <class Use> auto with(Use&& use) const {
        std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(value_);
    }
    // Like with(), then wakes all threads in wait() and wait_for().
    template <class Use> auto change(Use&& use) {
        Wake wake{changed_, true};
        return with(std::forward<Use>(use));
    }
    // Like change(), but wakes only one waiting thread. Use it if any one of them can handle the change.
    template <class Use> auto change_for_one(Use&& use) {
        Wake wake{changed_, false};
        return with(std::forward<Use>(use));
    }
    // Blocks until `ready(value)` is true or stop is requested, then calls `use`. Returns false, without calling `use`,
    // if stop was requested and the value is not ready.
    template <class Ready, class Use> bool wait(std::stop_token stop, Ready ready, Use use) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [&] { return ready(value_); })) return false;
        use(value_);
        return true;
    }
    // Like wait(), with a time limit. Returns false if the value was not ready when the limit passed or stop was
    // requested.
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
