// The connections of a server: their limits, and which ones are closed when a limit is reached.
#pragma once
#include "base/sync.h"
#include "net/asio.h"
#include "net/server.h"

#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

namespace stepwell::net {

// A client's network: an IPv4 address, or the first 64 bits of an IPv6 address, since one client controls all addresses
// in such a prefix.
enum class Network : std::uint64_t {};
Network network_of(asio::ip::address const& address);
struct NetworkEntry;

// Connections are anonymous until a request on them was authenticated; then they are known. Each group has its own
// limit, so that anonymous clients cannot use up the connections of authenticated ones. If a group is full, the new
// connection is admitted, and the table evicts connections that wait for their client: first those of the network with
// the most connections, and of these the longest-waiting. A new connection is refused only if no connection waits.
// Thread-safe.
class ConnectionTable {
public:
    enum class Group : std::uint8_t {
        anonymous,
        known,   // a request on it was authenticated
        refused, // receives a 503 and is closed
        evicted, // not closed yet
    };

    class Member {
    public:
        // Notifies the connection's thread to close it. Called on any thread while the table is locked.
        virtual void evict() noexcept = 0;

    protected:
        ~Member() = default;
    };

    // A connection's entry in the table, from its admission to its end. Use it on the connection's thread.
    class Place {
    public:
        Place(ConnectionTable& table, Network network, int descriptor);
        Place(Place const&) = delete;
        Place& operator=(Place const&) = delete;
        ~Place();

        // Makes the connection evictable while it waits. The member must outlive this object.
        void set_member(Member& member) { member_ = &member; }
        bool is_known() const { return group() == Group::known; }
        bool is_refused() const { return group() == Group::refused; }

        // Returns true if, at admission, half of the allowed anonymous connections existed, in total or in this
        // network.
        bool came_in_a_crowd() const { return came_in_a_crowd_; }

        enum class Wait : std::uint8_t { for_bytes, for_reader };
        // Marks the connection as waiting for its client; it may be evicted. Calling it again restarts the wait.
        void begin_wait(Wait wait);
        // Returns false if the connection was evicted; it must then end.
        bool end_wait();
        // Moves an anonymous connection to the known ones. Returns false if those are at their limit and none of them
        // waits; the connection then stays anonymous.
        bool become_known();

        // Totals for this network: bytes of request bodies, and of responses.
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
        std::size_t index_ = 0;         // in the group's list
        NetworkEntry* entry_ = nullptr; // null before admission
    };

    // The limits must outlive the table.
    explicit ConnectionTable(Limits const& limits);
    ~ConnectionTable();

    // Admits a connection on `descriptor`, possibly as refused. Returns null if it must be closed immediately.
    std::unique_ptr<Place> admit(Network network, int descriptor);
    // Evicts some waiting anonymous connections to free their memory.
    void free_memory();

    std::size_t count(Group group) const;

private:
    struct State;
    using Places = std::vector<Place*>;

    bool make_room(State& state, Network network, int descriptor);
    struct Evicted {
        std::size_t count = 0;
        std::size_t spared = 0; // not evicted because a request has arrived
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
