// The grammar productions of the language, with memoized results. See parser.h.
#pragma once
#include "variables/language/parser.h"
#include "variables/language/unicode.h"

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stepwell::variables::syntax {

// The result of one production at one position: the node and its end, or no node and the furthest position reached.
template <class Node> struct Outcome {
    Node const* node = nullptr;
    std::size_t at = 0;

    explicit operator bool() const { return node != nullptr; }
};

// The remembered results of one production, by position.
template <class Node> class Memory {
public:
    Outcome<Node> const* find(std::size_t at) const {
        auto found = by_place_.find(at);
        return found == by_place_.end() ? nullptr : &found->second;
    }
    Outcome<Node> keep(std::size_t at, Outcome<Node> outcome) { return by_place_.emplace(at, outcome).first->second; }

private:
    std::unordered_map<std::size_t, Outcome<Node>> by_place_;
};

enum class ListKind { all, of_if, of_unless }; // which tags end a list

// Thrown to end parsing.
struct Unreadable {
    std::string why;
};

class Parser {
public:
    Parser(std::string_view text, std::pmr::monotonic_buffer_resource& memory) : text_(text), memory_(memory) {}

    Cell const* list(std::size_t at, ListKind kind);
    Outcome<Token> token(std::size_t at);
    Outcome<Symbol> symbol(std::size_t at);
    // Appends copies of the tokens of a list to another list.
    Cell* copy(Cell const* from, Cell* last);
    Cell* add_text(std::size_t from, std::size_t to, Cell* last);
    Cell* make_end() { return make<Cell>(); }
    std::size_t steps() const { return steps_; }

private:
    struct Nested {
        explicit Nested(Parser& parser) : depth(parser.depth_) {
            ++parser.steps_;
            if (++depth > max_nesting) throw Unreadable{"nested more than " + std::to_string(max_nesting) + " deep"};
        }
        ~Nested() { --depth; }
        int& depth;
    };

    void* allocate(std::size_t size, std::size_t alignment) {
        take_memory(size);
        return memory_.allocate(size, alignment);
    }
    void take_memory(std::size_t size) {
        if (size > memory_left_) throw Unreadable{"it needs too much memory to parse"};
        memory_left_ -= size;
    }
    template <class Node> Node* make() { return new (allocate(sizeof(Node), alignof(Node))) Node; }
    template <class Node> Node const* make(Node const& node) {
        return new (allocate(sizeof(Node), alignof(Node))) Node(node);
    }
    template <class Node> Outcome<Node> remember(Memory<Node>& in, std::size_t at, Outcome<Node> outcome) {
        take_memory(size_of_memory);
        return in.keep(at, outcome);
    }
    template <class Node> std::span<Node const> keep(std::vector<Node> const& nodes) {
        auto to = static_cast<Node*>(allocate(sizeof(Node) * nodes.size(), alignof(Node)));
        std::uninitialized_copy(nodes.begin(), nodes.end(), to);
        return {to, nodes.size()};
    }

    bool has(std::size_t at, std::string_view word) const { return text_.substr(at).starts_with(word); }
    char look(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
    bool space_at(std::size_t at) const { return at < text_.size() && is_space(character_at(text_, at).code); }
    std::size_t skip_spaces(std::size_t at) const {
        while (space_at(at)) at += character_at(text_, at).size;
        return at;
    }
    bool at_tag(std::size_t at) const { return has(at, "#{"); }
    bool ends_list(std::size_t at, ListKind kind) const {
        if (kind == ListKind::all) return false;
        return has(at, "#{else}") || (kind == ListKind::of_if && has(at, "#{elseif") && space_at(at + 8));
    }

    Outcome<Token> text_token(std::size_t at);
    Outcome<Token> any_tag(std::size_t at);
    Outcome<Token> conditional(std::size_t at);
    Outcome<Token> each(std::size_t at);
    Outcome<Token> calculation(std::size_t at);
    Outcome<Token> substitution(std::size_t at);
    Outcome<Rest> rest(std::size_t at, ListKind kind);
    Outcome<Rest> read_rest(std::size_t at, ListKind kind);
    Outcome<Rest> read_elseif(std::size_t at);
    // Returns the position after the opening word of a tag and the white space that follows it; nullopt if the word
    // differs.
    std::optional<std::size_t> after_word(std::size_t at, std::string_view word) const;
    // Parses the closing brace of a tag, with optional white space before it.
    Outcome<char> brace(std::size_t at) const {
        at = skip_spaces(at);
        return look(at) == '}' ? Outcome<char>{text_.data() + at, at + 1} : Outcome<char>{nullptr, at};
    }
    Outcome<char> literal(std::size_t at, std::string_view word) const;

    Outcome<Condition> condition(std::size_t at);
    std::optional<Condition::Kind> comparison(std::size_t at) const;
    Outcome<Expression> expression(std::size_t at);
    Outcome<Expression> read_chain(std::size_t at);
    Outcome<char> filter(std::size_t at, std::vector<Filter>& to);
    Outcome<char> option(std::size_t at, std::vector<Option>& to);
    // Parses "text" or \"text\".
    Outcome<char> quoted(std::size_t at, std::string_view& text) const;
    Outcome<char> bare_word(std::size_t at, std::string_view& word) const;

    Outcome<char> identifier(std::size_t at, std::string_view& name) const;
    bool ends_identifier(std::size_t space, std::size_t after) const;
    Outcome<char> index(std::size_t at, Step& step);
    std::size_t matching_bracket(std::size_t open);

    Outcome<Calculation> chain(std::size_t at, bool of_products);
    Outcome<Calculation> operand(std::size_t at);
    Outcome<Calculation> number(std::size_t at);

    std::string_view text_;
    std::pmr::monotonic_buffer_resource& memory_;
    static constexpr std::size_t size_of_memory = 64; // approximate bytes per result
    std::size_t memory_left_ = max_parse_memory;
    int depth_ = 0;
    mutable std::size_t steps_ = 0;
    Memory<Token> tags_, substitutions_;
    Memory<Symbol> symbols_;
    Memory<Expression> expressions_;
    Memory<Cell> lists_[3];
    Memory<Rest> rests_[3];
    std::optional<std::unordered_map<std::size_t, std::size_t>> brackets_; // opening position → closing position
};

template <class Node> Outcome<Node> failed(std::size_t at) { return {nullptr, at}; }

} // namespace stepwell::variables::syntax
