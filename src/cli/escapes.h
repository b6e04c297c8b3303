// Takes out of a stream of text everything that steers a terminal: a log comes from scripts, which may want to set a
// title, fill the clipboard or make the terminal type. A sequence may be cut anywhere between two pieces.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::cli {

class EscapeFilter {
public:
    enum class Keep { text, colours }; // colours: also sequences that only choose how what follows looks (SGR)

    explicit EscapeFilter(Keep keep = Keep::text) : keep_(keep) {}

    // What is text; line ends, tabs and carriage returns stay.
    std::string feed(std::string_view bytes);

private:
    // Of ECMA-48: ESC, then intermediates and a final; CSI with parameters and a final; a string up to ST (or BEL).
    enum class State { text, escape, intermediate, control, string, string_escape, lead_c2 };
    void take(unsigned char byte, std::string& out);
    void take_text(unsigned char byte, std::string& out);
    void take_control(unsigned char byte, std::string& out);

    Keep keep_;
    State state_ = State::text;
    std::string parameters_; // of the control sequence begun; bounded
};

} // namespace stepwell::cli
