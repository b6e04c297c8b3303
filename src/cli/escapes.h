// Takes out of a stream of text everything that steers a terminal. A sequence may be cut anywhere between two pieces.
#pragma once
#include <string>
#include <string_view>

namespace stepwell::cli {

class EscapeFilter {
public:
    // What is text; line ends, tabs and carriage returns stay.
    std::string feed(std::string_view bytes);

private:
    // Of ECMA-48: ESC, then intermediates and a final; CSI with parameters and a final; a string up to ST (or BEL).
    enum class State { text, escape, intermediate, control, string, string_escape, lead_c2 };
    void take(unsigned char byte, std::string& out);
    void take_text(unsigned char byte, std::string& out);

    State state_ = State::text;
};

} // namespace stepwell::cli
