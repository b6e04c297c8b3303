// Analyses of a text that need no values.
#include "base/text.h"
#include "variables/evaluate.h"
#include "variables/language/names.h"
#include "variables/language/parser.h"
#include "variables/language/printer.h"

#include <unordered_set>

namespace stepwell::variables {

using namespace syntax;

namespace {

class NameCollector {
public:
    void add(Cell const* tokens) {
        for (; tokens && tokens->token; tokens = tokens->next) add(*tokens->token);
    }
    std::vector<std::string> take() { return std::move(names_); }

private:
    void add(Token const& token) {
        switch (token.kind) {
        case Token::Kind::text: return;
        case Token::Kind::substitution: return add(*token.expression);
        case Token::Kind::conditional: return add_conditional(token);
        case Token::Kind::each:
            add(*token.collection);
            hidden_.push_back(token.text);
            add(token.body);
            hidden_.pop_back();
            return;
        case Token::Kind::calculation: return add(*token.calculation);
        }
    }
    void add_conditional(Token const& token) {
        add(*token.condition);
        add(token.body);
        for (auto rest = token.rest; rest; rest = rest->rest) {
            if (rest->condition) add(*rest->condition);
            add(rest->body);
        }
    }
    void add(Condition const& condition) {
        for (auto side : {&condition.left, &condition.right})
            if (side->expression) add(*side->expression);
    }
    void add(Expression const& expression) {
        if (expression.symbol) add(*expression.symbol);
        for (auto const& filter : expression.filters)
            for (auto const& option : filter.options)
                if (option.token) add(*option.token);
    }
    void add(Calculation const& calculation) {
        if (calculation.symbol) add(*calculation.symbol);
        for (auto const& term : calculation.terms) add(*term.operand);
    }
    // A path is known up to its first index that is looked up.
    void add(Symbol const& symbol) {
        auto steps = symbol.steps;
        auto known = std::ranges::find(steps, Step::Kind::lookup, &Step::kind);
        for (auto const& step : steps)
            if (step.symbol) add(*step.symbol);
        bool is_hidden = std::ranges::any_of(hidden_, [&](auto name) { return equal_names(name, steps[0].text); });
        Symbol path = symbol;
        path.steps = steps.first(std::size_t(known - steps.begin()));
        auto name = to_text(path);
        if (!is_hidden && !is_special(steps) && seen_.insert(name).second) names_.push_back(std::move(name));
    }
    bool is_special(std::span<Step const> steps) const {
        return !hidden_.empty() && steps.size() == 4 && equal_names(steps[0].text, "Octopus") &&
               equal_names(steps[1].text, "Template") && equal_names(steps[2].text, "Each");
    }

    std::vector<std::string_view> hidden_; // loop variables
    std::vector<std::string> names_;
    std::unordered_set<std::string> seen_;
};

} // namespace

std::vector<std::string> names_in(std::string_view text, bool carry_on) {
    auto parsed = parse(text, carry_on ? OnBroken::carry_on : OnBroken::refuse);
    NameCollector collector;
    collector.add(parsed.tokens);
    return collector.take();
}

std::string find_problem(std::string_view text, bool carry_on) {
    return parse(text, carry_on ? OnBroken::carry_on : OnBroken::refuse).problem;
}

std::string to_normal_form(std::string_view text) {
    auto parsed = parse(text, OnBroken::refuse);
    std::string out;
    print(parsed.tokens, out);
    return parsed.tokens ? out : std::string(text);
}

std::vector<std::string> indexes_below(std::string_view path, Dictionary const& dictionary) {
    auto parsed = parse_path(path);
    std::vector<std::string> indexes;
    if (!parsed.symbol) return indexes;
    auto const& paths = dictionary.paths();
    auto at = PathTree::root;
    for (auto const& step : parsed.symbol->steps) {
        auto kind = step.kind == Step::Kind::name ? PathTree::Kind::name : PathTree::Kind::index;
        at = step.kind == Step::Kind::lookup ? PathTree::none : paths.child(at, kind, step.text);
        if (at == PathTree::none) return indexes;
    }
    for (auto id = paths[at].first_index; id != PathTree::none; id = paths[id].next_index)
        indexes.emplace_back(paths[id].text);
    return indexes;
}

} // namespace stepwell::variables
