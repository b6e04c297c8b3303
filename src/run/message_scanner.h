// Finds service messages in a stream of bytes: ##octopus[name attribute='BASE64' …]
//
// Anywhere in a line; line ends inside are ignored. A message that stands alone on its line takes the line's end with
// it. The first `]` ends a message; `##octopus[` inside one begins anew, so nothing printed before can swallow it.
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
        // As service_message.h says. Valid during the call.
        virtual void message(std::string_view encoded) = 0;
        // Not readable as a message. Only its name is given (maybe empty): the rest may be a secret gone wrong.
        virtual void unreadable(std::string_view name) = 0;
        // Of a message longer than longest_message `dropped` bytes are lost.
        virtual void too_long(std::size_t dropped) = 0;

    protected:
        ~Sink() = default;
    };

    // Between the brackets; a value of 128 KiB fits. Where secrets left no room in the arena for long messages:
    // short_bytes.
    static constexpr std::size_t longest_message = Arena::loan_bytes - 1;
    static constexpr std::size_t short_bytes = 4096;

    // With a nonce only messages that carry it count; all else that looks like one is text.
    MessageScanner(Arena& arena, std::string_view nonce, Sink& sink);

    void feed(std::string_view bytes);
    // Nothing more comes: what was begun is text, or unreadable.
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
    std::size_t opened_ = 0;       // bytes of the opening seen
    bool line_start_ = true;       // what was passed on ends where a line begins
    bool carriage_return_ = false; // seen behind a message
    bool skipping_ = false;        // text is the rest of a message too long
    std::size_t dropped_ = 0;      // bytes of it
    char* short_;
    char* buffer_;         // short_ or a loan
    std::size_t capacity_; // of buffer_, less one byte that decoding needs
    std::size_t size_ = 0; // gathered
};

} // namespace stepwell::run
