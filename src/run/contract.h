// The contract between whoever wants a step run and whoever runs it: prepare, start, read, acknowledge, cancel,
// complete.
//
// A ticket is started at most once. Everything that happens to it is a file before it is a message, so both ends may
// die at any time: the shim goes on, and the next server adopts the ticket and reads on from the sequence it committed.
// See docs/decisions/0003-tickets-and-shims.md.
#pragma once
#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwell::run {

using base::Time;

// 32 lower-case hexadecimal digits, made from 128 random bits.
using Ticket = std::string;

enum class Syntax { bash, python };

struct ScriptFile {
    std::string name; // no slash
    std::string bytes;
};

// What the script is and may see. In memory only, on both sides.
struct Script {
    Syntax syntax = Syntax::bash;
    std::string body;                                        // `#{}` already resolved
    std::string parameters;                                  // shell words, appended to the command line
    std::vector<std::pair<std::string, std::string>> values; // what get_octopusvariable finds; any order
    std::vector<std::string> sensitive;                      // plain texts to be masked, in all their encoded forms
    std::vector<ScriptFile> modules{};  // of its language, beside it; those of Bash are read before the script
    std::vector<std::string> remarks{}; // sentences its log begins with
};

struct Limits {
    std::chrono::milliseconds timeout{0};    // 0: none. Kept by the shim.
    std::chrono::milliseconds grace{10'000}; // between TERM and KILL
    std::uint64_t spool_bytes = 256u << 20;  // unacknowledged output above this blocks the script
};

struct Order {
    Ticket ticket;
    Script script;
    Limits limits;
    std::string box_public_key; // 32 bytes; messages with secrets are sealed to it
    std::string nonce;          // strict output: only service messages that carry nonce='…' count. Empty: all do
    std::string account;        // run as this account (worker's allow-list); empty: the uid of a free slot
};

enum class Stream : std::uint8_t { out, err };

// Level of output, after stdout-verbose and its like. `ignore` never leaves the shim.
enum class Level : std::uint8_t { standard, verbose, warning, highlight, wait, error };

enum class RecordKind : std::uint8_t {
    output,  // bytes of one stream at one level, masked; may begin and end in mid-line, never longer than 64 KiB
    message, // a service message: name NUL (attribute NUL value NUL)*, values decoded
    sealed,  // the same, crypto_box_seal'ed to the order's key
    marker,  // a plain sentence of the supervisor: "output withheld: …", "log may end early"
};

// One entry of the log of an attempt. Sequences begin at 1 and have no gaps.
struct Record {
    std::uint64_t sequence = 0;
    RecordKind kind = RecordKind::output;
    Stream stream = Stream::out;
    Level level = Level::standard;
    Time at;
    std::uint32_t lines = 0; // newlines in `bytes`
    std::string_view bytes;
};

enum class Ending : std::uint8_t {
    exited,        // wait status seen by the shim; `code` is the exit code
    signaled,      // the script was ended by signal `code`, not on our order
    timed_out,     // the limit passed; the tree was observed empty
    canceled,      // on order; the tree was observed empty
    never_started, // proved: exec failed, or canceled before the start
    lost,          // nobody knows: supervisor lost, machine restarted
};

struct Result {
    Ending ending = Ending::lost;
    int code = 0;
    Time started{}, ended{};
    std::uint64_t next_sequence = 1; // one past the last record
    bool error_output = false;       // something that counts as error output came on stderr
    std::string reason;              // of never_started and lost; else what became of output that had no room
};

// Told on the worker's loop thread. Return soon.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void started(Ticket const& ticket, Time at) = 0;
    virtual void advanced(Ticket const& ticket) = 0; // there is more to read
    virtual void ended(Ticket const& ticket,
                       Result const& result) = 0; // once per adopt or start; read the rest, then complete
};

struct Page {
    std::string bytes;               // whole encoded records, as in the spool (see run/spool.h)
    std::uint64_t next_sequence = 1; // where to read on
};

class Worker {
public:
    virtual ~Worker() = default;

    // Makes everything ready for the script but does not start it. Returns at once; the same ticket again does nothing.
    // Dropped by complete(), or when this process ends before it says start.
    virtual void prepare(Order order) = 0;
    // What was prepared may begin: call it when it is durable that it will. All else is told to the listener.
    virtual void start(Ticket const& ticket) = 0;
    void start(Order order) {
        auto ticket = order.ticket;
        prepare(std::move(order));
        start(ticket);
    }
    // After a restart: take up a ticket again; `started`, `advanced` and `ended` follow as far as true. An unknown
    // ticket ends `never_started` when the order provably never arrived (no `intent`), else `lost`.
    virtual void adopt(Ticket const& ticket, Order order_if_not_started) = 0;
    // Records from `sequence` on, at most about `limit` bytes. Of an unknown or completed ticket there are none.
    virtual Page read(Ticket const& ticket, std::uint64_t sequence, std::size_t limit) = 0;
    // Records below `next_sequence` are committed elsewhere; their room in the spool is free.
    virtual void acknowledge(Ticket const& ticket, std::uint64_t next_sequence) = 0;
    // TERM, grace, KILL, until the tree is empty; then the listener hears `canceled`. Of an unknown ticket: it can
    // never start.
    virtual void cancel(Ticket const& ticket) = 0;
    // The verdict is committed elsewhere, or the script is never to begin: remove everything the ticket left on this
    // machine.
    virtual void complete(Ticket const& ticket) = 0;
    // Returns why no script can be started at present; empty if scripts can. What is ordered waits meanwhile. Waits up to
    // `limit` for an answer. Thread-safe.
    virtual std::string probe(std::chrono::milliseconds /*limit*/) const { return {}; }
    // Returns the tickets on the worker's machine.
    virtual std::vector<Ticket> list() = 0;
    // Removes tickets that were prepared but never started, and that this process did not prepare.
    virtual void remove_unstarted() = 0;
    // Identifies the current boot of the worker's machine. Scripts of another boot are gone.
    virtual std::string const& boot_id() const = 0;
};

} // namespace stepwell::run
