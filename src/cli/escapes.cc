#include "cli/escapes.h"

namespace stepwell::cli {

namespace {

constexpr unsigned char escape = 0x1B, bell = 0x07;
constexpr std::size_t max_parameters = 64;

bool starts_string(unsigned char c) { return c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_'; }

} // namespace

std::string EscapeFilter::feed(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (char byte : bytes) take(static_cast<unsigned char>(byte), out);
    return out;
}

void EscapeFilter::take_text(unsigned char byte, std::string& out) {
    if (byte == escape)
        state_ = State::escape;
    else if (byte == 0xC2)
        state_ = State::lead_c2; // of U+0080 to U+00BF; the first half are controls
    else if (byte >= 0x20 ? byte != 0x7F : byte == '\n' || byte == '\t' || byte == '\r')
        out += static_cast<char>(byte);
}

// Reads up to the final byte. Only sequences that end in `m` and have only numeric parameters select colors.
void EscapeFilter::take_control(unsigned char byte, std::string& out) {
    if (byte == escape) {
        state_ = State::escape;
    } else if (byte < 0x40 || byte > 0x7E) {
        if (parameters_.size() <= max_parameters) parameters_ += static_cast<char>(byte);
    } else {
        state_ = State::text;
        bool const looks = byte == 'm' && parameters_.size() <= max_parameters &&
                           parameters_.find_first_not_of("0123456789;:") == std::string::npos;
        if (keep_ == Keep::colours && looks) out.append("\x1b[").append(parameters_).append("m");
    }
}

void EscapeFilter::take(unsigned char byte, std::string& out) {
    // A line end ends every sequence, so that an unfinished one does not swallow the rest of a log.
    bool const ends_all = byte == '\n' && state_ != State::text;
    if (ends_all) state_ = State::text;
    if (state_ != State::control) parameters_.clear();
    switch (state_) {
    case State::text: return take_text(byte, out);
    case State::escape:
        if (byte == '[')
            state_ = State::control;
        else if (starts_string(byte))
            state_ = State::string;
        else if (byte >= 0x20 && byte <= 0x2F)
            state_ = State::intermediate;
        else if (byte != escape)
            state_ = State::text;
        return;
    case State::intermediate:
        if (byte >= 0x30 || byte < 0x20) state_ = byte == escape ? State::escape : State::text;
        return;
    case State::control: return take_control(byte, out);
    case State::string:
        if (byte == bell)
            state_ = State::text;
        else if (byte == escape)
            state_ = State::string_escape;
        return;
    case State::string_escape:
        state_ = byte == '\\' ? State::text : byte == escape ? State::string_escape : State::string;
        return;
    case State::lead_c2:
        state_ = State::text;
        if (byte == 0x9B)
            state_ = State::control;
        else if (byte == 0x9D || byte == 0x90 || byte == 0x98 || byte == 0x9E || byte == 0x9F)
            state_ = State::string;
        else if (byte >= 0xA0)
            (out += '\xC2') += static_cast<char>(byte);
        else if (byte < 0x80)
            take_text(byte, out); // not UTF-8
        return;
    }
}

} // namespace stepwell::cli
