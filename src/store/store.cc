#include "store/store.h"

#include "base/error.h"
#include "base/files.h"
#include "base/id.h"
#include "base/log.h"
#include "store/contents.h"
#include "store/events.h"
#include "store/folder.h"
#include "store/key_files.h"
#include "store/migrate_folder.h"
#include "store/sealed.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/disk_reserve.h"
#include "store/sqlite/quick_check.h"
#include "store/sqlite/write_ahead_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::store {

using base::Error;

namespace {

constexpr std::int64_t max_log_frames_of_check = 8L * log_pages; // 64 MB
constexpr std::int64_t max_pages_at_once = 16'384;               // 64 MB: some tenths of a second

// Locks DATA and restricts it to this account.
base::Fd take_folder(std::string const& folder, Store::Lock how) {
    base::Fd lock;
    if (how == Store::Lock::take) {
        make_folder(folder);
        check_purpose(folder);
        lock = lock_folder(folder);
    }
    close_folder(folder, {::geteuid(), 0});
    return lock;
}

// A new installation first gets an empty database, then its key. So a key without a database belongs to an installation
// that lost its database.
std::vector<base::SecretKey> load_or_make_keys(std::string const& folder, bool is_new) {
    if (is_new) {
        // Created here, because SQLite would use the permissions of the umask.
        if (!base::Fd(::open(database_of(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)))
            base::fail_with_errno("cannot create " + database_of(folder));
        base::sync_folder(folder);
        make_key_if_missing(folder);
    }
    return load_keys(folder);
}

// Returns the sealed installation id: the proof that this key belongs to this database.
std::string load_installation_id(Session& session, base::KeyRing const& key) {
    if (auto id = open_proof(session, key)) return *id;
    auto id = base::new_uuid();
    session.exec("insert into setting(name, value) values('KeyProof', ?)",
                 base::to_hex(base::seal(key, id, owner_of_proof)));
    return id;
}

} // namespace

Store::Store(std::string const& folder, base::Clock const& clock, Lock lock)
    : clock_(clock), folder_(folder), lock_(take_folder(folder, lock)), is_new_(is_new_installation(folder)),
      key_(load_or_make_keys(folder, is_new_)), contents_(std::make_unique<Contents const>()) {
    open_database();
    upgrade(*writer_, folder);
    installation_id_ = load_installation_id(*writer_, key_);
    head_ = find_chain_head(*writer_);
    last_commit_ = std::make_unique<LastCommitFile>(folder);
    note_commit();
}

// The first reader recovers the log and stays open while the writer is opened, which then needs no recovery.
void Store::open_database() {
    if (!is_new_) {
        log_frames_ = check_database_file(folder_);
        auto reader = open_sqlite(database_path(), Use::read, notices());
        check_database(*reader, folder_, key_);
        readers_.with([&](auto& readers) { readers.push_back(std::move(reader)); });
    }
    auto all = notices();
    all.on_commit = [this](std::int64_t frames) { log_frames_ = frames; };
    writer_ = open_sqlite(database_path(), Use::write, all);
}

Notices Store::notices() const {
    return {[this] { note_damage(damage_of(database_path())); }, {}};
}

void Store::note_damage(std::string const& what) const {
    bool is_first = damage_.with([&](std::string& damage) {
        bool was_empty = damage.empty();
        if (was_empty) damage = what;
        return was_empty;
    });
    if (is_first) base::log_error("{}", what);
}

std::string Store::damage() const {
    return damage_.with([](std::string const& damage) { return damage; });
}

// Called after a commit and before it is acknowledged.
void Store::note_commit() {
    last_commit_->write(head_.sequence, head_.hash, log_frames_);
    // A check prevents the log from restarting: it must not grow without limit.
    if (log_frames_ > max_log_frames_of_check)
        checking_.with([](auto& sessions) {
            for (auto session : sessions) session->interrupt();
        });
}

CheckResult Store::check(std::function<void(std::string const&)> const& told, std::stop_token stop) {
    auto session = open_sqlite(database_path(), Use::read, notices());
    auto forget = [this](Session* each) { checking_.with([&](auto& sessions) { sessions.erase(each); }); };
    checking_.with([&](auto& sessions) { sessions.insert(session.get()); });
    std::unique_ptr<Session, decltype(forget)> listed(session.get(), forget);
    auto const last = read_last_commit(folder_); // before the database is read, which may grow meanwhile
    auto const parts = count_pages(*session) <= max_pages_at_once ? Parts::whole : Parts::tables;
    auto result = check_everything(*session, parts, told, stop, last ? last->event : 0);
    if (!result.faults.empty()) note_damage(damage_of(database_path()));
    return result;
}

void Store::replace_key() {
    auto next = base::SecretKey::random();
    replace_key_files(folder_, key_.current(), next);
    key_.replace(next);
}

Store::~Store() {
    return_unused_numbers();
    readers_.with([](auto& readers) { readers.clear(); });
    writer_.reset();
}

// Called when no other thread uses the store. Numbers that cannot be returned remain unused.
void Store::return_unused_numbers() {
    auto unused = sequences_.take_unused();
    if (unused.empty()) return;
    std::vector<Job> jobs;
    auto change = [&](Transaction& transaction) {
        for (auto const& [prefix, block] : unused) return_numbers(transaction.session, prefix, block);
    };
    jobs.push_back({change, [](std::exception_ptr const&) {}, Reserve::use});
    try {
        commit(jobs);
    } catch (std::exception const& error) {
        base::log_warning("unused numbers of ids cannot be returned: {}", error.what());
    }
}

std::string Store::next_id(std::string_view prefix) {
    auto const reserve = [this](std::string_view name, std::int64_t count) {
        NumberBlock block;
        write([&](Transaction& transaction) { block = reserve_numbers(transaction.session, name, count); });
        return block;
    };
    return std::string(prefix) + '-' + std::to_string(sequences_.next(prefix, reserve));
}

Store::Lease::Lease(Store const& from) : store(from) {
    store.readers_.with([&](auto& readers) {
        if (readers.empty()) return;
        session = std::move(readers.back());
        readers.pop_back();
    });
    if (!session) session = open_sqlite(store.database_path(), Use::read, store.notices());
}

// An error, such as a damaged page, may have ended the transaction: the session is then not reused.
Store::Moment::~Moment() {
    try {
        lease.session->exec("commit");
    } catch (Error const&) {
        lease.session.reset();
    }
}

Store::Lease::~Lease() {
    if (session) store.readers_.with([&](auto& readers) { readers.push_back(std::move(session)); });
}

void Store::submit(std::function<void(Transaction&)> change, std::function<void(std::exception_ptr)> done,
                   Reserve reserve) {
    jobs_.change([&](auto& jobs) { jobs.push_back({std::move(change), std::move(done), reserve}); });
}

void Store::write(std::function<void(Transaction&)> const& change, Reserve reserve) {
    if (!started_) { // during set-up
        std::vector<Job> jobs;
        std::exception_ptr failure;
        jobs.push_back({change, [&](std::exception_ptr outcome) { failure = outcome; }, reserve});
        commit(jobs);
        if (failure) std::rethrow_exception(failure);
        return;
    }
    struct Outcome {
        bool known = false;
        std::exception_ptr failure;
    };
    auto outcome = std::make_shared<base::Sync<Outcome>>(); // the writer may still use it after this function returns
    submit(
        change,
        [outcome](std::exception_ptr failure) {
            outcome->change([&](Outcome& result) { result = {true, std::move(failure)}; });
        },
        reserve);
    std::exception_ptr failure; // freed by the thread that waits for it
    outcome->wait(
        {}, [](Outcome const& result) { return result.known; },
        [&](Outcome& result) { failure = std::move(result.failure); });
    if (failure) std::rethrow_exception(failure);
}

std::string Store::trouble(std::chrono::milliseconds limit) {
    bool failed = write_failed_;
    auto answered = std::make_shared<base::Sync<bool>>(false); // the writer may still use it after the limit
    submit(
        [failed](Transaction& transaction) {
            // writes without changing anything
            if (failed) transaction.session.exec("update sequence set last = last");
        },
        [answered](std::exception_ptr const&) { answered->change([](bool& value) { value = true; }); });
    bool alive = answered->wait_for({}, limit, [](bool value) { return value; }, [](bool) {});
    if (!alive) return "The database has not answered a write within " + std::to_string(limit.count()) + " ms.";
    return write_failed_ ? "The last write to the database failed; the server's log has the reason." : "";
}

void Store::serve(std::stop_token stop) {
    preallocate_wal(database_path());
    disk_reserve_ = std::make_unique<DiskReserve>(database_path());
    disk_reserve_->renew(log_frames_);
    std::vector<Job> batch;
    while (jobs_.wait(stop, [](auto const& jobs) { return !jobs.empty(); }, [&](auto& jobs) { batch.swap(jobs); })) {
        commit(batch);
        batch.clear();
    }
}

// A savepoint costs a copy of each page that changes after it. The first job needs none, because nothing precedes it.
std::exception_ptr Store::run_alone(Job const& job, bool is_first) {
    auto head = head_;
    if (!is_first) writer_->exec("savepoint job");
    try {
        Transaction transaction{*writer_, clock_.now(), head_};
        job.change(transaction);
        if (!is_first) writer_->exec("release job");
        return nullptr;
    } catch (...) {
        head_ = head;
        auto failure = std::current_exception();
        bool const undone = !writer_->in_transaction();
        if (undone && !is_first) std::rethrow_exception(failure); // and all jobs before it
        if (!is_first) {
            writer_->script("rollback to job; release job");
            return failure;
        }
        if (!undone) writer_->rollback();
        writer_->begin();
        return failure;
    }
}

namespace {

Error disk_is_full() {
    return {base::Kind::unavailable, "The disk is nearly full: only cancellations and similar small changes can be "
                                     "stored at present. Free some space."};
}

// Returns true if the disk or the database may be the cause, rather than the change itself.
bool is_failure_of_disk(std::exception_ptr const& outcome) {
    if (!outcome) return false;
    try {
        std::rethrow_exception(outcome);
    } catch (Error const& error) {
        return error.kind() == base::Kind::unavailable || error.kind() == base::Kind::internal;
    } catch (...) {
        return false;
    }
}

} // namespace

// Returns the first reserve that is allowed. Frames of the log may already have space in the database; a log that is
// moved completely restarts.
Reserve Store::find_allowed() {
    auto const has_room_for_all = [&] { return disk_reserve_->has_room(log_frames_, 32 << 20, 16); };
    if (!disk_reserve_ || has_room_for_all()) return Reserve::keep;
    try {
        if (checkpoint(*writer_)) log_frames_ = 0;
    } catch (Error const&) { // the database cannot grow either
    }
    if (has_room_for_all()) return Reserve::keep;
    if (disk_reserve_->has_room(log_frames_, 8 << 20, 64)) return Reserve::collect;
    return disk_reserve_->has_room(log_frames_, 2 << 20, 256) ? Reserve::admit : Reserve::use;
}

void Store::commit(std::vector<Job>& jobs) {
    std::vector<std::exception_ptr> outcomes;
    auto head = head_;
    bool failed = false;
    try {
        auto const allowed = find_allowed();
        writer_->begin();
        bool is_first = true;
        for (auto const& job : jobs) {
            bool const refused = job.reserve < allowed;
            outcomes.push_back(refused ? std::make_exception_ptr(disk_is_full()) : run_alone(job, is_first));
            if (!outcomes.back()) is_first = false;
            failed = failed || (!refused && is_failure_of_disk(outcomes.back()));
        }
        writer_->commit();
    } catch (...) {
        failed = true;
        head_ = head;
        outcomes.assign(jobs.size(), std::current_exception());
        try {
            if (writer_->in_transaction()) writer_->rollback();
        } catch (Error const&) { // it is in the log; the next transaction fails to begin and reports this again
        }
    }
    write_failed_ = failed;
    if (disk_reserve_) disk_reserve_->renew(log_frames_);
    note_commit();
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(std::move(outcomes[i]));
}

} // namespace stepwell::store
