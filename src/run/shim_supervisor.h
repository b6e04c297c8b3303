// Supervises one script from start to end: reads its pipes into the spool, enforces its time limit, and ends its
// process tree on request. A server may be connected, absent, or reconnect. One thread, no heap, no exceptions.
//
// The run ends when the script's first process ends, whatever else is still running. The rest of the pipes is read; if
// a remaining process keeps them open, reading stops after 2 s. After cancel or timeout, no process is left. After
// cancel, output that does not fit on the disk is dropped after 2 s, and the result says so. Otherwise remaining
// processes may continue, unless the account is reused by other runs.
#pragma once
#include "run/output_filter.h"
#include "run/shim_files.h"
#include "run/spool_writer.h"

#include <sys/types.h>

namespace stepwell::run {

class Supervisor final : OutputFilter::Sink, SpoolWriter::DiskFullWaiter {
public:
    struct Setting {
        int folder = -1;   // of the ticket
        int server = -1;   // connected socket; -1: none
        int listener = -1; // where a server can reconnect
        int cgroup = -1;
        int signals = -1;          // signalfd for SIGCHLD
        bool exclusive = false;    // the account is reused: no process of this run may be left
        std::uint64_t timeout = 0; // ms; 0: none
        std::uint64_t grace = 0;   // ms
        std::uint64_t spool_bytes = 0;
        unsigned char box_public_key[32]{};
        char nonce[256]{};
    };

    explicit Supervisor(Setting const& setting);

    // Call before the first byte is read.
    void add_secret(std::string_view plain) { filter_.add_secret(plain); }
    void marker(std::string_view sentence) override;
    // Runs until the script has ended. Takes ownership of the read ends of its pipes.
    ResultFacts watch(pid_t script, int out, int err);
    // Retries until the result is on the disk.
    void write_result(ResultFacts facts);
    std::uint64_t next_sequence() const { return spool_.next_sequence(); }

private:
    struct Pipe {
        int file = -1;
        Stream stream;
    };

    void output(Stream stream, Level level, std::string_view masked) override { spool_.output(stream, level, masked); }
    void message(Stream stream, std::string_view encoded, bool secret) override;
    bool wait_for_room() override;

    bool over() const;
    bool tree_is_empty() const;
    bool reading(Pipe const& pipe) const;
    int time_left(bool with_pipes) const;
    void turn(bool with_pipes, int longest);
    void reap();
    void keep_time();
    void end_tree(Ending why);
    void kill_tree();
    void pump(Pipe& pipe);
    void close_pipe(Pipe& pipe);
    void drain(Pipe& pipe);
    void accept_server();
    bool is_server(uid_t uid) const;
    void hear_server();
    void drop_server();
    void tell(std::uint64_t kind, std::uint64_t value);

    Setting const setting_;
    int server_;
    SpoolWriter spool_;
    Pipe out_{-1, Stream::out}, err_{-1, Stream::err};
    pid_t script_ = -1;
    bool script_ended_ = false;
    bool is_canceled_ = false; // may be set after the script ended
    bool childless_ = false;   // no descendant is left, reaped or not
    int status_ = 0;
    Ending ordered_ = Ending::exited;                               // timed_out or canceled once decided
    std::int64_t started_ = 0, ended_ = 0;                          // wall clock
    std::int64_t deadline_ = 0, kill_at_ = 0, stop_reading_at_ = 0; // monotonic ms; 0: not set
    char input_[max_output];
    char arena_[OutputFilter::arena_bytes];
    OutputFilter filter_;
};

} // namespace stepwell::run
