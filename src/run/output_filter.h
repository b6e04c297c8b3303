// What lies between a script's pipes and its spool: service messages are taken out, secrets are masked.
//
// Part of the shim: no heap, no exceptions, no streams; all memory is the arena handed in. One thread.
//
// feed() passes on at once everything that can be neither the beginning of a secret nor of a service message, so no
// timer is needed: a prompt without newline appears. What is held is passed on by the bytes that decide it, or end().
// What may be the beginning of a secret is passed on as well, decided as at the end, when the other stream has text: so
// text comes out in the order in which it was fed, and no piece of one stream gets into a line of the other.
#pragma once
#include "run/contract.h"
#include "run/message_scanner.h"
#include "run/shown_message.h"

#include <optional>
#include <span>

namespace stepwell::run {

// A value of a service message that always fits.
constexpr std::size_t max_value_bytes = 128u << 10;
// The marker of a message that was dropped begins with this.
constexpr std::string_view dropped_message = "A service message was dropped because it is too long: ";

class OutputFilter {
public:
    class Sink {
    public:
        // Text of one stream, in order; may be small, so gather until feed() returns. Valid during the call.
        virtual void output(Stream stream, Level level, std::string_view masked) = 0;
        // name NUL (attribute NUL value NUL)*, values decoded, names as the script wrote them (compare without case).
        // What a message only shows to people is masked. `secret`: something else in it is or contains a secret; it
        // must be sealed before it touches a disk.
        virtual void message(Stream stream, std::string_view encoded, bool secret) = 0;
        virtual void marker(std::string_view sentence) = 0;

    protected:
        ~Sink() = default;
    };

    static constexpr std::size_t arena_bytes = 512 * 1024;

    // The arena is aligned to 8. `nonce`, when not empty: only messages whose attribute nonce (base64 like every value)
    // equals it count; others are plain output. Arena, nonce and sink must outlive the filter.
    OutputFilter(std::span<char> arena, std::string_view nonce, Sink& sink);

    // Masks `plain` in all its forms from now on. False when the arena is full: all later output is withheld, told by
    // one marker. Values below 4 bytes and blank ones are not masked.
    bool add_secret(std::string_view plain);
    // As read from the pipe, split anywhere.
    void feed(Stream stream, std::string_view bytes);
    // The pipe is closed: what is held is decided now. The beginning of a secret, cut off behind its half or behind
    // 8 bytes, is masked.
    void end(Stream stream);

    // Something came on stderr while its level was "default" or "error".
    bool saw_error_output() const { return saw_error_output_; }

private:
    // One stream.
    class Channel final : public MessageScanner::Sink, public Redactor::Sink {
    public:
        Channel(OutputFilter& filter, std::string_view nonce, Stream stream, Level level);
        void feed(std::string_view bytes) { scanner_.feed(bytes); }
        void end();
        // Nothing: output is dropped.
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
    bool usable_; // the arena is large enough to work at all
    bool withheld_ = false;
    bool saw_error_output_ = false;
    std::uint32_t reported_[16] = {}; // hashes of the names of messages that have no effect
    std::size_t reported_count_ = 0;
    Channel out_, err_;
};

} // namespace stepwell::run
