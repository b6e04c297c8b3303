#include "operations/rotate_key.h"

#include "base/error.h"
#include "operations/change.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace stepwell::operations {

namespace {

// Time within which a request stores values that it sealed just before the key was replaced.
constexpr std::chrono::seconds settling{1};

void pause(std::chrono::milliseconds time, std::stop_token const& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
}

std::string count_of(std::int64_t count, std::string const& noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

domain::Event event_of(std::string category, std::string_view words) {
    domain::EventText text(std::move(category), "");
    text.say(words);
    return text.done();
}

} // namespace

KeyRotation::KeyRotation(store::Store& store) : store_(store), unfinished_(store::is_key_replaced_in_part(store)) {}

void KeyRotation::begin(domain::Caller const& caller) {
    if (unfinished_) throw base::Error(base::Kind::conflict, "The previous key rotation has not finished yet.");
    Change change;
    change.append(store::prepare_event(caller.actor, store_.clock().now(),
                                       event_of("KeyRotationStarted", "A new key of the server was made")));
    commit(store_, std::move(change));
    store_.replace_key();
    unfinished_ = true;
    started_before_.reset();
}

std::size_t KeyRotation::still_running() {
    auto running = store_.read([](store::Session& session) { return store::running_tickets(session); });
    if (!started_before_) started_before_ = running;
    std::erase_if(*started_before_,
                  [&](auto const& ticket) { return std::ranges::find(running, ticket) == running.end(); });
    return started_before_->size();
}

void KeyRotation::go_on(Told const& told, std::stop_token stop) {
    pause(settling, stop);
    auto tell = [&](store::Resealing const& so_far) {
        if (so_far.resealed > 0) told(count_of(so_far.resealed, "value") + " encrypted again");
    };
    auto running = still_running();
    store::Resealing last;
    do {
        last = store::reseal(store_, tell, stop);
        if (last.resealed > 0) pause(settling, stop);
    } while (last.resealed > 0 && !stop.stop_requested());
    if (stop.stop_requested()) return;
    if (running > 0)
        return told(fmt::format("The former key is in use by {}. The server finishes the rotation when {} ended.",
                                count_of(std::int64_t(running), "running script"),
                                running == 1 ? "it has" : "they have"));
    auto words = fmt::format("Everything is sealed with the new key of the server: {}{}", count_of(last.seen, "value"),
                             last.unreadable == 0 ? "" : fmt::format("; no key opens {} of them", last.unreadable));
    store::finish_key_replacement(store_, domain::system_actor(), event_of("KeyRotationFinished", words));
    unfinished_ = false;
    told(words);
}

} // namespace stepwell::operations
