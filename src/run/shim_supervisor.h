// Watches one script from its start to its end: reads its pipes into the spool, keeps its time, ends its tree when
// told. Needs nobody: a server may be connected, gone, or back again. One thread, no heap, no exceptions.
//
// How a script ends. Its first process is the script: with it the run is over, whatever it left behind. What is still
// in the pipes is read; when something that is left keeps them open, it gets two seconds and is then no longer heard.
// After cancel or time-out nothing is left alive. After cancel, output for which the disk has no room is dropped after
// two seconds, and the result says so. Otherwise what is left may live, unless the account is handed on to
// other runs.
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
        int server = -1;   // connected socket; -1: nobody there
        int listener = -1; // where a server comes back
        int cgroup = -1;
        int signals = -1;          // signalfd of SIGCHLD
        bool exclusive = false;    // the account's next user must find nothing of this run
        std::uint64_t timeout = 0; // ms, 0: none
        std::uint64_t grace = 0;   // ms
        std::uint64_t spool_bytes = 0;
        unsigned char box_public_key[32]{};
        char nonce[256]{};
    };

    explicit Supervisor(Setting const& setting);

    // Before the first byte is read.
    void add_secret(std::string_view plain) { filter_.add_secret(plain); }
    void marker(std::string_view sentence) override;
    // From the start of `script` until it is over. Takes the read ends of its pipes.
    ResultFacts watch(pid_t script, int out, int err);
    // Until it is on disk.
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
    bool is_canceled_ = false; // perhaps after the script had ended
    bool childless_ = false; // no descendant is left, not even one unreaped
    int status_ = 0;
    Ending ordered_ = Ending::exited;                       // timed_out or canceled once that was decided
    std::int64_t started_ = 0, ended_ = 0;                  // wall clock
    std::int64_t deadline_ = 0, kill_at_ = 0, stop_reading_at_ = 0; // monotonic ms; 0: not set
    char input_[max_output];
    char arena_[OutputFilter::arena_bytes];
    OutputFilter filter_;
};

} // namespace stepwell::run
