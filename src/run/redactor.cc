#include "run/redactor.h"

#include <algorithm>
#include <cstring>

namespace stepwell::run {

namespace {
constexpr std::size_t room = longest_match + 1024; // what is undecided, and what lies before it
}

Redactor::Redactor(Arena& arena, SecretForms const& forms, Sink& sink)
    : forms_(forms), sink_(sink), hold_(arena.take(room)) {}

void Redactor::feed(std::string_view bytes) {
    if (forms_.empty()) return sink_.masked(bytes);
    std::size_t from = 0;
    while (held_ > 0 && from < bytes.size()) from = feed_held(bytes, from);
    if (from < bytes.size()) hold(bytes, scan(bytes, from, bytes.size(), More::may_come));
}

// Decides as much of what is held as the bytes from `from` on allow. Returns where those begin that are still to come;
// what lies before them is either held, or there to look back to.
std::size_t Redactor::feed_held(std::string_view bytes, std::size_t from) {
    std::size_t const before = held_;
    std::size_t const taken = std::min(bytes.size() - from, room - held_);
    std::memcpy(hold_ + held_, bytes.data() + from, taken);
    held_ += taken;
    std::size_t const limit = std::min(held_, before + SecretForms::look_back);
    std::size_t const done = scan({hold_, held_}, passed_on_, limit, More::may_come);
    if (done >= before + SecretForms::look_back) { // the rest is scanned where it lies
        held_ = passed_on_ = 0;
        return from + done - before;
    }
    hold({hold_, held_}, done);
    return from + taken;
}

void Redactor::flush() {
    if (held_ > 0) scan({hold_, held_}, passed_on_, held_, More::none);
    discard();
    stars_due_ = true;
}

// Everything from `stop` on, at most longest_match bytes: no form covers more. And a little before it.
void Redactor::hold(std::string_view text, std::size_t stop) {
    passed_on_ = std::min(stop, SecretForms::look_back);
    std::string_view const rest = text.substr(stop - passed_on_);
    std::memmove(hold_, rest.data(), rest.size());
    held_ = rest.size();
}

// Passes on what is decided, from `from` on and for matches that begin before `limit`. Returns how far that is; less
// than `limit` only where something undecided begins.
std::size_t Redactor::scan(std::string_view text, std::size_t from, std::size_t limit, More more) {
    std::size_t passed = from;
    std::size_t hidden = from + std::exchange(hidden_, 0); // what lies before is secret
    std::size_t stop = limit;
    for (std::size_t at = forms_.find_candidate(text, from); at < limit; at = forms_.find_candidate(text, at + 1)) {
        SecretForms::Match match = forms_.match(text, at);
        if (more == More::none) match.end = std::max(match.end, match.told);
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
