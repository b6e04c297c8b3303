// The names and raw values that evaluations read. The language addresses them as a tree of paths
// (docs/manual/templates.md, "Names and paths"), which is built when first needed.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace stepwell::variables {

class NameTable;
class PathTree;

// The texts belong to the caller and must outlive the dictionary.
struct Variable {
    std::string_view name, text;
    bool literal = false; // `#{…}` in `text` is not expanded
    bool sensitive = false;
    bool is_null = false; // evaluates to an empty text
    bool input = false;   // text supplied by the user who starts the run
};

// An immutable list of variables. Thread-safe. Names compare without case. The order is that of insertion and is
// visible to loops. Of two variables with equal names, the later one gives the value and the earlier one the position.
class Dictionary {
public:
    explicit Dictionary(std::vector<Variable> variables = {});
    ~Dictionary();
    Dictionary(Dictionary&&) noexcept;
    Dictionary& operator=(Dictionary&&) noexcept;

    std::span<Variable const> all() const { return variables_; }
    // Finds a variable by its whole name. Returns null if there is none.
    Variable const* find(std::string_view name) const;

    // For the evaluation only.
    NameTable const& names() const;
    PathTree const& paths() const;
    std::size_t number_of(Variable const& variable) const { return std::size_t(&variable - variables_.data()); }

private:
    struct Lazy;

    std::vector<Variable> variables_;
    std::unique_ptr<Lazy> lazy_;
};

} // namespace stepwell::variables
