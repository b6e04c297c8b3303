// Finding variables by whole name, and by path in the tree that the names form.
#pragma once
#include "variables/dictionary.h"

#include <cstdint>
#include <optional>
#include <string>

namespace stepwell::variables {

bool equal_names(std::string_view a, std::string_view b);
// Returns the same hash for equal names.
std::uint32_t hash_of_name(std::string_view name, std::uint32_t seed = 0);
// Returns true if `text` starts with a plain path: ASCII letters, digits, dots and plain indexes. `size` is set to its
// length. A name that is a plain path is written the same way in a tag and in the dictionary.
bool scan_plain_path(std::string_view text, std::size_t& size);

// A hash table of numbers. The caller compares the values that the numbers refer to.
class HashedNumbers {
public:
    void reserve(std::size_t count);
    void add(std::uint32_t hash, std::uint32_t number);
    template <class Matches> std::optional<std::uint32_t> find(std::uint32_t hash, Matches const& matches) const {
        if (slots_.empty()) return std::nullopt;
        for (auto at = hash & mask();; at = (at + 1) & mask()) {
            if (slots_[at].number == none) return std::nullopt;
            if (slots_[at].hash == hash && matches(slots_[at].number)) return slots_[at].number;
        }
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t(0);
    struct Slot {
        std::uint32_t hash = 0, number = none;
    };
    std::uint32_t mask() const { return std::uint32_t(slots_.size() - 1); }

    std::vector<Slot> slots_; // size is a power of two
    std::size_t used_ = 0;
};

class NameTable {
public:
    explicit NameTable(std::span<Variable const> variables);

    Variable const* find(std::string_view name) const;
    std::vector<Variable const*> const& in_order() const { return order_; }
    // Returns true if every name is a plain path. Each then has its own path, and paths can be looked up as names.
    bool all_plain() const { return all_plain_; }
    // A non-literal variable whose path cannot be determined (`Foo[#{k}]`); null if there is none.
    Variable const* unusable() const { return unusable_; }

private:
    HashedNumbers numbers_;
    std::vector<Variable const*> order_;
    bool all_plain_ = true;
    Variable const* unusable_ = nullptr;
};

class PathTree {
public:
    using Id = std::uint32_t;
    static constexpr Id none = ~Id(0);
    static constexpr Id root = 0;
    enum class Kind : std::uint8_t { name, index };
    struct Node {
        Id parent = none;
        Kind kind = Kind::name;
        std::string_view text;              // name or index, as first written
        Variable const* variable = nullptr; // gives the node its value
        bool literal = false;               // created by a literal variable
        Id first_index = none, last_index = none, next_index = none;

        // An indexed node without a value has its index as value.
        bool has_item() const { return variable != nullptr || kind == Kind::index; }
    };

    explicit PathTree(NameTable const& names);

    Node const& operator[](Id id) const { return nodes_[id]; }
    Id child(Id parent, Kind kind, std::string_view text) const;

private:
    void bind(Variable const& variable);
    Id bind_plain(Variable const& variable);
    Id ensure(Id parent, Kind kind, std::string_view text, bool literal);

    std::vector<Node> nodes_;
    HashedNumbers numbers_;
};

} // namespace stepwell::variables
