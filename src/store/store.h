// The store: all durable data. Reads use a pool of read-only sessions; writes go to a single writer thread.
//
// A write is a closure. The writer thread takes all queued closures, runs each in a savepoint, commits once and
// notifies all callers. If a closure throws, only its own changes are undone. Closures contain only SQL: documents,
// digests and sealed secrets are prepared earlier (see draft.h), so that commits are short.
#pragma once
#include "base/clock.h"
#include "base/files.h"
#include "base/key_ring.h"
#include "base/sync.h"
#include "domain/event.h"
#include "store/sequences.h"
#include "store/sqlite/full_check.h"
#include "store/sqlite/last_commit.h"
#include "store/sqlite/sqlite.h"

#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>

namespace stepwell::store {

using base::Time;

// Number and hash of the last audit event in a chain.
struct ChainHead {
    std::int64_t sequence = 0;
    std::string hash = std::string(32, '\0');
};

// The arguments of a write closure. The session sees the current state, and no other thread writes.
struct Transaction {
    Session& session;
    Time now;
    ChainHead& head;
};

class Contents;
class DiskReserve;

// The space that a change leaves on a full disk (disk_reserve.h) for the changes listed after it.
enum class Reserve {
    keep,    // 32 MiB: all other changes
    collect, // 8 MiB: logs, which free as much space in the spool as they need
    admit,   // 2 MiB: sign-ins
    use,     // cancellations and verdicts
};

class Store {
public:
    // Opens or creates DATA/stepwell.db and DATA/key, reads DATA/former-keys, and migrates the tables. Throws if
    // another server holds the lock of DATA, or, before changing anything, if DATA is not in the state in which the
    // last server left it (quick_check.h). With Lock::held, the caller holds the folder's lock (folder.h) and must keep
    // it.
    enum class Lock { take, held };
    Store(std::string const& folder, base::Clock const& clock, Lock lock = Lock::take);
    ~Store();
    Store(Store const&) = delete;
    Store& operator=(Store const&) = delete;

    // Before start(), writes run on the calling thread; afterward, only on the thread in serve().
    void start() { started_ = true; }
    // Runs the writer on the calling thread. After a stop request, commits queued writes and returns.
    void serve(std::stop_token stop);

    // Runs `change` on the writer thread and returns when it is durable. Rethrows its exceptions.
    void write(std::function<void(Transaction&)> const& change, Reserve reserve = Reserve::keep);
    // Like write(), but does not wait. Calls `done` on the writer's thread with the exception, or null on success.
    void submit(std::function<void(Transaction&)> change, std::function<void(std::exception_ptr)> done,
                Reserve reserve = Reserve::keep);

    // Calls `use(session)` with a read-only session. Statements may see different states; use read_at_once() for a
    // consistent view.
    template <class Use> auto read(Use&& use) const {
        Lease lease(*this);
        return std::forward<Use>(use)(*lease.session);
    }
    template <class Use> auto read_at_once(Use&& use) const {
        Lease lease(*this);
        Moment moment(lease);
        return std::forward<Use>(use)(*lease.session);
    }

    // Returns why writes fail at present; empty if they succeed. Waits up to `limit` for the writer. Accesses the disk
    // only if the last write failed.
    std::string trouble(std::chrono::milliseconds limit);
    // Checks the whole database (full_check.h) on the calling thread while others read and write. Faults also appear in
    // damage().
    CheckResult check(std::function<void(std::string const& line)> const& told, std::stop_token stop);
    // Returns a sentence about damage of the database found since this process started; empty if none. Thread-safe.
    std::string damage() const;

    // The cache of snapshot contents.
    Contents const& contents() const { return *contents_; }

    // Returns the next id with a prefix, such as Environments-7. Ids are never reused; numbers may be skipped. May
    // wait for a write: do not call it from a write closure.
    std::string next_id(std::string_view prefix);

    // The keys that seal and open. Former keys open older values while their files exist.
    base::KeyRing const& key() const { return key_; }
    // Durably creates a new key in DATA/key and moves the current one to DATA/former-keys. The new key seals from then
    // on.
    void replace_key();
    base::Clock const& clock() const { return clock_; }
    std::string const& folder() const { return folder_; }
    // a GUID; does not change
    std::string const& installation_id() const { return installation_id_; }
    // Path of the database file, for tests and tools.
    std::string database_path() const { return folder_ + "/stepwell.db"; }

private:
    struct Job {
        std::function<void(Transaction&)> change;
        std::function<void(std::exception_ptr)> done;
        Reserve reserve;
    };
    struct Lease {
        explicit Lease(Store const& store);
        ~Lease();
        Store const& store;
        std::unique_ptr<Session> session;
    };
    struct Moment {
        explicit Moment(Lease& from) : lease(from) { lease.session->exec("begin"); }
        ~Moment();
        Lease& lease;
    };

    void commit(std::vector<Job>& jobs);
    std::exception_ptr run_alone(Job const& job, bool is_first);
    Reserve find_allowed();
    void return_unused_numbers();
    void open_database();
    Notices notices() const;
    void note_damage(std::string const& what) const;
    void note_commit();

    base::Clock const& clock_;
    std::string folder_;
    base::Fd lock_;
    bool is_new_;
    base::KeyRing key_;
    std::string installation_id_;
    mutable base::Sync<std::string> damage_;
    base::Sync<std::set<Session*>> checking_; // running checks
    std::int64_t log_frames_ = 0;             // in the write-ahead log after the last commit
    // created by serve(); declared before all sessions, which it must outlive
    std::unique_ptr<DiskReserve> disk_reserve_;
    std::unique_ptr<Session> writer_;
    std::unique_ptr<LastCommitFile> last_commit_;
    ChainHead head_;
    Sequences sequences_;
    mutable base::Sync<std::vector<std::unique_ptr<Session>>> readers_;
    base::Sync<std::vector<Job>> jobs_;
    // the last commit, or a change in it, failed for lack of space or a disk error
    std::atomic<bool> write_failed_ = false;
    std::unique_ptr<Contents const> contents_;
    bool started_ = false; // set before other threads use the store
};

} // namespace stepwell::store
