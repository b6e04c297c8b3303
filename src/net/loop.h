// One io thread: its io_context, its listening socket, and everything that lives on it.
#pragma once
#include "base/files.h"
#include "net/asio.h"
#include "net/connection_table.h"
#include "net/mailbox.h"
#include "net/server.h"

#include <atomic>
#include <span>

namespace stepwell::net {

// What all loops of a server have in common.
struct Shared {
    Shared(Limits const& given, Handler handler, BodyCheck body_check)
        : limits(given), handler(std::move(handler)), body_check(std::move(body_check)) {}

    Limits const limits;
    Handler const handler;
    BodyCheck const body_check;
    ConnectionTable table{limits};
    std::atomic<std::size_t> body_bytes{0};      // of bodies that are not small
    std::atomic<std::size_t> answer_bytes{0};    // of answers that are neither small nor shared
    std::atomic<std::size_t> anonymous_bytes{0}; // of heads and bodies in part
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

// A connection, or the conversation that took it over, as its loop sees it. Everything on the loop's thread; none of
// the calls may make a party leave at once: they wake its coroutine, which then goes by itself.
class Party {
public:
    static constexpr auto never = SteadyClock::time_point::max();

    virtual void on_deadline() = 0;    // the deadline has passed; it is `never` again
    virtual void begin_shutdown() = 0; // the server stops: finish what is under way, begin nothing
    virtual void cut() = 0;       // the server has waited long enough

protected:
    ~Party() = default;
    void set_deadline(std::chrono::milliseconds from_now) { deadline_ = SteadyClock::now() + from_now; }
    void clear_deadline() { deadline_ = never; }

private:
    friend class Loop;
    SteadyClock::time_point deadline_ = never;
    std::size_t place_ = 0; // among the loop's parties
};

class Loop {
public:
    // Takes a listening socket.
    Loop(Shared& common, base::Fd listening, bool is_ipv6);
    ~Loop();

    Shared& shared() { return shared_; }
    Limits const& limits() const { return shared_.limits; }
    Executor executor() { return io_.get_executor(); }
    Acceptor& acceptor() { return acceptor_; }
    std::shared_ptr<Mailbox> const& mailbox() const { return mailbox_; }
    bool stopping() const { return stopping_; }
    std::string_view date() const { return date_; } // http_date of now
    // Room to read into; what is there is lost at the next suspension.
    std::span<char> scratch() { return scratch_; }

    void enter(Party& party);
    void leave(Party& party);

    // Runs on the calling thread until stop() and the last party has left.
    void run();
    // From any thread.
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
    SteadyClock::time_point end_ = Party::never; // of the shutdown time
    std::vector<Party*> parties_;
    std::string date_;
    std::vector<char> scratch_ = std::vector<char>(64 * 1024);
};

// A party's stay in its loop.
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
