// Removes terminal control sequences from a stream of text. A log comes from scripts, which could set a title, write to
// the clipboard or make the terminal send input. A sequence may be split between two chunks.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::cli {

class EscapeFilter {
public:
    enum class Keep { text, colours }; // colours: keeps sequences that only select the appearance of text (SGR)

    explicit EscapeFilter(Keep keep = Keep::text) : keep_(keep) {}

    // Returns the text in `bytes`. Line ends, tabs and carriage returns are kept.
    std::string feed(std::string_view bytes);

private:
    // ECMA-48: ESC, intermediates and a final byte; CSI with parameters and a final byte; a string up to ST (or BEL).
    enum class State { text, escape, intermediate, control, string, string_escape, lead_c2 };
    void take(unsigned char byte, std::string& out);
    void take_text(unsigned char byte, std::string& out);
    void take_control(unsigned char byte, std::string& out);

    Keep keep_;
    State state_ = State::text;
    std::string parameters_; // of the current control sequence; bounded
};

} // namespace stepwell::cli
