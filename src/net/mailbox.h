// Sends work from other threads to the thread of one loop, as long as the loop exists.
#pragma once
#include "base/sync.h"
#include "net/http.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace stepwell::net {

// Shared by everyone who still has to send a response; outlives loop and server. Stores no jobs itself, so that a
// pending job cannot keep the loop alive.
class Mailbox {
public:
    explicit Mailbox(boost::asio::io_context& io) : io_(&io) {}

    void belongs_to_this_thread() { thread_ = std::this_thread::get_id(); }
    bool here() const { return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

    // Runs `job` on the loop's thread, never inside this call. Returns false, leaving `job` unchanged, if the loop has
    // ended.
    template <class Job> bool post(Job& job) {
        return io_.with([&](auto* io) {
            if (io) boost::asio::post(*io, std::move(job));
            return io != nullptr;
        });
    }
    void close() {
        io_.with([](auto*& io) { io = nullptr; });
    }

private:
    base::Sync<boost::asio::io_context*> io_;
    std::atomic<std::thread::id> thread_{};
};

inline void discard(std::optional<Response> const& response) {
    if (!response) return;
    if (response->source) response->source->abandon();
    if (response->conversation) response->conversation->abandon();
}
inline void discard(std::optional<std::optional<std::string>> const&) {}

// A value that other code owes to a Receiver on the loop's thread. `receive` is called there exactly once: with the
// value, or with nullopt if the promise was destroyed first. If the receiver no longer exists, the value is discarded.
template <class Value, class Receiver> class Promise {
public:
    using Receive = void (Receiver::*)(std::optional<Value>);

    Promise(std::shared_ptr<Mailbox> mailbox, std::weak_ptr<Receiver> receiver, Receive receive)
        : mailbox_(std::move(mailbox)), receiver_(std::move(receiver)), receive_(receive) {}
    Promise(Promise const&) = delete;
    Promise& operator=(Promise const&) = delete;
    ~Promise() {
        if (!kept_) deliver(std::nullopt);
    }

    // Thread-safe. Only the first call has an effect.
    void keep(Value value) {
        if (kept_.exchange(true))
            discard(std::optional<Value>(std::move(value)));
        else
            deliver(std::move(value));
    }

private:
    struct Delivery {
        std::weak_ptr<Receiver> receiver;
        Receive receive;
        std::optional<Value> value;

        void operator()() {
            if (auto alive = receiver.lock())
                (alive.get()->*receive)(std::move(value));
            else
                discard(value);
        }
    };

    void deliver(std::optional<Value> value) {
        Delivery delivery{receiver_, receive_, std::move(value)};
        if (mailbox_->here()) return delivery();
        if (!mailbox_->post(delivery)) discard(delivery.value);
    }

    std::shared_ptr<Mailbox> mailbox_;
    std::weak_ptr<Receiver> receiver_;
    Receive receive_;
    std::atomic<bool> kept_{false};
};

} // namespace stepwell::net
