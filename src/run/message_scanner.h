// Finds service messages in a stream of bytes: ##octopus[name attribute='BASE64' …]
//
// A message may be anywhere in a line, and line ends inside it are ignored. If a message is alone on its line, the line
// end is removed with it. The first `]` ends a message. `##octopus[` inside a message starts a new one, so earlier
// output cannot swallow it.
#pragma once
#include "run/arena.h"
#include "run/service_message.h"

#include <string_view>

namespace stepwell::run {

class MessageScanner {
public:
    class Sink {
    public:
        virtual void text(std::string_view bytes) = 0;
        // `encoded` has the format of service_message.h and is valid during the call.
        virtual void message(std::string_view encoded) = 0;
        // A malformed message. Only its name is passed (may be empty), because the rest may contain a secret.
        virtual void unreadable(std::string_view name) = 0;
        // A message was too long; `dropped` of its bytes were discarded.
        virtual void too_long(std::size_t dropped) = 0;

    protected:
        ~Sink() = default;
    };

    // Limits of the text between the brackets; a value of 128 KiB fits. short_bytes applies if secrets use up the part
    // of the arena that long messages need.
    static constexpr std::size_t longest_message = Arena::loan_bytes - 1;
    static constexpr std::size_t short_bytes = 4096;

    // With a nonce, only messages that carry it are recognized; all others are text.
    MessageScanner(Arena& arena, std::string_view nonce, Sink& sink);

    void feed(std::string_view bytes);
    // Ends the stream. An incomplete message becomes text or is reported as unreadable.
    void end();

private:
    enum class State { text, opening, inside, line_end };

    std::size_t step(std::string_view bytes);
    std::size_t in_text(std::string_view bytes);
    std::size_t in_opening(char c);
    std::size_t inside(std::string_view bytes);
    std::size_t in_line_end(char c);
    void pass(std::string_view bytes);
    std::size_t gather(std::string_view bytes);
    bool begin_anew();
    void overflow();
    void finish();
    void read();
    void give_up(std::size_t place);
    void report_dropped();
    void release();
    std::string_view gathered() const { return {buffer_, size_}; }

    Arena& arena_;
    std::string_view nonce_;
    Sink& sink_;
    State state_ = State::text;
    std::size_t opened_ = 0;       // number of bytes of the opening seen
    bool line_start_ = true;       // the text passed on ends at the start of a line
    bool carriage_return_ = false; // seen after a message
    bool skipping_ = false;        // the text is the rest of a message that is too long
    std::size_t dropped_ = 0;      // number of discarded bytes
    char* short_;
    char* buffer_;         // short_ or a loan
    std::size_t capacity_; // of buffer_, minus one byte for decoding
    std::size_t size_ = 0; // number of collected bytes
};

} // namespace stepwell::run
