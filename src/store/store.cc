#include "store/store.h"

#include "base/error.h"
#include "base/files.h"
#include "base/id.h"
#include "store/contents.h"
#include "store/sealed.h"
#include "store/sqlite.h"
#include "store/tables.h"

#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

base::Fd lock_folder(std::string const& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot create " + folder);
    base::Fd lock(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock) base::fail_with_errno("cannot open " + folder + "/lock");
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
    throw Error(Kind::conflict, "another server is running on " + folder);
}

bool exists(std::string const& path) { return ::access(path.c_str(), F_OK) == 0; }

base::SecretKey key_in(std::string const& path, std::string const& text) {
    auto bytes = base::from_hex(text);
    if (!bytes || bytes->size() != 32)
        throw Error(Kind::internal, path + " is damaged: 64 hexadecimal digits expected");
    return base::SecretKey::from_bytes(*bytes);
}

base::SecretKey load_key(std::string const& folder, std::string const& database) {
    auto path = folder + "/key";
    if (auto text = base::read_file(path)) return key_in(path, *text);
    // The key comes before the database: one without the other means that it was lost.
    if (exists(database))
        throw Error(Kind::internal, path + " is missing: put back the key that belongs to " + database);
    auto key = base::SecretKey::random();
    base::replace_file(path, base::to_hex(key.bytes()), 0400);
    return key;
}

std::string former_keys(std::string const& folder) { return folder + "/former-keys"; }

// The key, then those before it that somebody left there; their order is of no matter.
std::vector<base::SecretKey> load_keys(std::string const& folder, std::string const& database) {
    std::vector<base::SecretKey> keys{load_key(folder, database)};
    std::error_code none;
    for (auto const& entry : std::filesystem::directory_iterator(former_keys(folder), none)) {
        auto path = entry.path().string();
        if (!path.ends_with(".new")) keys.push_back(key_in(path, base::read_file(path).value_or("")));
    }
    return keys;
}

// The sealed proof that this key belongs to this database; a wrong key is found at start, not at the first secret.
std::string check_key(Session& session, base::KeyRing const& key) {
    auto sealed = session.text("select value from setting where name = 'KeyProof'");
    if (!sealed) {
        auto id = base::new_uuid();
        session.exec("insert into setting(name, value) values('KeyProof', ?)",
                     base::to_hex(base::seal(key, id, owner_of_proof)));
        return id;
    }
    auto id = base::open_sealed(key, base::from_hex(*sealed).value_or(""), owner_of_proof);
    if (!id)
        throw Error(Kind::internal,
                    "the key does not belong to this database; if it was replaced since, put the former "
                    "one back, from former-keys or from where it is kept");
    return *id;
}

} // namespace

Store::Store(std::string const& folder, base::Clock const& clock)
    : clock_(clock), folder_(folder), lock_(lock_folder(folder)), key_(load_keys(folder, database_path())),
      contents_(std::make_unique<Contents const>()) {
    // Made here, as the database would let its file be read by whom the umask lets.
    if (!base::Fd(::open(database_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)))
        base::fail_with_errno("cannot open " + database_path());
    writer_ = open_sqlite(database_path(), Use::write);
    create_tables(*writer_);
    installation_id_ = check_key(*writer_, key_);
    load_sequences();
    writer_->each("select sequence, hash from event order by sequence desc limit 1",
                  [&](Row const& row) { head_ = {row.integer(0), row.string(1)}; });
}

void Store::replace_key() {
    auto former = key_.current(), next = base::SecretKey::random();
    auto kept = former_keys(folder_);
    if (::mkdir(kept.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot create " + kept);
    base::sync_folder(folder_);
    // Named after a digest, so that a start that was broken off and repeated keeps one file.
    auto name = base::to_hex(base::sha256(former.bytes()).substr(0, 8));
    base::replace_file(kept + '/' + name, base::to_hex(former.bytes()), 0400);
    base::replace_file(folder_ + "/key", base::to_hex(next.bytes()), 0400);
    key_.replace(next);
}

Store::~Store() {
    readers_.with([](auto& readers) { readers.clear(); });
    writer_.reset();
}

void Store::load_sequences() {
    sequences_.with([&](auto& sequences) {
        writer_->each("select prefix, last from sequence",
                      [&](Row const& row) { sequences[row.string(0)] = row.integer(1); });
    });
}

std::string Store::next_id(std::string_view prefix) {
    auto number = sequences_.with([&](auto& sequences) {
        auto at = sequences.find(prefix);
        if (at == sequences.end()) at = sequences.emplace(prefix, 0).first;
        return ++at->second;
    });
    return std::string(prefix) + '-' + std::to_string(number);
}

Store::Lease::Lease(Store const& from) : store(from) {
    store.readers_.with([&](auto& readers) {
        if (readers.empty()) return;
        session = std::move(readers.back());
        readers.pop_back();
    });
    if (!session) session = open_sqlite(store.database_path(), Use::read);
}

Store::Lease::~Lease() {
    store.readers_.with([&](auto& readers) { readers.push_back(std::move(session)); });
}

void Store::submit(std::function<void(Transaction&)> change, std::function<void(std::exception_ptr)> done) {
    jobs_.change([&](auto& jobs) { jobs.push_back({std::move(change), std::move(done)}); });
}

void Store::write(std::function<void(Transaction&)> const& change) {
    if (!started_) { // setting up
        std::vector<Job> jobs;
        std::exception_ptr failure;
        jobs.push_back({change, [&](std::exception_ptr outcome) { failure = outcome; }});
        commit(jobs);
        if (failure) std::rethrow_exception(failure);
        return;
    }
    struct Outcome {
        bool known = false;
        std::exception_ptr failure;
    };
    auto outcome = std::make_shared<base::Sync<Outcome>>(); // the writer may still hold it when we go on
    submit(change, [outcome](std::exception_ptr failure) {
        outcome->change([&](Outcome& result) { result = {true, std::move(failure)}; });
    });
    std::exception_ptr failure; // whoever waits for it is the one to free it
    outcome->wait(
        {}, [](Outcome const& result) { return result.known; },
        [&](Outcome& result) { failure = std::move(result.failure); });
    if (failure) std::rethrow_exception(failure);
}

std::string Store::trouble(std::chrono::milliseconds limit) {
    bool failed = write_failed_;
    auto answered = std::make_shared<base::Sync<bool>>(false); // the writer may still hold it after the limit
    submit(
        [failed](Transaction& transaction) {
            if (failed) transaction.session.exec("update sequence set last = last"); // writes, and changes nothing
        },
        [answered](std::exception_ptr const&) { answered->change([](bool& value) { value = true; }); });
    bool alive = answered->wait_for({}, limit, [](bool value) { return value; }, [](bool) {});
    if (!alive) return "The database has not answered a write within " + std::to_string(limit.count()) + " ms.";
    return write_failed_ ? "The last write to the database failed; the server's log has the reason." : "";
}

void Store::serve(std::stop_token stop) {
    lay_out_log(database_path());
    std::vector<Job> batch;
    while (jobs_.wait(stop, [](auto const& jobs) { return !jobs.empty(); }, [&](auto& jobs) { batch.swap(jobs); })) {
        commit(batch);
        batch.clear();
    }
}

// A savepoint costs a copy of each page that changes after it: what comes first can do without, there is nothing to
// keep.
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
        writer_->script(is_first ? "rollback; begin immediate" : "rollback to job; release job");
        return std::current_exception();
    }
}

namespace {

// Whether the disk or the database may be the cause, and not the change itself.
bool is_failure_of_disk(std::exception_ptr const& outcome) {
    if (!outcome) return false;
    try {
        std::rethrow_exception(outcome);
    } catch (Error const& error) {
        return error.kind() == Kind::unavailable || error.kind() == Kind::internal;
    } catch (...) {
        return false;
    }
}

} // namespace

void Store::commit(std::vector<Job>& jobs) {
    std::vector<std::exception_ptr> outcomes;
    auto head = head_;
    bool failed = false;
    try {
        writer_->exec("begin immediate");
        bool is_first = true;
        for (auto const& job : jobs) {
            outcomes.push_back(run_alone(job, is_first));
            if (!outcomes.back()) is_first = false;
            failed = failed || is_failure_of_disk(outcomes.back());
        }
        writer_->exec("commit");
    } catch (...) {
        failed = true;
        head_ = head;
        outcomes.assign(jobs.size(), std::current_exception());
        try {
            writer_->script("rollback");
        } catch (Error const&) {
            // Nothing was open any more: the database undid it by itself.
        }
    }
    write_failed_ = failed;
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(std::move(outcomes[i]));
}

} // namespace stepwell::store
