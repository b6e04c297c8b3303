#include "engine/timer.h"

#include "engine/turn.h"

namespace stepwell::engine {

namespace {

constexpr auto max_sleep = std::chrono::milliseconds(60'000);

} // namespace

void Timer::after(base::Duration delay, std::function<void()> job) {
    auto when = clock_.now() + delay;
    bool is_first = due_.with([&](Due& due) { return due.jobs.emplace(when, std::move(job)) == due.jobs.begin(); });
    if (is_first) due_.change([](Due&) {}); // wakes serve(), which sleeps until the job that was first
}

void Timer::wake() {
    due_.change([](Due& due) { due.is_woken = true; });
}

std::vector<std::function<void()>> Timer::take_due(base::Time now, base::Time& until) {
    return due_.with([&](Due& due) {
        std::vector<std::function<void()>> ready;
        due.is_woken = false;
        while (!due.jobs.empty() && due.jobs.begin()->first <= now) {
            ready.push_back(std::move(due.jobs.begin()->second));
            due.jobs.erase(due.jobs.begin());
        }
        if (!due.jobs.empty()) until = std::min(until, due.jobs.begin()->first);
        return ready;
    });
}

void Timer::serve(OnTurn const& on_turn, std::stop_token stop) {
    while (!stop.stop_requested()) {
        auto now = clock_.now();
        auto until = now + max_sleep;
        run_all(take_due(now, until));
        if (auto next = on_turn(now)) until = std::min(until, *next);
        due_.wait_for(
            stop, until - now,
            [&](Due const& due) { return due.is_woken || (!due.jobs.empty() && due.jobs.begin()->first < until); },
            [](Due&) {});
    }
}

} // namespace stepwell::engine
