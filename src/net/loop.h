// One io thread: its io_context, its listening socket and its connections.
#pragma once
#include "base/files.h"
#include "net/asio.h"
#include "net/connection_table.h"
#include "net/mailbox.h"
#include "net/server.h"

#include <atomic>
#include <span>

namespace stepwell::net {

// State shared by all loops of a server.
struct Shared {
    Shared(Limits const& given, Handler handler, BodyCheck body_check)
        : limits(given), handler(std::move(handler)), body_check(std::move(body_check)) {}

    Limits const limits;
    Handler const handler;
    BodyCheck const body_check;
    ConnectionTable table{limits};
    std::atomic<std::size_t> body_bytes{0};      // of bodies that are not small
    std::atomic<std::size_t> answer_bytes{0};    // of responses that are neither small nor shared
    std::atomic<std::size_t> anonymous_bytes{0}; // of incomplete heads and bodies on anonymous connections
};

// One holder's share of a common total. The destructor subtracts it from the total.
class ScopedAmount {
public:
    explicit ScopedAmount(std::atomic<std::size_t>& total) : total_(total) {}
    ScopedAmount(ScopedAmount const&) = delete;
    ScopedAmount& operator=(ScopedAmount const&) = delete;
    ~ScopedAmount() { become(0); }
    std::size_t size() const { return size_; }
    // Returns the new total.
    std::size_t become(std::size_t size) {
        if (size == size_) return total_;
        return total_ += size - std::exchange(size_, size);
    }

private:
    std::atomic<std::size_t>& total_;
    std::size_t size_ = 0;
};

// A connection, or the WebSocket that replaced it, as seen by its loop. All calls run on the loop's thread. They must
// not remove the party themselves; they wake its coroutine, which leaves the loop.
class Party {
public:
    static constexpr auto never = SteadyClock::time_point::max();

    virtual void on_deadline() = 0;    // the deadline has passed and is reset to `never`
    virtual void begin_shutdown() = 0; // the server stops: finish current work, start nothing new
    virtual void cut() = 0;            // the shutdown time has passed: abort

protected:
    ~Party() = default;
    void set_deadline(std::chrono::milliseconds from_now) { deadline_ = SteadyClock::now() + from_now; }
    void clear_deadline() { deadline_ = never; }

private:
    friend class Loop;
    SteadyClock::time_point deadline_ = never;
    std::size_t place_ = 0; // index in the loop's list
};

class Loop {
public:
    // Takes ownership of a listening socket.
    Loop(Shared& common, base::Fd listening, bool is_ipv6);
    ~Loop();

    Shared& shared() { return shared_; }
    Limits const& limits() const { return shared_.limits; }
    Executor executor() { return io_.get_executor(); }
    Acceptor& acceptor() { return acceptor_; }
    std::shared_ptr<Mailbox> const& mailbox() const { return mailbox_; }
    bool stopping() const { return stopping_; }
    std::string_view date() const { return date_; } // the current time as http_date
    // A buffer to read into. Its contents are invalid after the next suspension.
    std::span<char> scratch() { return scratch_; }

    void enter(Party& party);
    void leave(Party& party);

    // Runs on the calling thread until stop() was called and the last party has left.
    void run();
    // Thread-safe.
    void stop();

private:
    void run_until_idle();
    void begin_shutdown();
    void arm_tick();
    void tick();

    Shared& shared_;
    asio::io_context io_{1};
    std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>(io_);
    Acceptor acceptor_;
    Timer tick_timer_{executor()};
    std::chrono::milliseconds tick_length_;
    bool ticking_ = false;
    bool stopping_ = false;
    SteadyClock::time_point end_ = Party::never; // end of the shutdown time
    std::vector<Party*> parties_;
    std::string date_;
    std::vector<char> scratch_ = std::vector<char>(64 * 1024);
};

// Registers a party with its loop for the lifetime of this object.
class PartyRegistration {
public:
    PartyRegistration(Loop& loop, Party& party) : loop_(loop), party_(party) { loop_.enter(party_); }
    PartyRegistration(PartyRegistration const&) = delete;
    PartyRegistration& operator=(PartyRegistration const&) = delete;
    ~PartyRegistration() { loop_.leave(party_); }

private:
    Loop& loop_;
    Party& party_;
};

} // namespace stepwell::net
