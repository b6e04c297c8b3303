#include "variables/language/parser.h"

#include "base/text.h"
#include "variables/language/grammar.h"

namespace stepwell::variables::syntax {

Cell const* Parser::list(std::size_t at, ListKind kind) {
    auto& memory = lists_[int(kind)];
    std::vector<std::pair<std::size_t, Cell*>> fresh; // by start position
    Cell const* known = nullptr;
    for (;; ++steps_) {
        if (at_tag(at))
            if (auto found = memory.find(at)) {
                known = found->node;
                break;
            }
        auto cell = make<Cell>();
        cell->end = at;
        fresh.emplace_back(at, cell);
        if (at >= text_.size() || ends_list(at, kind)) break;
        auto next = token(at);
        if (!next) break;
        cell->token = next.node;
        at = next.at;
    }
    auto end = known ? known->end : at;
    for (auto i = fresh.size(); i-- > 0;) {
        auto [start, cell] = fresh[i];
        if (cell->token) cell->next = i + 1 < fresh.size() ? fresh[i + 1].second : known;
        cell->end = end;
        if (at_tag(start)) remember(memory, start, {cell, end});
    }
    return fresh.empty() ? known : fresh.front().second;
}

Outcome<Token> Parser::token(std::size_t at) {
    if (!at_tag(at)) return text_token(at);
    if (auto known = tags_.find(at)) return *known;
    return remember(tags_, at, any_tag(at));
}

Outcome<Token> Parser::text_token(std::size_t at) {
    Token made;
    auto size = std::min(text_.find('#', at), text_.size()) - at;
    made.text = text_.substr(at, size);
    if (size == 0) {
        auto rest = text_.substr(at);
        bool doubled = rest.starts_with("###{") && rest.size() > 4, escaped = rest.starts_with("##{");
        made.text = doubled ? rest.substr(0, 1) : escaped ? rest.substr(1, 2) : rest.substr(0, 2);
        size = doubled ? 2 : escaped ? 3 : made.text.size();
        // A multi-byte character is not split, so that the following text is read from its start.
        if (!doubled && !escaped && rest.size() > 1) {
            size = 1 + character_at(rest, 1).size;
            made.text = rest.substr(0, size);
        }
    }
    return {make(made), at + size};
}

Outcome<Token> Parser::any_tag(std::size_t at) {
    if (look(at + 2) == '/') return failed<Token>(at + 1);
    Nested nested(*this);
    auto furthest = at + 1;
    for (auto read : {&Parser::conditional, &Parser::calculation, &Parser::each, &Parser::substitution}) {
        auto outcome = (this->*read)(at);
        if (outcome) return outcome;
        furthest = std::max(furthest, outcome.at);
    }
    return failed<Token>(furthest);
}

std::optional<std::size_t> Parser::after_word(std::size_t at, std::string_view word) const {
    at = skip_spaces(at + 2);
    if (!base::starts_ignoring_case(text_.substr(at), word) || !space_at(at + word.size())) return std::nullopt;
    return skip_spaces(at + word.size());
}

Outcome<char> Parser::literal(std::size_t at, std::string_view word) const {
    auto end = at;
    for (auto c : word)
        if (look(end++) != c || end > text_.size()) return failed<char>(std::min(end - 1, text_.size()));
    return {text_.data() + at, end};
}

Outcome<Token> Parser::conditional(std::size_t at) {
    Token made;
    made.kind = Token::Kind::conditional;
    auto inside = after_word(at, "if");
    if (!inside) {
        inside = after_word(at, "unless");
        made.unless = true;
    }
    if (!inside) return failed<Token>(at);
    auto asked = condition(*inside);
    if (!asked) return failed<Token>(asked.at);
    auto close = brace(asked.at);
    if (!close) return failed<Token>(close.at);
    auto kind = made.unless ? ListKind::of_unless : ListKind::of_if;
    made.condition = asked.node;
    made.body = list(close.at, kind);
    auto following = rest(made.body->end, kind);
    if (!following) return failed<Token>(following.at);
    made.rest = following.node;
    return {make(made), following.node->end};
}

// A chain of elseif is read in a loop, and all its links are remembered.
Outcome<Rest> Parser::rest(std::size_t at, ListKind kind) {
    auto& memory = rests_[int(kind)];
    std::vector<std::pair<std::size_t, Rest*>> chain;
    Outcome<Rest> last;
    for (;; ++steps_) {
        if (auto known = memory.find(at)) {
            last = *known;
            break;
        }
        auto link = kind == ListKind::of_if ? read_elseif(at) : Outcome<Rest>();
        if (!link) {
            last = remember(memory, at, read_rest(at, kind));
            break;
        }
        chain.emplace_back(at, const_cast<Rest*>(link.node));
        at = link.at;
    }
    for (auto i = chain.size(); i-- > 0;) {
        auto [start, link] = chain[i];
        link->rest = last.node;
        if (last) link->end = last.node->end;
        last = remember(memory, start, last ? Outcome<Rest>{link, link->end} : last);
    }
    return last;
}

Outcome<Rest> Parser::read_elseif(std::size_t at) {
    if (!has(at, "#{elseif") || !space_at(at + 8)) return {};
    auto asked = condition(skip_spaces(at + 8));
    if (!asked) return {};
    auto close = brace(asked.at);
    if (!close) return {};
    Rest made;
    made.kind = Rest::Kind::elseif;
    made.condition = asked.node;
    made.body = list(close.at, ListKind::of_if);
    return {make(made), made.body->end};
}

Outcome<Rest> Parser::read_rest(std::size_t at, ListKind kind) {
    Rest made;
    if (has(at, "#{else}")) {
        made.kind = Rest::Kind::otherwise;
        made.body = list(at + 7, ListKind::all);
        at = made.body->end;
    }
    auto close = literal(at, kind == ListKind::of_if ? "#{/if}" : "#{/unless}");
    if (!close) return failed<Rest>(close.at);
    made.end = close.at;
    return {make(made), close.at};
}

Outcome<Token> Parser::each(std::size_t at) {
    auto inside = after_word(at, "each");
    if (!inside) return failed<Token>(at);
    Token made;
    made.kind = Token::Kind::each;
    auto variable = identifier(*inside, made.text);
    if (!variable) return failed<Token>(variable.at);
    auto word = literal(skip_spaces(variable.at), "in");
    if (!word) return failed<Token>(word.at);
    auto collection = symbol(skip_spaces(word.at));
    if (!collection) return failed<Token>(collection.at);
    auto close = brace(collection.at);
    if (!close) return failed<Token>(close.at);
    made.collection = collection.node;
    made.body = list(close.at, ListKind::all);
    auto end = literal(made.body->end, "#{/each}");
    if (!end) return failed<Token>(end.at);
    return {make(made), end.at};
}

Outcome<Token> Parser::calculation(std::size_t at) {
    auto inside = after_word(at, "calc");
    if (!inside) return failed<Token>(at);
    auto sum = chain(*inside, false);
    if (!sum) return failed<Token>(sum.at);
    auto close = brace(sum.at);
    if (!close) return failed<Token>(close.at);
    Token made;
    made.kind = Token::Kind::calculation;
    made.calculation = sum.node;
    return {make(made), close.at};
}

Outcome<Token> Parser::substitution(std::size_t at) {
    if (!at_tag(at) || look(at + 2) == '/') return failed<Token>(at);
    if (auto known = substitutions_.find(at)) return *known;
    Nested nested(*this);
    auto inside = expression(skip_spaces(at + 2));
    if (!inside) return remember(substitutions_, at, failed<Token>(inside.at));
    auto close = brace(inside.at);
    if (!close) return remember(substitutions_, at, failed<Token>(close.at));
    Token made;
    made.kind = Token::Kind::substitution;
    made.expression = inside.node;
    return remember(substitutions_, at, {make(made), close.at});
}

Cell* Parser::copy(Cell const* from, Cell* last) {
    for (; from->token; from = from->next) {
        last->token = from->token;
        auto next = make<Cell>();
        last->next = next;
        last = next;
    }
    return last;
}

Cell* Parser::add_text(std::size_t from, std::size_t to, Cell* last) {
    Token made;
    made.text = text_.substr(from, to - from);
    auto next = make<Cell>();
    last->token = make(made);
    last->next = next;
    return next;
}

} // namespace stepwell::variables::syntax

namespace stepwell::variables {

using namespace syntax;

namespace {

std::string problem_at(std::string_view text, std::size_t at) {
    auto before = text.substr(0, at);
    auto line = 1 + std::ranges::count(before, '\n');
    auto column = 1 + at - (before.rfind('\n') + 1);
    auto found = at < text.size() ? "unexpected '" + std::string(text.substr(at, character_at(text, at).size)) + "'"
                                  : std::string("unexpected end of input");
    return "Parsing failure: " + found + " (Line " + std::to_string(line) + ", Column " + std::to_string(column) + ")";
}

Cell const* read_all(Parser& parser, std::string_view text, OnBroken on_broken, std::string& problem) {
    auto tokens = parser.list(0, ListKind::all);
    if (tokens->end == text.size()) return tokens;
    if (on_broken == OnBroken::refuse) {
        problem = problem_at(text, parser.token(tokens->end).at);
        return nullptr;
    }
    auto first = parser.make_end(), last = first;
    for (;;) {
        last = parser.copy(tokens, last);
        auto broken = tokens->end;
        if (broken >= text.size()) return first;
        auto again = std::min(std::max(parser.token(broken).at, broken + 1), text.size());
        last = parser.add_text(broken, again, last);
        tokens = parser.list(again, ListKind::all);
    }
}

} // namespace

Parsed parse(std::string_view text, OnBroken on_broken) {
    Parsed made;
    made.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
    Parser parser(text, *made.memory);
    try {
        made.tokens = read_all(parser, text, on_broken, made.problem);
    } catch (Unreadable const& unreadable) {
        made.problem = "Parsing failure: " + unreadable.why;
    }
    made.steps = parser.steps();
    return made;
}

Path parse_path(std::string_view name) {
    Path made;
    made.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
    try {
        made.symbol = Parser(name, *made.memory).symbol(0).node;
    } catch (Unreadable const&) {
        made.symbol = nullptr;
    }
    return made;
}

} // namespace stepwell::variables
