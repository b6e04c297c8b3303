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
class DiskReserve;

// How much room a change leaves on a full disk (disk_reserve.h), to those that come after it in this list.
enum class Reserve {
    keep,    // 32 MiB: all else
    collect, // 8 MiB: logs, which take as much room from the spool as they need
    admit,   // 2 MiB: sign-ins
    use,     // cancellations and verdicts
};

class Store {
public:
    // Opens or creates DATA/stepwell.db and DATA/key (and reads DATA/former-keys), brings tables up to date. Throws
    // when another server holds DATA, and, before anything is changed, if DATA is not as the last server left it
    // (quick_check.h). With Lock::held the caller has the lock of the folder (folder.h) and must keep it.
    enum class Lock { take, held };
    Store(std::string const& folder, base::Clock const& clock, Lock lock = Lock::take);
    ~Store();
    Store(Store const&) = delete;
    Store& operator=(Store const&) = delete;

    // Until start() a write is done by the caller; after it, only by the thread in serve().
    void start() { started_ = true; }
    // The writer's loop; apps lends it one thread. After stop it commits what is queued, then returns.
    void serve(std::stop_token stop);

    // Runs `change` in the writer and returns when it is durable; rethrows what it threw.
    void write(std::function<void(Transaction&)> const& change, Reserve reserve = Reserve::keep);
    // The same without waiting: `done` is told on the writer's thread, with the exception or null.
    void submit(std::function<void(Transaction&)> change, std::function<void(std::exception_ptr)> done,
                Reserve reserve = Reserve::keep);

    // Runs `use(session)` on a read-only session. Statements may see different moments; use read_at_once where that
    // matters.
    template <class Use> auto read(Use&& use) const {
        Lease lease(*this);
        return std::forward<Use>(use)(*lease.session);
    }
    template <class Use> auto read_at_once(Use&& use) const {
        Lease lease(*this);
        Moment moment(lease);
        return std::forward<Use>(use)(*lease.session);
    }

    // Returns why nothing can be written at present; empty if a write succeeds. Waits up to `limit` for the writer.
    // Touches the disk only if the last write failed.
    std::string trouble(std::chrono::milliseconds limit);
    // Reads everything that is stored and checks it (full_check.h) on the calling thread, while others read and write.
    // What it finds shows in damage().
    CheckResult check(std::function<void(std::string const& line)> const& told, std::stop_token stop);
    // What is known to be wrong with the database, in a sentence, since this process began; empty if nothing is.
    // Thread-safe.
    std::string damage() const;

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
    void load_sequences();
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
    base::Sync<std::set<Session*>> checking_; // sessions of checks
    std::int64_t log_frames_ = 0;             // in the write-ahead log, of the last commit
    std::unique_ptr<DiskReserve> disk_reserve_; // from serve() on; before all sessions, which it must outlive
    std::unique_ptr<Session> writer_;
    std::unique_ptr<LastCommitFile> last_commit_;
    ChainHead head_;
    base::Sync<std::map<std::string, std::int64_t, std::less<>>> sequences_;
    mutable base::Sync<std::vector<std::unique_ptr<Session>>> readers_;
    base::Sync<std::vector<Job>> jobs_;
    std::atomic<bool> write_failed_ = false; // the last commit, or a change in it, found no space or a broken disk
    std::unique_ptr<Contents const> contents_;
    bool started_ = false; // set before other threads know the store
};

} // namespace stepwell::store
