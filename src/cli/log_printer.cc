#include "cli/log_printer.h"

#include "cli/text_width.h"

namespace stepwell::cli {

namespace {

constexpr std::string_view reset = "\x1b[0m";

std::string_view colour_of(std::string_view category) {
    if (category == "Error") return "\x1b[31m";
    if (category == "Warning") return "\x1b[33m";
    return {};
}

} // namespace

void LogPrinter::write(std::string_view text) {
    if (text.empty()) return;
    write_(text);
    any_ = true;
}

void LogPrinter::print(client::LogPiece const& piece) {
    if (piece.attempt != attempt_) {
        end();
        attempt_ = piece.attempt;
        auto const where = piece.target.empty() ? "" : " on " + printable(piece.target);
        write(fmt::format("== Step {}: {}{}\n", printable(piece.step), printable(piece.step_name), where));
    }
    if (piece.is_message && in_line_) write("\n");
    auto const text = piece.is_message ? EscapeFilter(keep_).feed(piece.text) : filter_.feed(piece.text);
    if (text.empty()) return;
    in_line_ = text.back() != '\n';
    auto const colour = rich_ ? colour_of(piece.category) : std::string_view();
    write(colour.empty() ? text : fmt::format("{}{}{}", colour, text, reset));
}

void LogPrinter::end() {
    if (rich_ && any_) write_(reset);
    if (in_line_) write_("\n");
    in_line_ = false;
    filter_ = EscapeFilter(keep_);
}

} // namespace stepwell::cli
