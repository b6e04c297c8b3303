#include "run/local_worker.h"

#include "base/error.h"
#include "base/log.h"
#include "base/shortage.h"
#include "run/bootstrap.h"
#include "run/launcher_client.h"
#include "run/process_tree.h"
#include "run/shim_files.h"
#include "run/shim_folder.h"
#include "run/shim_order.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view log_may_end_early = "log may end early: ";
constexpr auto canceled_before_start = "canceled before the start";
constexpr std::string_view removed_suffix = ".removed";

bool is_ticket(std::string_view name) {
    return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

base::Fd open_below(int parent, std::string const& name) {
    return base::Fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

void append_text(std::string& out, std::string_view text) {
    auto length = std::uint32_t(text.size());
    out.append(reinterpret_cast<char const*>(&length), sizeof length).append(text).push_back('\0');
}

void append_number(std::string& out, std::uint64_t number) {
    out.append(reinterpret_cast<char const*>(&number), sizeof number);
}

void append_list(std::string& out, std::string_view list) {
    auto length = std::uint32_t(list.size());
    out.append(reinterpret_cast<char const*>(&length), sizeof length).append(list);
}

// See run/shim_order.h.
std::string encode_order(Order const& order, Launch const& launch, std::string const& boot_id) {
    std::string out, secrets, argv, files, remarks;
    for (auto const& secret : order.script.sensitive) append_text(secrets, secret);
    for (auto const& remark : order.script.remarks) append_text(remarks, remark);
    for (auto const& argument : launch.argv) append_text(argv, argument);
    for (auto const& file : launch.files) {
        append_text(files, file.name);
        append_text(files, file.bytes);
    }
    append_text(out, order_magic);
    append_text(out, order.ticket);
    append_text(out, boot_id);
    append_number(out, std::uint64_t(order.limits.timeout.count()));
    append_number(out, std::uint64_t(order.limits.grace.count()));
    append_number(out, order.limits.spool_bytes);
    append_number(out, order.script.sensitive.empty() ? 0 : 1);
    append_text(out, order.box_public_key);
    append_text(out, order.nonce);
    append_list(out, secrets);
    append_list(out, argv);
    append_list(out, files);
    append_list(out, remarks);
    return out;
}

Time time_of(std::int64_t milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }

Result result_from(ResultFacts const& facts) {
    return {facts.ending,       facts.code,  time_of(facts.started), time_of(facts.ended), facts.next_sequence,
            facts.error_output, facts.reason};
}

ResultFacts facts_of(Ending ending, std::string_view reason) {
    ResultFacts facts;
    facts.ending = ending;
    facts.ended = milliseconds_now();
    reason.copy(facts.reason, sizeof facts.reason - 1);
    return facts;
}

base::Fd connect_to(int folder) {
    // The folder's own path may be too long for a socket address.
    auto path = fmt::format("/proc/self/fd/{}/sock", folder);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    base::Fd link(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!link || ::connect(link.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
    return link;
}

std::unique_ptr<ShimStarter> make_starter(LocalWorker::Options const& options) {
    if (!options.launcher.empty()) return std::make_unique<LauncherClient>(options.launcher);
    return std::make_unique<SameUserStarter>(options.shim, options.cgroup_parent, options.descriptors);
}

// No data of a script may reach a disk in a core dump of the server. Files are closed to others, independent of the
// umask.
base::Fd open_tickets(std::string const& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot make " + path);
    base::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) base::fail_with_errno("cannot open " + path);
    return folder;
}

std::vector<std::string> names_in(int folder) {
    std::vector<std::string> names;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(open_below(folder, ".").release()), ::closedir);
    if (!listing) base::fail_with_errno("cannot read the folder of tickets");
    while (auto* entry = ::readdir(listing.get())) names.emplace_back(entry->d_name);
    return names;
}

} // namespace

namespace {

std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// `lacks`: see LocalAttempt.
void wait(LocalAttempt& attempt, int lacks) {
    attempt.waits_until = std::chrono::steady_clock::now() + (lacks == 0 ? 50ms : 500ms);
    attempt.lacks = lacks;
    std::int64_t none = 0;
    attempt.waits_since_ms.compare_exchange_strong(none, steady_ms());
}

} // namespace

// There are as many slots as scripts may run, so a script waits only while the last slot is being cleaned.
std::string LocalWorker::probe(std::chrono::milliseconds limit) const {
    constexpr std::int64_t max_wait_ms = 10'000;
    auto trouble = starter_->probe(limit);
    if (!trouble.empty()) return trouble;
    auto now = steady_ms();
    int lacks = 0;
    auto waited = known_.with([&](Known const& known) {
        std::int64_t longest = 0;
        for (auto const& [ticket, attempt] : known.by_ticket) {
            auto since = attempt->waits_since_ms.load();
            if (since == 0 || now - since <= longest) continue;
            longest = now - since;
            lacks = attempt->lacks;
        }
        return longest;
    });
    if (waited < max_wait_ms) return {};
    if (lacks != 0)
        return fmt::format("Scripts wait: the machine has lacked resources for {} s: {}.", waited / 1000,
                           std::generic_category().message(lacks));
    return fmt::format("Scripts wait: no account has been free for {} s. Another server may use the same --run-uids, "
                       "or the leftovers of earlier scripts are still being removed.",
                       waited / 1000);
}

LocalWorker::LocalWorker(Options const& options, Listener& listener)
    : listener_(listener), boot_id_(base::boot_id()), tickets_(open_tickets(options.tickets)),
      poll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      starter_(make_starter(options)) {
    epoll_event event{EPOLLIN, {}};
    if (!poll_ || !wake_ || ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0)
        base::fail_with_errno("cannot watch supervisors");
    for (auto const& name : names_in(tickets_.get())) {
        if (name.ends_with(removed_suffix)) remove_folder(tickets_.get(), name.c_str());
    }
}

LocalWorker::~LocalWorker() = default;

void LocalWorker::serve(std::stop_token stop) {
    std::stop_callback wake(stop, [this] { ::eventfd_write(wake_.get(), 1); });
    while (!stop.stop_requested()) {
        epoll_event events[64];
        int count = ::epoll_wait(poll_.get(), events, int(std::size(events)), time_left());
        for (int i = 0; i < count && !stop.stop_requested(); ++i) {
            std::uint64_t number = events[i].data.u64;
            if (number == 0) {
                run_jobs();
                continue;
            }
            auto attempt = known_.with([&](Known& known) {
                auto found = known.by_number.find(number);
                return found == known.by_number.end() ? nullptr : found->second;
            });
            if (attempt) handle_notices(attempt);
        }
        if (!stop.stop_requested()) examine_due();
    }
}

void LocalWorker::post(std::function<void()> job) {
    jobs_.with([&](auto& jobs) { jobs.push_back(std::move(job)); });
    ::eventfd_write(wake_.get(), 1);
}

// Runs one job at a time: each may wait for the launcher, and the loop must check for a stop in between.
void LocalWorker::run_jobs() {
    eventfd_t count = 0;
    ::eventfd_read(wake_.get(), &count);
    std::function<void()> job;
    bool more = jobs_.with([&](auto& jobs) {
        if (jobs.empty()) return false;
        job = std::move(jobs.front());
        jobs.erase(jobs.begin());
        return !jobs.empty();
    });
    if (more) ::eventfd_write(wake_.get(), 1);
    if (job) job();
}

void LocalWorker::later(AttemptPointer const& attempt, base::Duration delay) {
    due_.emplace(std::chrono::steady_clock::now() + delay, attempt);
}

// One at a time, like run_jobs().
void LocalWorker::examine_due() {
    if (due_.empty() || due_.begin()->first > std::chrono::steady_clock::now()) return;
    auto attempt = due_.begin()->second;
    due_.erase(due_.begin());
    examine(attempt);
}

int LocalWorker::time_left() const {
    if (due_.empty()) return -1;
    auto left = due_.begin()->first - std::chrono::steady_clock::now();
    return int(std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

void LocalWorker::handle_notices(AttemptPointer const& attempt) {
    std::vector<Notice> notices;
    bool goes_on = attempt->receive(notices);
    bool advanced = false;
    for (auto const& notice : notices) {
        advanced = advanced || notice.kind == Notice::Kind::advanced;
        if (notice.kind == Notice::Kind::lacking && base::is_shortage(int(notice.value))) {
            attempt->handed_over = 0;
            wait(*attempt, int(notice.value));
        }
        if (notice.kind != Notice::Kind::started || attempt->told_started) continue;
        attempt->told_started = true;
        attempt->waits_since_ms = 0;
        attempt->drop_order();
        listener_.started(attempt->ticket(), time_of(std::int64_t(notice.value)));
    }
    if (advanced && goes_on) listener_.advanced(attempt->ticket());
    if (goes_on) return;
    attempt->disconnect();
    if (attempt->child > 0) ::waitpid(std::exchange(attempt->child, 0), nullptr, 0);
    examine(attempt);
}

void LocalWorker::examine(AttemptPointer const& attempt) try {
    examine_once(attempt);
    troubles_.over("ticket " + attempt->ticket());
} catch (base::Error const& error) {
    troubles_.met("ticket " + attempt->ticket(), error.message());
    later(attempt, 1s);
}

void LocalWorker::examine_once(AttemptPointer const& attempt) {
    if (attempt->ended || attempt->is_connected() || !attempt->is_approved()) return;
    auto const left = attempt->waits_until - std::chrono::steady_clock::now();
    if (left > 0ms) return later(attempt, std::chrono::ceil<base::Duration>(left));
    if (!find_folder(attempt)) return examine_unstarted(attempt);
    // Read the latch first: a latch taken after this read must not be treated as free. Then test its lock: if it is
    // free, the supervisor has written everything.
    Mark started;
    bool latched = read_mark(attempt->folder(), "started", started);
    bool held = latch_is_held(attempt->folder());
    ResultFacts facts;
    if (read_result(attempt->folder(), facts)) return finish_from(attempt, facts);
    if (held) return attach(attempt);
    if (!latched) return examine_unstarted(attempt);
    if (started.boot_id != boot_id_) return finish_lost(attempt, "the machine restarted");
    if (started.pid == 0)
        return finish(attempt, result_from(facts_of(Ending::never_started, "the ticket was closed before the start")));
    finish_lost(attempt, "the supervisor was lost");
}

// Handles a ticket without a latch. The latch may still appear if an order is in transit; the first to take it decides.
void LocalWorker::examine_unstarted(AttemptPointer const& attempt) {
    Mark intent;
    bool intended = attempt->folder() >= 0 && read_mark(attempt->folder(), "intent", intent);
    if (intended && intent.boot_id != boot_id_) return finish_unstarted(attempt, Ending::lost, "the machine restarted");
    if (attempt->is_canceled()) return end_canceled(attempt);
    if (!attempt->refusal.empty()) return finish_unstarted(attempt, Ending::never_started, attempt->refusal);
    if (attempt->has_order() && attempt->handed_over < 3) return hand_over(attempt);
    if (attempt->handed_over > 0)
        return finish_unstarted(attempt, Ending::never_started, "the supervisor ended before the start");
    if (attempt->folder() < 0)
        return finish(attempt, result_from(facts_of(Ending::never_started, "the order never arrived")));
    finish_unstarted(attempt, Ending::never_started, "the order was not executed");
}

void LocalWorker::end_canceled(AttemptPointer const& attempt) try {
    finish_unstarted(attempt, Ending::never_started, canceled_before_start);
} catch (base::SystemError const& error) {
    // Without a folder, the order never left this process and never will: nothing must be written.
    if (attempt->folder() >= 0 || !base::is_shortage(error.number())) throw;
    finish(attempt, result_from(facts_of(Ending::never_started, canceled_before_start)));
}

void LocalWorker::attach(AttemptPointer const& attempt) {
    auto link = connect_to(attempt->folder());
    if (!link) return later(attempt, 2ms); // it does not listen yet, or is about to end
    epoll_event event{EPOLLIN, {.u64 = attempt->number()}};
    int number = link.get();
    attempt->connect(std::move(link));
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, number, &event) != 0)
        base::fail_with_errno("cannot watch a supervisor");
}

// Returns false if there is no folder. Throws if this cannot be determined, so that an existing folder is not treated
// as an order that never arrived.
bool LocalWorker::find_folder(AttemptPointer const& attempt) {
    if (attempt->folder() >= 0) return true;
    auto folder = open_below(tickets_.get(), attempt->ticket());
    if (!folder && errno != ENOENT) base::fail_with_errno("cannot open a ticket's folder");
    if (folder) attempt->set_folder(std::move(folder));
    return attempt->folder() >= 0;
}

// A folder may exist that could not be opened earlier.
void LocalWorker::make_folder(AttemptPointer const& attempt) {
    if (find_folder(attempt)) return;
    if (::mkdirat(tickets_.get(), attempt->ticket().c_str(), 0700) != 0 && errno != EEXIST)
        base::fail_with_errno("cannot create a ticket's folder");
    if (!find_folder(attempt)) throw base::Error(base::Kind::unavailable, "a ticket's folder was removed");
}

// Takes the latch, so that no supervisor can take it later.
void LocalWorker::finish_unstarted(AttemptPointer const& attempt, Ending ending, std::string const& reason) {
    make_folder(attempt);
    int lock = -1;
    auto taken = take_latch(attempt->folder(), make_mark(boot_id_, 0), &lock);
    if (taken == Written::exists) return later(attempt, 0ms);
    if (taken == Written::failed) base::fail_with_errno("cannot write to a ticket's folder");
    base::Fd holder(lock);
    auto facts = facts_of(ending, reason);
    if (!write_result(attempt->folder(), facts)) base::fail_with_errno("cannot write a result");
    finish(attempt, result_from(facts));
}

void LocalWorker::finish_lost(AttemptPointer const& attempt, std::string const& reason) {
    Mark started;
    read_mark(attempt->folder(), "started", started);
    if (started.boot_id == boot_id_ && !starter_->end_lost(attempt->ticket()))
        return later(attempt, ++attempt->patience < 200 ? 10ms : 1000ms);
    base::Fd lock(::openat(attempt->folder(), "started", O_RDONLY | O_CLOEXEC));
    if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return later(attempt, 10ms);
    auto facts = facts_of(Ending::lost, reason);
    starter_->clear(attempt->ticket()); // no supervisor removes the script's folder now
    facts.started = started.at;
    auto const torn = started.boot_id == boot_id_ ? Torn::at_end : Torn::anywhere;
    facts.next_sequence = seal_spool(attempt->folder(), std::string(log_may_end_early) + reason, torn);
    if (!write_result(attempt->folder(), facts)) base::fail_with_errno("cannot write a result");
    finish(attempt, result_from(facts));
}

// The result may have been written before the machine stopped, while the end of the spool is lost.
void LocalWorker::finish_from(AttemptPointer const& attempt, ResultFacts const& facts) {
    auto result = result_from(facts);
    Mark started;
    bool torn = read_mark(attempt->folder(), "started", started) && started.boot_id != boot_id_ &&
                facts.next_sequence > 1 && attempt->read(facts.next_sequence - 1, 1).bytes.empty();
    if (torn) {
        auto shorter = facts;
        shorter.next_sequence = seal_spool(attempt->folder(), std::string(log_may_end_early) + "the machine restarted",
                                           Torn::anywhere);
        if (!write_result(attempt->folder(), shorter)) base::fail_with_errno("cannot write a result");
        result.next_sequence = shorter.next_sequence;
    }
    finish(attempt, result);
}

void LocalWorker::finish(AttemptPointer const& attempt, Result const& result) {
    attempt->ended = true;
    attempt->waits_since_ms = 0;
    attempt->disconnect();
    attempt->drop_order();
    bool ran = result.ending != Ending::never_started && result.started != Time{};
    if (ran && !std::exchange(attempt->told_started, true)) listener_.started(attempt->ticket(), result.started);
    if (result.next_sequence > 1) listener_.advanced(attempt->ticket());
    listener_.ended(attempt->ticket(), result);
}

LocalWorker::AttemptPointer LocalWorker::add(Ticket const& ticket, Order order) {
    if (!is_ticket(ticket))
        throw base::Error(base::Kind::invalid, "a ticket must have 32 lower-case hexadecimal digits");
    return known_.with([&](Known& known) -> AttemptPointer {
        if (known.by_ticket.contains(ticket)) return nullptr;
        auto attempt = std::make_shared<LocalAttempt>(ticket, ++known.last_number, std::move(order));
        known.by_number[attempt->number()] = attempt;
        return known.by_ticket[ticket] = attempt;
    });
}

LocalWorker::AttemptPointer LocalWorker::find(Ticket const& ticket) {
    return known_.with([&](Known& known) {
        auto found = known.by_ticket.find(ticket);
        return found == known.by_ticket.end() ? nullptr : found->second;
    });
}

void LocalWorker::prepare(Order order) {
    auto ticket = order.ticket;
    auto attempt = add(ticket, std::move(order));
    if (!attempt) return;
    post([this, attempt] {
        bool made = ::mkdirat(tickets_.get(), attempt->ticket().c_str(), 0700) == 0;
        if (!made && errno == EEXIST) return examine(attempt); // it already existed
        hand_over(attempt);
    });
}

void LocalWorker::start(Ticket const& ticket) {
    auto attempt = find(ticket);
    if (attempt && !attempt->approve()) post([this, attempt] { examine(attempt); });
}

void LocalWorker::adopt(Ticket const& ticket, Order order_if_not_started) {
    auto attempt = add(ticket, std::move(order_if_not_started));
    if (!attempt) return;
    attempt->approve();
    post([this, attempt] { examine(attempt); });
}

void LocalWorker::hand_over(AttemptPointer const& attempt) try {
    make_folder(attempt);
    if (write_intent(attempt->folder(), make_mark(boot_id_, 0)) == Written::failed)
        base::fail_with_errno("cannot write to a ticket's folder");
    auto const& order = attempt->order();
    auto launch = make_launch(order.script, order.nonce);
    auto order_memory = base::sealed_memfd("order", encode_order(order, launch, boot_id_));
    auto values = base::sealed_memfd("values", launch.values);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        base::fail_with_errno("cannot create a socket");
    base::Fd ours(ends[0]), theirs(ends[1]);
    auto answer = starter_->start(
        {order.ticket, order.account, attempt->folder(), order_memory.get(), values.get(), theirs.get()},
        attempt->child);
    if (answer == ShimStarter::Answer::busy) {
        wait(*attempt, 0);
        return post([this, attempt] { examine(attempt); });
    }
    ++attempt->handed_over;
    epoll_event event{EPOLLIN, {.u64 = attempt->number()}};
    int number = ours.get();
    attempt->connect(std::move(ours));
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, number, &event) != 0)
        base::fail_with_errno("cannot watch a supervisor");
} catch (base::Error const& error) {
    auto const* failed_call = dynamic_cast<base::SystemError const*>(&error);
    if (failed_call && base::is_shortage(failed_call->number()))
        wait(*attempt, failed_call->number()); // a shortage: the script starts later
    else
        attempt->refusal = error.message();
    post([this, attempt] { examine(attempt); });
}

Page LocalWorker::read(Ticket const& ticket, std::uint64_t sequence, std::size_t limit) {
    if (auto attempt = find(ticket)) return attempt->read(sequence, limit);
    auto folder = is_ticket(ticket) ? open_below(tickets_.get(), ticket) : base::Fd();
    if (!folder) return {{}, sequence};
    return SpoolReader(folder.get()).read(sequence, limit);
}

void LocalWorker::acknowledge(Ticket const& ticket, std::uint64_t next_sequence) {
    if (auto attempt = find(ticket)) attempt->acknowledge(next_sequence);
}

void LocalWorker::cancel(Ticket const& ticket) {
    auto attempt = find(ticket);
    if (!attempt) attempt = add(ticket, {});
    if (!attempt) attempt = find(ticket); // another thread added it meanwhile
    if (!attempt) return;
    attempt->cancel();
    attempt->approve(); // permits it to end
    post([this, attempt] {
        attempt->waits_until = {};
        examine(attempt);
    });
}

void LocalWorker::complete(Ticket const& ticket) {
    if (!is_ticket(ticket)) return;
    auto attempt = find(ticket);
    // It may not be prepared yet.
    if (attempt && !attempt->is_approved()) return post([this, attempt] { remove(attempt->ticket(), attempt); });
    remove(ticket, attempt);
}

void LocalWorker::remove(Ticket const& ticket, AttemptPointer const& attempt) {
    auto folder = open_below(tickets_.get(), ticket);
    ResultFacts facts;
    if (folder && latch_is_held(folder.get()) && !read_result(folder.get(), facts))
        throw base::Error(base::Kind::conflict, "ticket " + ticket + " is still running");
    if (attempt) forget(attempt);
    // Rename first, so that an incomplete ticket is never found.
    auto removed = ticket + std::string(removed_suffix);
    if (folder && ::renameat(tickets_.get(), ticket.c_str(), tickets_.get(), removed.c_str()) == 0)
        remove_folder(tickets_.get(), removed.c_str());
    starter_->clear(ticket);
}

void LocalWorker::forget(AttemptPointer const& attempt) {
    known_.with([&](Known& known) {
        known.by_ticket.erase(attempt->ticket());
        known.by_number.erase(attempt->number());
    });
}

std::vector<Ticket> LocalWorker::list() {
    auto names = names_in(tickets_.get());
    std::erase_if(names, [](std::string const& name) { return !is_ticket(name); });
    return names;
}

void LocalWorker::remove_unstarted() {
    for (auto const& ticket : list())
        if (!find(ticket) && !has_begun(ticket)) complete(ticket);
}

bool LocalWorker::has_begun(Ticket const& ticket) {
    auto folder = open_below(tickets_.get(), ticket);
    Mark started;
    return !folder || read_mark(folder.get(), "started", started);
}

} // namespace stepwell::run
