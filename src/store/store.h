// The store: everything durable. Reads go to a pool of read-only sessions, writes to the one writer.
//
// A write is a closure. The writer thread takes all that are queued, runs each so that it can be undone alone, commits
// once and wakes all; a closure that throws is undone alone. Closures only speak SQL: bytes, digests and sealed secrets
// are prepared before (see draft.h), so a commit is short.
#pragma once
#include "base/clock.h"
#include "base/files.h"
#include "base/key_ring.h"
#include "base/sync.h"
#include "domain/event.h"
#include "store/session.h"

#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>

namespace stepwell::store {

using base::Time;

// End of the chain of audit events: number and hash of the last one.
struct ChainHead {
    std::int64_t sequence = 0;
    std::string hash = std::string(32, '\0');
};

// What a closure works with. The session sees the state of the moment, and nobody else writes.
struct Transaction {
    Session& session;
    Time now;
    ChainHead& head;
};

class Contents;

class Store {
public:
    // Opens or creates DATA/stepwell.db and DATA/key (and reads DATA/former-keys), brings tables up to date. Throws
    // when another server holds DATA.
    Store(std::string const& folder, base::Clock const& clock);
    ~Store();
    Store(Store const&) = delete;
    Store& operator=(Store const&) = delete;

    // Until start() a write is done by the caller; after it, only by the thread in serve().
    void start() { started_ = true; }
    // The writer's loop; apps lends it one thread. After stop it commits what is queued, then returns.
    void serve(std::stop_token stop);

    // Runs `change` in the writer and returns when it is durable; rethrows what it threw.
    void write(std::function<void(Transaction&)> const& change);
    // The same without waiting: `done` is told on the writer's thread, with the exception or null.
    void submit(std::function<void(Transaction&)> change, std::function<void(std::exception_ptr)> done);

    // Runs `use(session)` on a read-only session. Statements may see different moments; use read_at_once where that
    // matters.
    template <class Use> auto read(Use&& use) const {
        Lease lease(*this);
        return std::forward<Use>(use)(*lease.session);
    }
    template <class Use> auto read_at_once(Use&& use) const {
        Lease lease(*this);
        Moment moment(*lease.session);
        return std::forward<Use>(use)(*lease.session);
    }

    // Returns why nothing can be written at present; empty if a write succeeds. Waits up to `limit` for the writer.
    // Touches the disk only if the last write failed.
    std::string trouble(std::chrono::milliseconds limit);

    // Contents of snapshots that were read before.
    Contents const& contents() const { return *contents_; }

    // The next id of a kind, such as Environments-7. Never given twice; numbers may be skipped.
    std::string next_id(std::string_view prefix);

    // Seals and opens; also what the keys before it sealed, as long as their files are there.
    base::KeyRing const& key() const { return key_; }
    // Puts a new key into DATA/key and the one before it among DATA/former-keys, durably; from now on the new one
    // seals.
    void replace_key();
    base::Clock const& clock() const { return clock_; }
    std::string const& folder() const { return folder_; }
    // Stable over restarts; a GUID.
    std::string const& installation_id() const { return installation_id_; }
    // Path of the database file, for tests and tools that look at it from outside.
    std::string database_path() const { return folder_ + "/stepwell.db"; }

private:
    struct Job {
        std::function<void(Transaction&)> change;
        std::function<void(std::exception_ptr)> done;
    };
    struct Lease {
        explicit Lease(Store const& store);
        ~Lease();
        Store const& store;
        std::unique_ptr<Session> session;
    };
    struct Moment {
        explicit Moment(Session& session) : session(session) { session.exec("begin"); }
        ~Moment() { session.exec("commit"); }
        Session& session;
    };

    void commit(std::vector<Job>& jobs);
    std::exception_ptr run_alone(Job const& job, bool is_first);
    void load_sequences();

    base::Clock const& clock_;
    std::string folder_;
    base::Fd lock_;
    base::KeyRing key_;
    std::string installation_id_;
    std::unique_ptr<Session> writer_;
    ChainHead head_;
    base::Sync<std::map<std::string, std::int64_t, std::less<>>> sequences_;
    mutable base::Sync<std::vector<std::unique_ptr<Session>>> readers_;
    base::Sync<std::vector<Job>> jobs_;
    std::atomic<bool> write_failed_ = false; // the last commit, or a change in it, found no space or a broken disk
    std::unique_ptr<Contents const> contents_;
    bool started_ = false; // set before other threads know the store
};

} // namespace stepwell::store
