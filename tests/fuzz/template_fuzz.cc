// An input is a template followed by names and values in turn, each ended by a zero byte. Parsing takes steps in
// proportion to the text, an evaluation keeps its budget, and the result is the same every time.
#include "variables/evaluate.h"
#include "variables/language/parser.h"

#include <cstdlib>
#include <string_view>
#include <vector>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

std::vector<std::string_view> pieces_of(std::string_view input) {
    std::vector<std::string_view> pieces;
    for (;;) {
        auto end = input.find('\0');
        pieces.push_back(input.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        input.remove_prefix(end + 1);
    }
}

void require(bool holds) {
    if (!holds) std::abort();
}

void check(std::string_view text, Dictionary const& dictionary, bool carry_on) {
    EvaluateOptions options;
    options.carry_on = carry_on;
    options.limit = 1 << 16;
    options.work = 1 << 22;
    options.now = base::Time();
    auto done = evaluate(text, dictionary, options);
    bool has_result = done.refusal == Refusal::none && done.problem.empty();
    if (text.find("#{") == std::string_view::npos || !has_result) require(done.text == text);
    if (has_result && !done.is_null && text.size() <= options.limit) require(done.text.size() <= options.limit);
    auto again = evaluate(text, dictionary, options);
    require(again.text == done.text && again.error() == done.error());
    auto parsed = parse(text, carry_on ? OnBroken::carry_on : OnBroken::refuse);
    require(parsed.steps <= text.size() * 20 + 100);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto pieces = pieces_of({reinterpret_cast<char const*>(data), size});
    std::vector<Variable> variables;
    for (std::size_t i = 2; i < pieces.size(); i += 2)
        variables.push_back({pieces[i - 1], pieces[i], i % 8 == 0, i % 6 == 0});
    Dictionary const dictionary(std::move(variables));
    check(pieces[0], dictionary, false);
    check(pieces[0], dictionary, true);
    names_in(pieces[0]);
    to_normal_form(pieces[0]);
    return 0;
}
