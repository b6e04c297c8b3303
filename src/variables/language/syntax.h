// What a template consists of. Texts point into the template; nodes live as long as the Parsed they belong to.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace stepwell::variables::syntax {

struct Symbol;
struct Token;

// .Name, [text] or [#{symbol}]
struct Step {
    enum class Kind { name, index, lookup } kind = Kind::name;
    std::string_view text;
    Symbol const* symbol = nullptr; // of a lookup
};

struct Symbol {
    std::size_t offset = 0;  // in its template
    std::string_view source; // as written
    std::span<Step const> steps;
};

struct Option {
    std::string_view text;
    Token const* token = nullptr; // instead of a text
};

struct Filter {
    std::string_view name;
    std::span<Option const> options;
};

struct Expression {
    Symbol const* symbol = nullptr; // none: no argument
    std::span<Filter const> filters;
};

struct Condition {
    enum class Kind { truthy, equal, different } kind = Kind::truthy;
    struct Side {
        Expression const* expression = nullptr; // none: a text
        std::string_view text;
    } left, right;
};

// Tokens one after another: a list of cells, of which several lists may share the rest.
struct Cell {
    Token const* token = nullptr;
    Cell const* next = nullptr;
    std::size_t end = 0; // of the whole list, in the template
};

// What follows the first body of a conditional.
struct Rest {
    enum class Kind { end, otherwise, elseif } kind = Kind::end;
    Condition const* condition = nullptr; // of elseif
    Cell const* body = nullptr;           // not of end
    Rest const* rest = nullptr;           // of elseif
    std::size_t end = 0;
};

struct Calculation {
    enum class Kind { number, symbol, chain } kind = Kind::number;
    struct Term {
        char operation = '+'; // with what is left of it; of the first it says nothing
        Calculation const* operand = nullptr;
    };
    double number = 0;
    Symbol const* symbol = nullptr;
    std::span<Term const> terms; // of a chain: operations of one precedence, from the left
};

struct Token {
    enum class Kind { text, substitution, conditional, each, calculation } kind = Kind::text;
    std::string_view text;                    // of a text; the variable of an each
    Expression const* expression = nullptr;   // of a substitution
    Condition const* condition = nullptr;     // of a conditional
    bool unless = false;                      // of a conditional
    Cell const* body = nullptr;               // of a conditional and an each
    Rest const* rest = nullptr;               // of a conditional
    Symbol const* collection = nullptr;       // of an each
    Calculation const* calculation = nullptr; // of a calculation
};

} // namespace stepwell::variables::syntax
