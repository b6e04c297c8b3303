#include "run/redactor.h"

#include <algorithm>
#include <cstring>

namespace stepwell::run {

namespace {
constexpr std::size_t room = longest_match + 1024; // undecided bytes and context
}

Redactor::Redactor(Arena& arena, SecretForms const& forms, Sink& sink)
    : forms_(forms), sink_(sink), hold_(arena.take(room)) {}

void Redactor::feed(std::string_view bytes) {
    if (forms_.empty()) return sink_.masked(bytes);
    std::size_t from = 0;
    while (held_ > 0 && from < bytes.size()) from = feed_held(bytes, from);
    if (from < bytes.size()) hold(bytes, scan(bytes, {from, from}, bytes.size(), More::is_waited_for));
}

// Decides as much of the held bytes as `bytes` from `from` on allow. Returns the start of the bytes not processed yet;
// earlier bytes are held or kept as context.
std::size_t Redactor::feed_held(std::string_view bytes, std::size_t from) {
    std::size_t const before = held_;
    std::size_t const taken = std::min(bytes.size() - from, room - held_);
    std::memcpy(hold_ + held_, bytes.data() + from, taken);
    held_ += taken;
    std::size_t const limit = std::min(held_, before + SecretForms::look_back);
    Scanned const done = scan({hold_, held_}, {passed_on_, open_}, limit, More::is_waited_for);
    if (done.stop >= before + SecretForms::look_back) { // the rest is scanned in place
        held_ = passed_on_ = open_ = 0;
        return from + done.stop - before;
    }
    hold({hold_, held_}, done);
    return from + taken;
}

void Redactor::flush() {
    if (held_ > 0) scan({hold_, held_}, {passed_on_, open_}, held_, More::none);
    discard();
    stars_due_ = true;
}

void Redactor::settle() {
    if (held_ > passed_on_) hold({hold_, held_}, scan({hold_, held_}, {passed_on_, open_}, held_, More::may_come));
}

// Holds all undecided bytes (at most longest_match, since no form covers more) and some context.
void Redactor::hold(std::string_view text, Scanned scanned) {
    std::size_t const begin = std::min(scanned.stop - std::min(scanned.stop, SecretForms::look_back), scanned.open);
    std::string_view const rest = text.substr(begin);
    std::memmove(hold_, rest.data(), rest.size());
    held_ = rest.size();
    passed_on_ = scanned.stop - begin;
    open_ = scanned.open - begin;
}

// Passes on decided text, from `from.stop`, for matches that start at or after `from.open` and before `limit`. Stops
// before `limit` only at the start of an undecided form that is waited for.
Redactor::Scanned Redactor::scan(std::string_view text, Scanned from, std::size_t limit, More more) {
    std::size_t passed = from.stop;
    std::size_t hidden = from.stop + std::exchange(hidden_, 0); // earlier bytes are secret
    std::size_t stop = limit, open = limit;
    for (std::size_t at = forms_.find_candidate(text, from.open); at < limit;
         at = forms_.find_candidate(text, at + 1)) {
        SecretForms::Match match = forms_.match(text, at);
        if (match.undecided) open = std::min(open, at);
        if (more != More::is_waited_for) match.end = std::max(match.end, match.told);
        if (match.end != 0 && at >= hidden) {
            pass(text, passed, hidden, at);
            passed = at;
            stars_due_ = true;
        }
        hidden = std::max(hidden, match.end);
        if (match.undecided && more == More::is_waited_for) {
            stop = std::max(at, from.stop);
            break;
        }
    }
    pass(text, passed, hidden, stop);
    hidden_ = hidden > stop ? hidden - stop : 0;
    return {stop, std::min(open, stop)};
}

// Writes text[from, to), with the part before `hidden` masked.
void Redactor::pass(std::string_view text, std::size_t from, std::size_t hidden, std::size_t to) {
    std::size_t const clear = std::clamp(hidden, from, to);
    if (from < clear) hide(text.substr(from, clear - from));
    if (clear == to) return;
    sink_.masked(text.substr(clear, to - clear));
    stars_due_ = true;
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
