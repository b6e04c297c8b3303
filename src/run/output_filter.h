// The stage between a script's pipes and its spool: extracts service messages and masks secrets.
//
// Part of the shim: no heap, no exceptions, no streams. All memory is in the given arena. Not thread-safe.
//
// feed() immediately passes on everything that cannot be the start of a secret or service message, so that no timer is
// needed and a prompt without a newline appears. Held bytes are passed on when later bytes or end() decide them. Bytes
// held as the possible start of a secret are also decided, as in end(), when the other stream has text. Text therefore
// comes out in the order of feed(), and text of one stream never splits a line of the other.
#pragma once
#include "run/contract.h"
#include "run/message_scanner.h"
#include "run/shown_message.h"

#include <optional>
#include <span>

namespace stepwell::run {

// Size of a service message value that always fits.
constexpr std::size_t max_value_bytes = 128u << 10;
// Prefix of the marker for a dropped message.
constexpr std::string_view dropped_message = "A service message was dropped because it is too long: ";

class OutputFilter {
public:
    class Sink {
    public:
        // Receives text of one stream, in order. Pieces may be small: buffer them until feed() returns. Valid during
        // the call.
        virtual void output(Stream stream, Level level, std::string_view masked) = 0;
        // Receives a message: name NUL (attribute NUL value NUL)*, values decoded, names as written (compare without
        // case). Attributes that are only displayed are masked. `secret` is true if another attribute is or contains a
        // secret; the message must then be sealed before it is written to a disk.
        virtual void message(Stream stream, std::string_view encoded, bool secret) = 0;
        virtual void marker(std::string_view sentence) = 0;

    protected:
        ~Sink() = default;
    };

    static constexpr std::size_t arena_bytes = 512 * 1024;

    // The arena must be aligned to 8. If `nonce` is not empty, only messages whose attribute nonce (base64, like every
    // value) equals it are honored; others are plain output. Arena, nonce and sink must outlive the filter.
    OutputFilter(std::span<char> arena, std::string_view nonce, Sink& sink);

    // Masks `plain` in all its forms from now on. Returns false if the arena is full; all later output is then withheld
    // and one marker is written. Values of less than 4 bytes and blank ones are not masked.
    bool add_secret(std::string_view plain);
    // Accepts bytes as read from the pipe, split anywhere.
    void feed(Stream stream, std::string_view bytes);
    // Call when the pipe is closed. Decides what is held: the start of a secret is masked if at least half of it or 8
    // bytes are present.
    void end(Stream stream);

    // Returns true if there was output on stderr while its level was "default" or "error".
    bool saw_error_output() const { return saw_error_output_; }

private:
    // One output stream.
    class Channel final : public MessageScanner::Sink, public Redactor::Sink {
    public:
        Channel(OutputFilter& filter, std::string_view nonce, Stream stream, Level level);
        void feed(std::string_view bytes) { scanner_.feed(bytes); }
        void end();
        // nullopt drops the output.
        void set_level(std::optional<Level> level);
        void discard() { redactor_.discard(); }

    private:
        void text(std::string_view bytes) override;
        void message(std::string_view encoded) override;
        void unreadable(std::string_view name) override;
        void too_long(std::size_t dropped) override;
        void masked(std::string_view bytes) override;

        OutputFilter& filter_;
        Stream stream_;
        std::optional<Level> level_;
        MessageScanner scanner_;
        Redactor redactor_;
    };

    bool apply_mode(std::string_view name);
    bool learn(std::string_view encoded);
    void tell(Stream stream, std::string_view encoded);
    void report_ignored(std::string_view name);
    void withhold();

    Sink& sink_;
    Arena arena_;
    SecretForms forms_;
    ShownMessage shown_;
    bool usable_; // false if the arena is too small for the buffers
    bool withheld_ = false;
    bool saw_error_output_ = false;
    std::uint32_t reported_[16] = {}; // hashes of message names that have no effect
    std::size_t reported_count_ = 0;
    Channel out_, err_;
};

} // namespace stepwell::run
