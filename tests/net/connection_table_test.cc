#include "base/files.h"
#include "net/connection_table.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <sys/socket.h>

namespace stepwell::net {
namespace {

using Group = ConnectionTable::Group;
using Wait = ConnectionTable::Place::Wait;

// A connection as the table sees it. It ends when it is evicted and swept.
class Guest final : public ConnectionTable::Member {
public:
    Guest(ConnectionTable& table, unsigned network, int descriptor)
        : network(network), place(table.admit(Network(network), descriptor)) {
        if (!place) return;
        place->set_member(*this);
        if (place->is_refused()) return;
        place->begin_wait(Wait::for_bytes);
        waits = true;
    }
    void evict() noexcept override { evicted = true; }
    void work() {
        ASSERT_TRUE(place->end_wait());
        waits = false;
    }

    unsigned network;
    bool evicted = false, waits = false;
    std::unique_ptr<ConnectionTable::Place> place;
};

class ConnectionTableTest : public ::testing::Test {
protected:
    Limits limits{.connections = 100,
                  .anonymous_connections = 40,
                  .anonymous_connections_of_network = 0,
                  .refused_connections = 5};
    std::optional<ConnectionTable> table;
    std::vector<std::unique_ptr<Guest>> guests;

    void SetUp() override { table.emplace(limits); }
    Guest& come(unsigned network, int descriptor = -1) {
        guests.push_back(std::make_unique<Guest>(*table, network, descriptor));
        return *guests.back();
    }
    void sweep() {
        std::erase_if(guests, [](auto const& guest) { return !guest->place || guest->evicted; });
    }
    std::map<unsigned, int> by_network() {
        std::map<unsigned, int> counts;
        for (auto const& guest : guests) counts[guest->network] += guest->place && !guest->evicted;
        return counts;
    }
};

TEST_F(ConnectionTableTest, lets_the_newcomer_in_and_closes_the_longest_wait_of_the_largest_network) {
    auto& first_of_many = come(1);
    for (int i = 0; i < 29; ++i) come(1);
    for (int i = 0; i < 10; ++i) come(2);
    auto& newcomer = come(3);
    EXPECT_TRUE(newcomer.place && !newcomer.place->is_refused());
    EXPECT_TRUE(first_of_many.evicted);
    auto counts = by_network();
    EXPECT_EQ(counts[2], 10);
    EXPECT_EQ(counts[3], 1);
    EXPECT_LT(counts[1], 30);
}

TEST_F(ConnectionTableTest, closes_nothing_that_works) {
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(come(1).place->end_wait());
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(come(2).place->is_refused());
    EXPECT_FALSE(come(2).place) << "refusals are limited too";
    EXPECT_EQ(table->count(Group::anonymous), 40u);
    guests.resize(30);
    EXPECT_FALSE(come(2).place->is_refused()) << "twin: when there is room again";
}

TEST_F(ConnectionTableTest, keeps_known_connections_whatever_anonymous_ones_do) {
    for (int i = 0; i < 60; ++i) {
        auto& guest = come(1);
        ASSERT_TRUE(guest.place->end_wait());
        EXPECT_TRUE(guest.place->become_known());
        guest.place->begin_wait(Wait::for_bytes);
    }
    for (int i = 0; i < 1000; ++i) {
        come(unsigned(i));
        if (i % 7 == 0) sweep();
    }
    EXPECT_EQ(table->count(Group::known), 60u);
}

TEST_F(ConnectionTableTest, lets_known_ones_in_while_another_known_one_waits) {
    auto known = [&](bool waits) -> Guest& {
        auto& guest = come(1);
        EXPECT_TRUE(guest.place->end_wait());
        EXPECT_TRUE(guest.place->become_known());
        if (waits) guest.place->begin_wait(Wait::for_bytes);
        return guest;
    };
    auto& idle = known(true);
    for (int i = 0; i < 59; ++i) known(false);
    known(false);
    EXPECT_TRUE(idle.evicted);
    auto& late = come(2);
    EXPECT_TRUE(late.place->end_wait());
    EXPECT_FALSE(late.place->become_known()) << "all of them work";
    EXPECT_FALSE(late.place->is_known() || late.place->is_refused()) << "it is served as it is";
}

TEST_F(ConnectionTableTest, limits_the_anonymous_ones_of_a_network) {
    limits.anonymous_connections_of_network = 8;
    table.emplace(limits);
    auto& other = come(2);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(come(1).place);
        sweep();
        EXPECT_LE(by_network()[1], 8);
    }
    EXPECT_FALSE(other.evicted);
}

TEST_F(ConnectionTableTest, admits_nothing_above_its_descriptors_but_in_the_place_of_another) {
    limits.descriptors = 50;
    table.emplace(limits);
    EXPECT_TRUE(come(1, 60).place->is_refused()) << "no other can go";
    guests.clear();
    auto& idle = come(1, 49);
    EXPECT_FALSE(come(2, 50).place->is_refused());
    EXPECT_TRUE(idle.evicted);
    EXPECT_TRUE(come(2, 51).place->is_refused()) << "one at a time, until its descriptor is free";
}

TEST_F(ConnectionTableTest, spares_those_whose_request_has_come) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    base::Fd ours(ends[0]), theirs(ends[1]);
    ASSERT_EQ(::send(theirs.get(), "GET", 3, 0), 3);
    auto& sent = come(1, ours.get());
    for (int i = 0; i < 39; ++i) come(1);
    auto& second = *guests[1];
    come(2);
    EXPECT_FALSE(sent.evicted);
    EXPECT_TRUE(second.evicted);
    sent.place->begin_wait(Wait::for_reader);
    for (int i = 0; i < 60; ++i) come(1);
    EXPECT_TRUE(sent.evicted) << "twin: one that does not read its answer";
}

TEST_F(ConnectionTableTest, knows_a_crowd) {
    for (int i = 0; i < 19; ++i) EXPECT_FALSE(come(unsigned(i)).place->came_in_a_crowd()) << i;
    EXPECT_TRUE(come(100).place->came_in_a_crowd());
}

TEST_F(ConnectionTableTest, knows_who_is_one_client) {
    auto network = [](char const* text) { return network_of(asio::ip::make_address(text)); };
    EXPECT_EQ(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::"));
    EXPECT_NE(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    EXPECT_EQ(network("::ffff:10.0.0.1"), network("10.0.0.1"));
    EXPECT_NE(network("10.0.0.2"), network("10.0.0.1"));
    EXPECT_NE(network("::1"), network("127.0.0.1"));
}

// For connections that arrive, wait, work and leave in any order: the limits hold, a new connection is refused only if
// no other waits, and no network loses a connection while another has more connections, one of which waits.
TEST_F(ConnectionTableTest, is_fair_in_any_order) {
    std::mt19937 random(7);
    auto pick = [&](std::size_t below) { return std::size_t(random()) % below; };
    int evictions = 0, refusals = 0;
    for (int step = 0; step < 12'000; ++step) {
        bool const any_waits = std::any_of(guests.begin(), guests.end(),
                                           [](auto const& guest) { return guest->waits && !guest->place->is_known(); });
        bool const full = table->count(Group::anonymous) == 40;
        auto& newcomer = come(unsigned(pick(3) == 0 ? pick(50) : 0));
        bool const refused = !newcomer.place || newcomer.place->is_refused();
        EXPECT_EQ(refused, full && !any_waits);
        refusals += refused;
        ASSERT_LE(table->count(Group::anonymous), 40u);
        ASSERT_LE(table->count(Group::known), 60u);
        std::map<unsigned, int> left;
        std::map<unsigned, bool> has_waiting, lost;
        for (auto const& guest : guests) {
            if (guest.get() == &newcomer || !guest->place || guest->place->is_known()) continue;
            left[guest->network] += !guest->evicted && !guest->place->is_refused();
            has_waiting[guest->network] |= guest->waits && !guest->evicted;
            lost[guest->network] |= guest->evicted;
        }
        for (auto const& [network, any_lost] : lost) {
            evictions += any_lost;
            for (auto const& [other, waiting] : has_waiting)
                if (any_lost && waiting) ASSERT_LE(left[other], left[network] + 1);
        }
        sweep();
        if (!refused && pick(3) == 0) {
            newcomer.work();
            if (pick(2) == 0) newcomer.place->become_known();
        }
        bool const all_work = step % 3000 > 2900;
        for (auto const& guest : guests)
            if (all_work && guest->waits && !guest->place->is_known()) guest->work();
        if (!all_work)
            std::erase_if(guests, [&](auto const& guest) { return guest->waits ? pick(60) == 0 : pick(12) == 0; });
    }
    EXPECT_GT(evictions, 100);
    EXPECT_GT(refusals, 10);
}

} // namespace
} // namespace stepwell::net
