#include "run/message_scanner.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace stepwell::run {

namespace {
constexpr std::string_view opening = "##octopus[";
}

MessageScanner::MessageScanner(Arena& arena, std::string_view nonce, Sink& sink)
    : arena_(arena), nonce_(nonce), sink_(sink), short_(arena.take(short_bytes)), buffer_(short_),
      capacity_(short_bytes - 1) {}

void MessageScanner::feed(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(step(bytes));
}

// Returns the number of bytes consumed.
std::size_t MessageScanner::step(std::string_view bytes) {
    switch (state_) {
    case State::opening: return in_opening(bytes.front());
    case State::inside: return inside(bytes);
    case State::line_end: return in_line_end(bytes.front());
    case State::text: break;
    }
    return in_text(bytes);
}

std::size_t MessageScanner::in_text(std::string_view bytes) {
    std::size_t const closing = skipping_ ? bytes.find(']') : bytes.npos;
    std::string_view const open = bytes.substr(0, closing);
    for (std::size_t at = open.find('#'); at != open.npos; at = open.find('#', at + 1)) {
        std::size_t const size = std::min(opening.size(), open.size() - at);
        if (open.compare(at, size, opening, 0, size) != 0) continue;
        if (at > 0) pass(open.substr(0, at));
        state_ = State::opening;
        opened_ = 0;
        return at;
    }
    pass(open);
    if (closing == bytes.npos) return bytes.size();
    ++dropped_;
    report_dropped();
    state_ = line_start_ ? State::line_end : State::text;
    return closing + 1;
}

std::size_t MessageScanner::in_opening(char c) {
    if (c == opening[opened_]) {
        if (++opened_ < opening.size()) return 1;
        if (skipping_) report_dropped();
        state_ = State::inside;
        return 1;
    }
    if (c == '#' && opened_ == 2) {
        pass("#");
        return 1;
    }
    pass(opening.substr(0, opened_));
    state_ = State::text;
    return 0;
}

std::size_t MessageScanner::inside(std::string_view bytes) {
    std::size_t const end = bytes.find(']');
    std::string_view const content = bytes.substr(0, end);
    std::size_t const taken = gather(content);
    if (taken < content.size()) {
        overflow();
        return taken;
    }
    if (end == bytes.npos) return bytes.size();
    finish();
    return end + 1;
}

std::size_t MessageScanner::in_line_end(char c) {
    if (c == '\r' && !carriage_return_) {
        carriage_return_ = true;
        return 1;
    }
    state_ = State::text;
    bool const carriage_return = std::exchange(carriage_return_, false);
    if (c == '\n') return 1;
    if (carriage_return) pass("\r");
    return 0;
}

void MessageScanner::pass(std::string_view bytes) {
    if (bytes.empty()) return;
    if (skipping_) {
        dropped_ += bytes.size();
        return;
    }
    line_start_ = bytes.back() == '\n';
    sink_.text(bytes);
}

// Collects as many bytes as fit. Returns their number.
std::size_t MessageScanner::gather(std::string_view bytes) {
    if (buffer_ == short_ && size_ + bytes.size() > capacity_) {
        if (char* loan = arena_.lend()) {
            std::memcpy(loan, short_, size_);
            buffer_ = loan;
            capacity_ = longest_message;
        }
    }
    std::size_t const taken = std::min(bytes.size(), capacity_ - size_);
    std::memcpy(buffer_ + size_, bytes.data(), taken);
    size_ += taken;
    return taken;
}

void MessageScanner::release() {
    if (buffer_ != short_) arena_.give_back(buffer_);
    buffer_ = short_;
    capacity_ = short_bytes - 1;
    size_ = 0;
}

// The first `place` collected bytes are not a message.
void MessageScanner::give_up(std::size_t place) {
    if (nonce_.empty()) {
        sink_.unreadable(name_in(gathered().substr(0, place)));
        line_start_ = true;
    } else {
        pass(opening);
        pass(gathered().substr(0, place));
    }
}

// Restarts at another opening in the collected bytes. Returns false if there is none.
bool MessageScanner::begin_anew() {
    std::size_t const anew = gathered().rfind(opening);
    if (anew == std::string_view::npos) return false;
    give_up(anew);
    size_ -= anew + opening.size();
    std::memmove(buffer_, buffer_ + anew + opening.size(), size_);
    return true;
}

// Called if the buffer is full: with a nonce the bytes are text, otherwise they are dropped.
void MessageScanner::overflow() {
    if (begin_anew()) return;
    opened_ = opening.size() - 1;
    while (!gathered().ends_with(opening.substr(0, opened_))) --opened_;
    if (nonce_.empty()) {
        skipping_ = true;
        dropped_ = opening.size() + size_ - opened_;
    } else {
        give_up(size_ - opened_);
    }
    state_ = opened_ > 0 ? State::opening : State::text;
    release();
}

void MessageScanner::report_dropped() {
    skipping_ = false;
    sink_.too_long(std::exchange(dropped_, 0));
}

// Called at a `]`.
void MessageScanner::finish() {
    begin_anew();
    read();
    release();
}

void MessageScanner::read() {
    if (!nonce_.empty() && !carries_nonce(gathered(), nonce_)) {
        give_up(size_);
        pass("]");
        state_ = State::text;
        return;
    }
    state_ = line_start_ ? State::line_end : State::text;
    if (auto const encoded = decode_in_place(buffer_, size_)) {
        sink_.message(*encoded);
        return;
    }
    sink_.unreadable(name_in(gathered()));
    line_start_ = true;
    state_ = State::line_end;
}

void MessageScanner::end() {
    switch (std::exchange(state_, State::text)) {
    case State::opening: pass(opening.substr(0, opened_)); break;
    case State::inside: give_up(size_); break;
    case State::line_end:
        if (std::exchange(carriage_return_, false)) pass("\r");
        break;
    case State::text: break;
    }
    if (skipping_) report_dropped();
    release();
}

} // namespace stepwell::run
