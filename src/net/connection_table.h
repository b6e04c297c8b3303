// The connections of a server: how many there may be, and which are closed when they run short.
#pragma once
#include "base/sync.h"
#include "net/asio.h"
#include "net/server.h"

#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

namespace stepwell::net {

// One client's network: an IPv4 address, or the first 64 bits of an IPv6 address, which one client has to itself.
enum class Network : std::uint64_t {};
Network network_of(asio::ip::address const& address);
struct NetworkEntry;

// Connections are anonymous until a request on one of them was authenticated. The two groups have limits of their own,
// so that anonymous clients, however many, take nothing from the others. Where a group is full, the newcomer is let in
// and the table evicts connections that wait for their client: those of the network that has most, the longest wait
// first. A newcomer is refused only if no connection waits. Thread-safe.
class ConnectionTable {
public:
    enum class Group : std::uint8_t {
        anonymous,
        known,   // a request on it was authenticated
        refused, // gets a 503 and is closed
        evicted, // not closed yet
    };

    class Member {
    public:
        // Notifies the connection's own thread to close it. Called on any thread, while the table is locked.
        virtual void evict() noexcept = 0;

    protected:
        ~Member() = default;
    };

    // A connection's place in the table, from its admission to its end. Called on the connection's thread.
    class Place {
    public:
        Place(ConnectionTable& table, Network network, int descriptor);
        Place(Place const&) = delete;
        Place& operator=(Place const&) = delete;
        ~Place();

        // The connection can be evicted from its first wait on. The member must outlive this object.
        void set_member(Member& member) { member_ = &member; }
        bool is_known() const { return group() == Group::known; }
        bool is_refused() const { return group() == Group::refused; }

        // At its admission, half of the anonymous connections there may be were there, in all or of its network.
        bool came_in_a_crowd() const { return came_in_a_crowd_; }

        enum class Wait : std::uint8_t { for_bytes, for_reader };
        // The connection waits for its client and may be evicted. Starting again restarts the wait.
        void begin_wait(Wait wait);
        // Returns false if the connection was evicted: it must end.
        bool end_wait();
        // Moves an anonymous connection to the known ones. Returns false if they are at their limit and none of them
        // waits; the connection then stays anonymous.
        bool become_known();

        // Bytes that connections of this network hold: bodies of requests, and answers.
        std::atomic<std::size_t>& body_bytes();
        std::atomic<std::size_t>& answer_bytes();

    private:
        friend class ConnectionTable;
        enum class State : std::uint8_t { working, waiting, evicted };

        bool has_bytes() const;
        Group group() const { return group_.load(std::memory_order_relaxed); }

        ConnectionTable& table_;
        Member* member_ = nullptr;
        Network const network_;
        int const descriptor_;
        bool came_in_a_crowd_ = false;
        std::atomic<Group> group_{Group::anonymous};
        std::atomic<State> state_{State::working};
        std::atomic<Wait> wait_{Wait::for_bytes};
        std::atomic<SteadyClock::rep> waits_since_{0};
        std::size_t index_ = 0; // among the members of its group
        NetworkEntry* entry_ = nullptr; // null before the admission
    };

    // The limits must outlive the table.
    explicit ConnectionTable(Limits const& limits);
    ~ConnectionTable();

    // Admits a connection on `descriptor`, if necessary as refused. Returns null if it must be closed immediately.
    std::unique_ptr<Place> admit(Network network, int descriptor);
    // Evicts some anonymous connections that wait, for the memory they hold.
    void free_memory();

    std::size_t count(Group group) const;

private:
    struct State;
    using Places = std::vector<Place*>;

    bool make_room(State& state, Network network, int descriptor);
    struct Evicted {
        std::size_t count = 0;
        std::size_t spared = 0; // their request has come and is about to be read
    };
    Evicted evict(State& state, Group group, std::size_t count, NetworkEntry const* of_network = nullptr);
    bool is_crowd(State& state, Place const& place) const;
    void enter(State& state, Place& place, Group group);
    void leave(State& state, Place& place);
    void move(State& state, Place& place, Group to);

    Limits const& limits_;
    std::size_t const max_anonymous_, max_known_;
    std::unique_ptr<base::Sync<State>> state_;
};

} // namespace stepwell::net
