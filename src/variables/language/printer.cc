#include "variables/language/printer.h"

#include "base/text.h"
#include "variables/dotnet/number.h"

namespace stepwell::variables {

using namespace syntax;

namespace {

void print(Token const& token, std::string& out);

void print(Symbol const& symbol, std::string& out) {
    for (auto const& step : symbol.steps) {
        if (step.kind == Step::Kind::name) {
            if (&step != symbol.steps.data()) out += '.';
            out += step.text;
        } else if (step.kind == Step::Kind::index) {
            out.append("[").append(step.text).append("]");
        } else {
            out += "[#{";
            print(*step.symbol, out);
            out += "}]";
        }
    }
}

void print(Expression const& expression, std::string& out) {
    if (expression.symbol) print(*expression.symbol, out);
    for (auto const& filter : expression.filters) {
        out.append(" | ").append(filter.name);
        for (auto const& option : filter.options) {
            out += ' ';
            if (option.token)
                print(*option.token, out);
            else
                out.append("\"").append(option.text).append("\"");
        }
    }
}

void print(Condition::Side const& side, std::string& out) {
    if (side.expression)
        print(*side.expression, out);
    else
        out.append("\"").append(side.text).append("\"");
}

// Each elseif is a conditional in the else of the previous one.
void print_conditional(std::string_view word, Condition const* condition, Cell const* body, Rest const* rest,
                       std::string& out) {
    std::string ends;
    for (;;) {
        out.append("#{").append(word).append(" ");
        print(condition->left, out);
        if (condition->kind != Condition::Kind::truthy) {
            out += condition->kind == Condition::Kind::equal ? " == " : " != ";
            print(condition->right, out);
        }
        out += '}';
        variables::print(body, out);
        ends.append("#{/").append(word).append("}");
        if (rest->kind == Rest::Kind::end) break;
        out += "#{else}";
        if (rest->kind == Rest::Kind::otherwise) {
            variables::print(rest->body, out);
            break;
        }
        condition = rest->condition;
        body = rest->body;
        rest = rest->rest;
    }
    out += ends;
}

void print(Calculation const& calculation, std::string& out) {
    switch (calculation.kind) {
    case Calculation::Kind::number: out += dotnet::to_text(calculation.number); break;
    case Calculation::Kind::symbol: print(*calculation.symbol, out); break;
    case Calculation::Kind::chain:
        for (auto const& term : calculation.terms) {
            if (&term != calculation.terms.data()) out += term.operation;
            print(*term.operand, out);
        }
    }
}

void print(Token const& token, std::string& out) {
    switch (token.kind) {
    case Token::Kind::text: out += base::replace_all(std::string(token.text), "#{", "##{"); break;
    case Token::Kind::substitution:
        out += "#{";
        print(*token.expression, out);
        out += '}';
        break;
    case Token::Kind::conditional:
        print_conditional(token.unless ? "unless" : "if", token.condition, token.body, token.rest, out);
        break;
    case Token::Kind::each:
        out.append("#{each ").append(token.text).append(" in ");
        print(*token.collection, out);
        out += '}';
        variables::print(token.body, out);
        out += "#{/each}";
        break;
    case Token::Kind::calculation:
        out += "#{";
        print(*token.calculation, out);
        out += '}';
        break;
    }
}

template <class Node> std::string printed(Node const& node) {
    std::string out;
    print(node, out);
    return out;
}

} // namespace

std::string to_text(Symbol const& symbol) { return printed(symbol); }
std::string to_text(Expression const& expression) { return printed(expression); }
std::string to_text(Token const& token) { return printed(token); }

std::string to_text(Rest const& elseif) {
    std::string out;
    print_conditional("if", elseif.condition, elseif.body, elseif.rest, out);
    return out;
}

void print(Cell const* tokens, std::string& out) {
    for (; tokens && tokens->token; tokens = tokens->next) print(*tokens->token, out);
}

} // namespace stepwell::variables
