#include "net/loop.h"

#include "base/log.h"
#include "net/response_head.h"

#include <algorithm>
#include <ctime>

namespace stepwell::net {

namespace {

// Returns the interval at which deadlines are checked. It is precise enough for limits of seconds, and a party that
// keeps its deadline costs nothing.
std::chrono::milliseconds tick_for(Limits const& limits) {
    using std::chrono::milliseconds;
    auto const shortest = std::min({limits.header_time, limits.body_time, limits.idle_time, limits.write_time,
                                    limits.anonymous_write_time, limits.body_progress_time,
                                    std::max(limits.shutdown_time, milliseconds(1))});
    return std::clamp(shortest / 8, milliseconds(5), milliseconds(250));
}

} // namespace

Loop::Loop(Shared& common, base::Fd listening, bool is_ipv6)
    : shared_(common), acceptor_(executor(), is_ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), listening.release()),
      tick_length_(tick_for(common.limits)), date_(http_date(std::time(nullptr))) {}

Loop::~Loop() { mailbox_->close(); }

void Loop::enter(Party& party) {
    party.place_ = parties_.size();
    parties_.push_back(&party);
    if (!ticking_) arm_tick();
}

void Loop::leave(Party& party) {
    parties_.back()->place_ = party.place_;
    parties_[party.place_] = parties_.back();
    parties_.pop_back();
    if (parties_.empty()) tick_timer_.cancel(); // so that an idle server does not wake up and a stopping one ends
}

void Loop::arm_tick() {
    ticking_ = true;
    date_ = http_date(std::time(nullptr));
    tick_timer_.expires_after(tick_length_);
    tick_timer_.async_wait([this](ErrorCode) {
        ticking_ = false;
        if (parties_.empty()) return;
        tick();
        arm_tick();
    });
}

void Loop::tick() {
    auto const now = SteadyClock::now();
    if (now >= end_) {
        end_ = Party::never;
        for (auto* party : parties_) party->cut();
        return;
    }
    for (auto* party : parties_) {
        if (party->deadline_ > now) continue;
        party->clear_deadline();
        party->on_deadline();
    }
}

void Loop::stop() {
    auto job = [this] { begin_shutdown(); };
    mailbox_->post(job);
}

void Loop::begin_shutdown() {
    if (stopping_) return;
    stopping_ = true;
    end_ = SteadyClock::now() + limits().shutdown_time;
    ErrorCode ignored;
    acceptor_.close(ignored);
    for (auto* party : parties_) party->begin_shutdown();
}

void Loop::run_until_idle() {
    for (;;) {
        try {
            io_.run();
            return;
        } catch (std::exception const& error) {
            base::log_error("io thread: {}", error.what());
        }
    }
}

void Loop::run() {
    mailbox_->belongs_to_this_thread();
    run_until_idle();
    mailbox_->close();
    io_.restart(); // for responses that arrived while the last party left
    run_until_idle();
}

} // namespace stepwell::net
