// The interface between the engine, which orders steps, and the worker that runs them: prepare, start, read,
// acknowledge, cancel, complete.
//
// A ticket is started at most once. Every event is written to a file before it is sent as a message, so either process
// may end at any time: the shim continues, and the next server adopts the ticket and reads on from the sequence it
// committed. See docs/decisions/0003-tickets-and-shims.md.
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

// 128 random bits as 32 lower-case hexadecimal digits.
using Ticket = std::string;

enum class Syntax { bash, python };

struct ScriptFile {
    std::string name; // contains no slash
    std::string bytes;
};

// The script and the values it may read. Held only in memory by server and shim.
struct Script {
    Syntax syntax = Syntax::bash;
    std::string body;                                        // `#{}` already expanded
    std::string parameters;                                  // shell words, appended to the command line
    std::vector<std::pair<std::string, std::string>> values; // values for get_octopusvariable, in any order
    std::vector<std::string> sensitive;                      // plain texts to mask, in all encoded forms
    std::vector<ScriptFile> modules{};  // in its language, placed next to it; Bash modules are sourced first
    std::vector<std::string> remarks{}; // sentences written at the start of its log
};

struct Limits {
    std::chrono::milliseconds timeout{0};    // 0 means none; enforced by the shim
    std::chrono::milliseconds grace{10'000}; // time between SIGTERM and SIGKILL
    std::uint64_t spool_bytes = 256u << 20;  // more unacknowledged output blocks the script
};

struct Order {
    Ticket ticket;
    Script script;
    Limits limits;
    std::string box_public_key; // 32 bytes; messages with secrets are sealed to this key
    std::string nonce;          // strict output: only service messages with nonce='…' are honored; empty: all are
    std::string account;        // account to run as (from the worker's allow-list); empty: the account of a free slot
};

enum class Stream : std::uint8_t { out, err };

// Level of output, as set by stdout-verbose and similar messages. Output at level `ignore` is dropped in the shim.
enum class Level : std::uint8_t { standard, verbose, warning, highlight, wait, error };

enum class RecordKind : std::uint8_t {
    output,  // bytes of one stream at one level, masked, at most 64 KiB; may start and end within a line
    message, // a service message: name NUL (attribute NUL value NUL)*, values decoded
    sealed,  // the same, sealed with crypto_box_seal to the order's key
    marker,  // a sentence from the supervisor: "output withheld: …", "log may end early"
};

// One entry of an attempt's log. Sequences start at 1 and have no gaps.
struct Record {
    std::uint64_t sequence = 0;
    RecordKind kind = RecordKind::output;
    Stream stream = Stream::out;
    Level level = Level::standard;
    Time at;
    std::uint32_t lines = 0; // number of newlines in `bytes`
    std::string_view bytes;
};

enum class Ending : std::uint8_t {
    exited,        // the shim saw the exit; `code` is the exit code
    signaled,      // ended by signal `code`, which the shim did not send
    timed_out,     // the time limit passed; the process tree is verified empty
    canceled,      // on request; the process tree is verified empty
    never_started, // proven: exec failed, or canceled before the start
    lost,          // unknown outcome: the supervisor was lost or the machine restarted
};

struct Result {
    Ending ending = Ending::lost;
    int code = 0;
    Time started{}, ended{};
    std::uint64_t next_sequence = 1; // one more than the last record's
    bool error_output = false;       // output on stderr that is treated as an error
    std::string reason;              // for never_started and lost; otherwise describes output dropped on a full disk
};

// Receives the events of tickets. Called on the worker's loop thread; must return quickly.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void started(Ticket const& ticket, Time at) = 0;
    virtual void advanced(Ticket const& ticket) = 0; // more can be read
    virtual void ended(Ticket const& ticket,
                       Result const& result) = 0; // once per adopt() or start(); read the rest, then call complete()
};

struct Page {
    std::string bytes;               // whole encoded records, as in the spool (run/spool.h)
    std::uint64_t next_sequence = 1; // sequence for the next read()
};

class Worker {
public:
    virtual ~Worker() = default;

    // Prepares everything for the script without starting it. Does not block. A repeated call with the same ticket has
    // no effect. The preparation is discarded by complete(), or if this process ends before start().
    virtual void prepare(Order order) = 0;
    // Starts a prepared script. Call only after the decision to start is committed. Further events go to the listener.
    virtual void start(Ticket const& ticket) = 0;
    void start(Order order) {
        auto ticket = order.ticket;
        prepare(std::move(order));
        start(ticket);
    }
    // Re-attaches to a ticket after a restart. The listener receives `started`, `advanced` and `ended` as they apply.
    // An unknown ticket ends `never_started` if the order provably never arrived (there is no `intent` file), otherwise
    // `lost`.
    virtual void adopt(Ticket const& ticket, Order order_if_not_started) = 0;
    // Returns records from `sequence` on, about `limit` bytes at most. Returns an empty page for an unknown or
    // completed ticket.
    virtual Page read(Ticket const& ticket, std::uint64_t sequence, std::size_t limit) = 0;
    // Declares that records before `next_sequence` are committed elsewhere. Frees their space in the spool.
    virtual void acknowledge(Ticket const& ticket, std::uint64_t next_sequence) = 0;
    // Sends SIGTERM and, after the grace time, SIGKILL until the process tree is empty; the listener then receives
    // `canceled`. An unknown ticket can never start afterward.
    virtual void cancel(Ticket const& ticket) = 0;
    // Removes everything that the ticket left on this machine. Call after the verdict is committed elsewhere, or if the
    // script must never start.
    virtual void complete(Ticket const& ticket) = 0;
    // Returns why no script can be started at present; empty if scripts can. Orders wait in the meantime. Blocks for up
    // to `limit`. Thread-safe.
    virtual std::string probe(std::chrono::milliseconds /*limit*/) const { return {}; }
    // Returns the tickets on the worker's machine.
    virtual std::vector<Ticket> list() = 0;
    // Removes tickets that were prepared but never started, and that this process did not prepare.
    virtual void remove_unstarted() = 0;
    // Identifies the current boot of the worker's machine. Scripts of another boot are gone.
    virtual std::string const& boot_id() const = 0;
};

} // namespace stepwell::run
