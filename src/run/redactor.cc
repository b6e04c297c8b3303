#include "run/redactor.h"

#include <algorithm>
#include <cstring>

namespace stepwell::run {

Redactor::Redactor(Arena& arena, SecretForms const& forms, Sink& sink)
    : forms_(forms), sink_(sink), hold_(arena.take(SecretForms::longest_match)) {}

void Redactor::feed(std::string_view bytes) {
    while (held_ > 0 && !bytes.empty()) bytes.remove_prefix(feed_held(bytes));
    if (bytes.empty()) return;
    hold(bytes.substr(scan(bytes, bytes.size(), More::may_come)));
}

// Decides as much of what is held as the next bytes allow. Returns how many of them are done with.
std::size_t Redactor::feed_held(std::string_view bytes) {
    std::size_t const before = held_;
    std::size_t const taken = std::min(bytes.size(), SecretForms::longest_match - held_);
    std::memcpy(hold_ + held_, bytes.data(), taken);
    held_ += taken;
    std::size_t const done = scan({hold_, held_}, before, More::may_come);
    if (done >= before) { // the rest is scanned where it lies
        held_ = 0;
        return done - before;
    }
    held_ -= done;
    std::memmove(hold_, hold_ + done, held_);
    return taken;
}

void Redactor::flush() {
    if (held_ > 0) scan({hold_, held_}, held_, More::none);
    discard();
    stars_due_ = true;
}

// At most longest_match bytes: no form covers more.
void Redactor::hold(std::string_view rest) {
    std::memmove(hold_, rest.data(), rest.size());
    held_ = rest.size();
}

// Passes on what is decided, for matches that begin before `limit`. Returns how far that is; less than `limit` only
// where something undecided begins.
std::size_t Redactor::scan(std::string_view text, std::size_t limit, More more) {
    std::size_t passed = 0;
    std::size_t hidden = std::exchange(hidden_, 0); // what lies before is secret
    std::size_t stop = limit;
    for (std::size_t at = forms_.find_candidate(text, 0); at < limit; at = forms_.find_candidate(text, at + 1)) {
        SecretForms::Match match = forms_.match(text, at);
        if (match.undecided && match.half && more == More::none) match.end = text.size();
        if (match.end != 0 && at >= hidden) {
            pass(text, passed, hidden, at);
            passed = at;
            stars_due_ = true;
        }
        hidden = std::max(hidden, match.end);
        if (match.undecided && more == More::may_come) {
            stop = at;
            break;
        }
    }
    pass(text, passed, hidden, stop);
    hidden_ = hidden > stop ? hidden - stop : 0;
    return stop;
}

// text[from, to) goes out; its part before `hidden` masked.
void Redactor::pass(std::string_view text, std::size_t from, std::size_t hidden, std::size_t to) {
    std::size_t const clear = std::clamp(hidden, from, to);
    if (from < clear) hide(text.substr(from, clear - from));
    if (clear < to) sink_.masked(text.substr(clear, to - clear));
}

void Redactor::hide(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t const line = std::min(bytes.find_first_of("\r\n"), bytes.size());
        if (line > 0 && std::exchange(stars_due_, false)) sink_.masked("********");
        std::size_t const next = std::min(bytes.find_first_not_of("\r\n", line), bytes.size());
        if (next > line) {
            sink_.masked(bytes.substr(line, next - line));
            stars_due_ = true;
        }
        bytes.remove_prefix(next);
    }
}

} // namespace stepwell::run
