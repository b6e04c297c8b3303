#include "variables/language/grammar.h"

#include <charconv>

namespace stepwell::variables::syntax {

namespace {

bool is_word_character(char32_t code) {
    if (is_letter_or_digit(code)) return true;
    return code < 0x80 && std::string_view("_-:/~()@").find(char(code)) != std::string_view::npos;
}

} // namespace

std::optional<Condition::Kind> Parser::comparison(std::size_t at) const {
    if (has(at, "==")) return Condition::Kind::equal;
    if (has(at, "!=")) return Condition::Kind::different;
    return std::nullopt;
}

Outcome<Condition> Parser::condition(std::size_t at) {
    Condition made;
    auto left = expression(at);
    if (!left) {
        auto text = quoted(at, made.left.text);
        if (!text) return failed<Condition>(std::max(left.at, text.at));
        auto kind = comparison(text.at);
        if (!kind) return failed<Condition>(text.at);
        auto right = expression(skip_spaces(text.at + 2));
        if (!right) return failed<Condition>(right.at);
        made.kind = *kind;
        made.right.expression = right.node;
        return {make(made), right.at};
    }
    made.left.expression = left.node;
    auto sign = skip_spaces(left.at);
    if (auto kind = comparison(sign)) {
        auto right_at = skip_spaces(sign + 2);
        auto right = expression(right_at);
        auto text = right ? Outcome<char>() : quoted(right_at, made.right.text);
        made.right.expression = right.node;
        if (right || text) made.kind = *kind;
        if (right || text) return {make(made), right ? right.at : text.at};
    }
    return {make(made), left.at};
}

Outcome<Expression> Parser::expression(std::size_t at) {
    if (auto known = expressions_.find(at)) return *known;
    auto made = read_chain(at);
    if (!made) {
        auto bare = symbol(at);
        if (bare) {
            Expression of;
            of.symbol = bare.node;
            made = {make(of), bare.at};
        } else {
            made.at = std::max(made.at, bare.at);
        }
    }
    return remember(expressions_, at, made);
}

Outcome<Expression> Parser::read_chain(std::size_t at) {
    Expression made;
    if (auto argument = symbol(at)) {
        made.symbol = argument.node;
        at = skip_spaces(argument.at);
    }
    std::vector<Filter> filters;
    for (;;) {
        ++steps_;
        auto next = filter(at, filters);
        if (!next && filters.empty()) return failed<Expression>(next.at);
        if (!next) break;
        at = next.at;
    }
    made.filters = keep(filters);
    return {make(made), at};
}

Outcome<char> Parser::filter(std::size_t at, std::vector<Filter>& to) {
    if (look(at) != '|') return failed<char>(at);
    Filter made;
    auto name = bare_word(skip_spaces(at + 1), made.name);
    if (!name) return name;
    at = name.at;
    std::vector<Option> options;
    for (;;) {
        ++steps_;
        auto next = option(at, options);
        if (!next) break;
        at = next.at;
    }
    made.options = keep(options);
    to.push_back(made);
    return {text_.data() + at, at};
}

// White space around words and texts belongs to them; a nested token has none.
Outcome<char> Parser::option(std::size_t at, std::vector<Option>& to) {
    Option made;
    if (at_tag(at)) {
        auto nested = token(at);
        if (!nested) return failed<char>(nested.at);
        made.token = nested.node;
        to.push_back(made);
        return {text_.data() + at, nested.at};
    }
    auto start = skip_spaces(at);
    auto text = bare_word(start, made.text);
    if (!text) text = quoted(start, made.text);
    if (text) to.push_back(made);
    return text;
}

Outcome<char> Parser::quoted(std::size_t at, std::string_view& text) const {
    std::size_t start = at + 1, end = std::string_view::npos, quote = 1;
    if (look(at) == '"') {
        end = text_.find_first_of("\"#", start);
        if (end != std::string_view::npos && text_[end] == '#') return failed<char>(end);
    } else if (has(at, "\\\"")) {
        start = at + 2;
        quote = 2;
        end = text_.find("\\\"", start);
    } else {
        return failed<char>(at);
    }
    steps_ += std::min(end, text_.size()) - start;
    if (end == std::string_view::npos) return failed<char>(text_.size());
    text = text_.substr(start, end - start);
    return {text_.data() + at, skip_spaces(end + quote)};
}

Outcome<char> Parser::bare_word(std::size_t at, std::string_view& word) const {
    auto end = at;
    while (end < text_.size()) {
        auto [code, size] = character_at(text_, end);
        if (!is_word_character(code)) break;
        end += size;
    }
    steps_ += end - at;
    if (end == at) return failed<char>(at);
    word = text_.substr(at, end - at);
    return {text_.data() + at, skip_spaces(end)};
}

bool Parser::ends_identifier(std::size_t space, std::size_t after) const {
    if (look(after) == '|' || look(after) == '}') return space < text_.size();
    for (std::string_view word : {"in", "==", "!="})
        if (has(after, word) && space_at(after + word.size())) return true;
    return false;
}

Outcome<char> Parser::identifier(std::size_t at, std::string_view& name) const {
    auto end = at;
    while (end < text_.size()) {
        auto [code, size] = character_at(text_, end);
        bool space = is_space(code);
        if (!space && !is_word_character(code)) break;
        if (space && ends_identifier(end, end + size)) break;
        end += size;
    }
    steps_ += end - at;
    if (end == at) return failed<char>(at);
    name = trim_spaces(text_.substr(at, end - at));
    return {text_.data() + at, end};
}

Outcome<Symbol> Parser::symbol(std::size_t at) {
    if (auto known = symbols_.find(at)) return *known;
    Nested nested(*this);
    std::vector<Step> steps;
    Step step;
    auto read = identifier(at, step.text);
    if (!read) return remember(symbols_, at, failed<Symbol>(at));
    auto end = read.at;
    while (read) {
        steps.push_back(step);
        end = read.at;
        step = {};
        if (look(end) == '.')
            read = identifier(end + 1, step.text);
        else
            read = look(end) == '[' ? index(end, step) : failed<char>(end);
    }
    Symbol made;
    made.offset = at;
    made.source = trim_spaces(text_.substr(at, end - at));
    made.steps = keep(steps);
    return remember(symbols_, at, {make(made), end});
}

Outcome<char> Parser::index(std::size_t at, Step& step) {
    auto start = skip_spaces(at + 1);
    auto inner = substitution(start);
    if (inner && inner.node->expression->symbol && inner.node->expression->filters.empty()) {
        auto close = skip_spaces(inner.at);
        if (look(close) == ']') {
            step.kind = Step::Kind::lookup;
            step.text = text_.substr(start, close - start);
            step.symbol = inner.node->expression->symbol;
            return {text_.data() + at, close + 1};
        }
    }
    auto close = matching_bracket(at);
    if (close == std::string_view::npos) return failed<char>(at);
    step.kind = Step::Kind::index;
    step.text = text_.substr(start, close - start);
    return {text_.data() + at, close + 1};
}

std::size_t Parser::matching_bracket(std::size_t open) {
    if (!brackets_) {
        brackets_.emplace();
        std::vector<std::size_t> waiting;
        for (auto at = text_.find_first_of("[]"); at != std::string_view::npos;
             at = text_.find_first_of("[]", at + 1)) {
            if (text_[at] == '[') {
                waiting.push_back(at);
            } else if (!waiting.empty()) {
                brackets_->emplace(waiting.back(), at);
                waiting.pop_back();
            }
        }
    }
    auto found = brackets_->find(open);
    return found == brackets_->end() ? std::string_view::npos : found->second;
}

// Reads products of operands, or sums of products. An operator without a right operand is left in the text.
Outcome<Calculation> Parser::chain(std::size_t at, bool of_products) {
    auto next = [&](std::size_t from) { return of_products ? operand(from) : chain(from, true); };
    auto first = next(at);
    if (!first) return first;
    std::vector<Calculation::Term> terms{{'+', first.node}};
    auto end = first.at;
    for (;;) {
        auto sign = skip_spaces(end);
        auto operation = look(sign);
        if (operation == '\0' || std::string_view(of_products ? "*/" : "+-").find(operation) == std::string_view::npos)
            break;
        auto right = next(skip_spaces(sign + 1));
        if (!right) break;
        terms.push_back({operation, right.node});
        end = right.at;
    }
    if (terms.size() == 1) return {first.node, end};
    Calculation made;
    made.kind = Calculation::Kind::chain;
    made.terms = keep(terms);
    return {make(made), end};
}

Outcome<Calculation> Parser::operand(std::size_t at) {
    if (look(at) == '(') {
        Nested nested(*this);
        auto inside = chain(skip_spaces(at + 1), false);
        if (!inside) return inside;
        auto close = skip_spaces(inside.at);
        return look(close) == ')' ? Outcome<Calculation>{inside.node, close + 1} : failed<Calculation>(close);
    }
    if (auto constant = number(at)) return constant;
    bool braced = look(at) == '{';
    auto variable = symbol(braced ? skip_spaces(at + 1) : at);
    if (!variable) return failed<Calculation>(variable.at);
    auto close = braced ? brace(variable.at) : Outcome<char>{text_.data(), variable.at};
    if (!close) return failed<Calculation>(close.at);
    Calculation made;
    made.kind = Calculation::Kind::symbol;
    made.symbol = variable.node;
    return {make(made), close.at};
}

Outcome<Calculation> Parser::number(std::size_t at) {
    auto digits_end = [&](std::size_t from) {
        while (look(from) >= '0' && look(from) <= '9') ++from;
        return from;
    };
    auto end = digits_end(at);
    if (look(end) == '.' && digits_end(end + 1) > end + 1) end = digits_end(end + 1);
    if (end == at) return failed<Calculation>(at);
    Calculation made;
    std::from_chars(text_.data() + at, text_.data() + end, made.number);
    return {make(made), end};
}

} // namespace stepwell::variables::syntax
