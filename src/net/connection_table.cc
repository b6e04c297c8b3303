#include "net/connection_table.h"

#include "base/log.h"

#include <algorithm>
#include <array>
#include <sys/socket.h>

namespace stepwell::net {

namespace {

// The number of connections to evict at a time. With batches, the search costs each new connection very little.
std::size_t batch_of(std::size_t limit) { return std::max<std::size_t>(1, limit / 16); }

constexpr std::size_t max_evicted = 256; // evicted connections that their threads have not closed yet
constexpr auto between_warnings = std::chrono::minutes(1);

} // namespace

Network network_of(asio::ip::address const& address) {
    if (address.is_v4()) return Network(0xffff'ffff'0000'0000 | address.to_v4().to_uint()); // no client has ff00::/8
    auto const v6 = address.to_v6();
    if (v6.is_v4_mapped()) return network_of(asio::ip::make_address_v4(asio::ip::v4_mapped, v6));
    std::uint64_t network = 0;
    auto const bytes = v6.to_bytes();
    for (std::size_t i = 0; i < 8; ++i) network = network << 8 | bytes[i];
    return Network(network);
}

struct NetworkEntry {
    std::array<std::size_t, 4> in_group{};
    std::atomic<std::size_t> body_bytes{0}, answer_bytes{0};

    std::size_t connections() const { return in_group[0] + in_group[1] + in_group[2] + in_group[3]; }
};

struct ConnectionTable::State {
    std::unordered_map<Network, NetworkEntry> networks;
    std::array<Places, 4> groups;
    SteadyClock::time_point warned_at{};

    Places& in(Group group) { return groups[std::size_t(group)]; }

    // Logs a warning at most once per minute.
    void warn(char const* text) {
        auto const now = SteadyClock::now();
        if (warned_at != SteadyClock::time_point() && now - warned_at < between_warnings) return;
        warned_at = now;
        base::log_warning("{}: {} anonymous, {} authenticated, from {} networks", text, in(Group::anonymous).size(),
                          in(Group::known).size(), networks.size());
    }
};

// --- an entry ----------------------------------------------------------------------------------------------------

ConnectionTable::Place::Place(ConnectionTable& table, Network network, int descriptor)
    : table_(table), network_(network), descriptor_(descriptor) {}

ConnectionTable::Place::~Place() {
    if (!entry_) return;
    table_.state_->with([&](ConnectionTable::State& state) {
        table_.leave(state, *this);
        if (entry_->connections() == 0) state.networks.erase(network_);
    });
}

void ConnectionTable::Place::begin_wait(Wait wait) {
    wait_.store(wait, std::memory_order_relaxed);
    waits_since_.store(SteadyClock::now().time_since_epoch().count(), std::memory_order_relaxed);
    auto expected = State::working;
    state_.compare_exchange_strong(expected, State::waiting, std::memory_order_release);
}

// Returns true if the client has sent bytes that the connection's thread has not read yet. The descriptor may already
// belong to another connection; the result is then wrong but harmless.
bool ConnectionTable::Place::has_bytes() const {
    char byte;
    if (wait_.load(std::memory_order_relaxed) != Wait::for_bytes) return false;
    return ::recv(descriptor_, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool ConnectionTable::Place::end_wait() {
    auto expected = State::waiting;
    return state_.compare_exchange_strong(expected, State::working, std::memory_order_acquire) ||
           expected == State::working;
}

bool ConnectionTable::Place::become_known() {
    if (is_known()) return true;
    if (group() != Group::anonymous) return false;
    return table_.state_->with([&](ConnectionTable::State& state) {
        auto const full = [&] { return state.in(Group::known).size() >= table_.max_known_; };
        if (full()) table_.evict(state, Group::known, batch_of(table_.max_known_));
        if (full() || group() != Group::anonymous) return false;
        table_.move(state, *this, Group::known);
        return true;
    });
}

std::atomic<std::size_t>& ConnectionTable::Place::body_bytes() { return entry_->body_bytes; }

std::atomic<std::size_t>& ConnectionTable::Place::answer_bytes() { return entry_->answer_bytes; }

// --- the table ---------------------------------------------------------------------------------------------------

ConnectionTable::ConnectionTable(Limits const& limits)
    : limits_(limits), max_anonymous_(std::min(limits.anonymous_connections, limits.connections)),
      max_known_(limits.connections - max_anonymous_), state_(std::make_unique<base::Sync<State>>()) {
    state_->with([&](State& state) { // so that moving a connection to another group allocates no memory
        state.in(Group::known).reserve(max_known_);
        state.in(Group::evicted).reserve(max_evicted + max_anonymous_ + max_known_ / 8);
    });
}

ConnectionTable::~ConnectionTable() = default;

std::unique_ptr<ConnectionTable::Place> ConnectionTable::admit(Network network, int descriptor) {
    auto place = std::make_unique<Place>(*this, network, descriptor);
    bool const admitted = state_->with([&](State& state) {
        if (make_room(state, network, descriptor)) {
            enter(state, *place, Group::anonymous);
            place->came_in_a_crowd_ = is_crowd(state, *place);
            return true;
        }
        state.warn("connections are refused");
        if (state.in(Group::refused).size() >= limits_.refused_connections) return false;
        enter(state, *place, Group::refused);
        return true;
    });
    return admitted ? std::move(place) : nullptr;
}

bool ConnectionTable::make_room(State& state, Network network, int descriptor) {
    // a thread is late; its closed connections will free entries
    if (state.in(Group::evicted).size() >= max_evicted) return false;
    auto const entry = state.networks.find(network);
    auto const most = limits_.anonymous_connections_of_network;
    if (most != 0 && entry != state.networks.end() && entry->second.in_group[std::size_t(Group::anonymous)] >= most) {
        auto const evicted = evict(state, Group::anonymous, batch_of(most), &entry->second);
        if (evicted.count == 0 && evicted.spared == 0) return false;
    }
    // The kernel assigns the lowest free descriptor, so all lower ones are in use.
    bool const few_descriptors = limits_.descriptors != 0 && std::size_t(descriptor) >= limits_.descriptors;
    auto const anonymous = state.in(Group::anonymous).size();
    if (!few_descriptors && anonymous < max_anonymous_) return true;
    if (few_descriptors && !state.in(Group::evicted).empty()) return false; // their descriptors will be freed
    auto const evicted = evict(state, Group::anonymous, batch_of(max_anonymous_));
    if (evicted.count == 0)
        return !few_descriptors && evicted.spared != 0 && anonymous < max_anonymous_ + batch_of(max_anonymous_);
    state.warn("the connection limit is reached: closing the longest-waiting connections");
    return true;
}

void ConnectionTable::free_memory() {
    state_->with([&](State& state) {
        if (!state.in(Group::evicted).empty()) return; // these will free some
        if (evict(state, Group::anonymous, std::max<std::size_t>(1, state.in(Group::anonymous).size() / 4)).count != 0)
            state.warn("the memory limit for requests is reached: closing the longest-waiting connections");
    });
}

ConnectionTable::Evicted ConnectionTable::evict(State& state, Group group, std::size_t count,
                                                NetworkEntry const* of_network) {
    struct Candidate {
        Place* place;
        SteadyClock::rep since;
        std::size_t rank; // number of its network's connections left if it and all longer-waiting ones are closed
    };
    std::vector<Candidate> candidates;
    for (auto* place : state.in(group))
        if (place->state_.load(std::memory_order_acquire) == Place::State::waiting &&
            (!of_network || place->entry_ == of_network))
            candidates.push_back({place, place->waits_since_.load(std::memory_order_relaxed), 0});
    std::sort(candidates.begin(), candidates.end(), [](Candidate const& a, Candidate const& b) {
        return std::tuple(a.place->entry_, b.since) < std::tuple(b.place->entry_, a.since);
    });
    for (std::size_t begin = 0, end = 0; begin < candidates.size(); begin = end) {
        auto const* entry = candidates[begin].place->entry_;
        while (end < candidates.size() && candidates[end].place->entry_ == entry) ++end;
        auto const working = entry->in_group[std::size_t(group)] - (end - begin);
        for (auto i = begin; i < end; ++i) candidates[i].rank = working + i - begin;
    }
    std::sort(candidates.begin(), candidates.end(), [](Candidate const& a, Candidate const& b) {
        return std::tuple(b.rank, a.since) < std::tuple(a.rank, b.since);
    });
    Evicted evicted;
    for (auto const& candidate : candidates) {
        if (evicted.count == count) break;
        auto& place = *candidate.place;
        auto expected = Place::State::waiting;
        if (place.has_bytes()) {
            ++evicted.spared;
        } else if (place.state_.compare_exchange_strong(expected, Place::State::evicted)) {
            move(state, place, Group::evicted);
            place.member_->evict();
            ++evicted.count;
        }
    }
    return evicted;
}

bool ConnectionTable::is_crowd(State& state, Place const& place) const {
    auto const of_network = limits_.anonymous_connections_of_network;
    return state.in(Group::anonymous).size() >= max_anonymous_ / 2 ||
           (of_network != 0 && place.entry_->in_group[std::size_t(Group::anonymous)] >= of_network / 2);
}

void ConnectionTable::enter(State& state, Place& place, Group group) {
    auto& members = state.in(group);
    members.push_back(&place);
    // set once: its own thread reads it without the lock
    if (!place.entry_) place.entry_ = &state.networks[place.network_];
    place.index_ = members.size() - 1;
    place.group_.store(group, std::memory_order_relaxed);
    ++place.entry_->in_group[std::size_t(group)];
}

void ConnectionTable::leave(State& state, Place& place) {
    auto& members = state.in(place.group());
    members.back()->index_ = place.index_;
    members[place.index_] = members.back();
    members.pop_back();
    --place.entry_->in_group[std::size_t(place.group())];
}

void ConnectionTable::move(State& state, Place& place, Group to) {
    leave(state, place);
    enter(state, place, to);
}

std::size_t ConnectionTable::count(Group group) const {
    return state_->with([&](State& state) { return state.in(group).size(); });
}

} // namespace stepwell::net
