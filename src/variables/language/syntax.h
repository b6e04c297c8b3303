// The syntax tree of a template. Texts point into the template. Nodes live as long as the Parsed they belong to.
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
    Token const* token = nullptr; // set instead of a text
};

struct Filter {
    std::string_view name;
    std::span<Option const> options;
};

struct Expression {
    Symbol const* symbol = nullptr; // null if there is no argument
    std::span<Filter const> filters;
};

struct Condition {
    enum class Kind { truthy, equal, different } kind = Kind::truthy;
    struct Side {
        Expression const* expression = nullptr; // null if the side is a text
        std::string_view text;
    } left, right;
};

// A linked list of tokens. Several lists may share their tail.
struct Cell {
    Token const* token = nullptr;
    Cell const* next = nullptr;
    std::size_t end = 0; // end of the whole list in the template
};

// The part of a conditional after its first body.
struct Rest {
    enum class Kind { end, otherwise, elseif } kind = Kind::end;
    Condition const* condition = nullptr; // of an elseif
    Cell const* body = nullptr;           // of otherwise and elseif
    Rest const* rest = nullptr;           // of an elseif
    std::size_t end = 0;
};

struct Calculation {
    enum class Kind { number, symbol, chain } kind = Kind::number;
    struct Term {
        char operation = '+'; // joins the operand to the result so far; unused in the first term
        Calculation const* operand = nullptr;
    };
    double number = 0;
    Symbol const* symbol = nullptr;
    std::span<Term const> terms; // of a chain: operations of equal precedence, left to right
};

struct Token {
    enum class Kind { text, substitution, conditional, each, calculation } kind = Kind::text;
    std::string_view text;                    // of a text; the variable name of an each
    Expression const* expression = nullptr;   // of a substitution
    Condition const* condition = nullptr;     // of a conditional
    bool unless = false;                      // of a conditional
    Cell const* body = nullptr;               // of a conditional and an each
    Rest const* rest = nullptr;               // of a conditional
    Symbol const* collection = nullptr;       // of an each
    Calculation const* calculation = nullptr; // of a calculation
};

} // namespace stepwell::variables::syntax
