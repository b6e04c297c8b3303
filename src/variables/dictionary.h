// Names with their raw values, as one evaluation after another reads them. The language sees a tree of paths in them
// (docs/manual/templates.md, "Names and paths"); it is made when first needed.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace stepwell::variables {

class NameTable;
class PathTree;

// Texts are the owner's and must outlive the dictionary.
struct Variable {
    std::string_view name, text;
    bool literal = false; // `#{…}` in it means nothing
    bool sensitive = false;
    bool is_null = false; // reads as an empty text
    bool input = false;   // words of whoever starts the run
};

// Immutable, and may be read by several threads at once. Names are compared without case. The order is that of
// insertion, which loops can see; of two equal names the later gives the value, at the place of the earlier.
class Dictionary {
public:
    explicit Dictionary(std::vector<Variable> variables = {});
    ~Dictionary();
    Dictionary(Dictionary&&) noexcept;
    Dictionary& operator=(Dictionary&&) noexcept;

    std::span<Variable const> all() const { return variables_; }
    Variable const* find(std::string_view name) const; // by its whole name

    // For the evaluation:
    NameTable const& names() const;
    PathTree const& paths() const;
    std::size_t number_of(Variable const& variable) const { return std::size_t(&variable - variables_.data()); }

private:
    struct Lazy;

    std::vector<Variable> variables_;
    std::unique_ptr<Lazy> lazy_;
};

} // namespace stepwell::variables
