// Finding variables: by whole name, and by path through the tree that names make.
#pragma once
#include "variables/dictionary.h"

#include <cstdint>
#include <optional>
#include <string>

namespace stepwell::variables {

bool equal_names(std::string_view a, std::string_view b);
// Equal for names that are.
std::uint32_t hash_of_name(std::string_view name, std::uint32_t seed = 0);
// Whether a name of ASCII letters, digits, dots and plain indexes is the path that it binds, character by character.
// `size` is how far it goes. Such a name stands in a tag without white space as it stands in the dictionary.
bool scan_plain_path(std::string_view text, std::size_t& size);

// Numbers found again by the hash of what they stand for.
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

    std::vector<Slot> slots_; // a power of two
    std::size_t used_ = 0;
};

class NameTable {
public:
    explicit NameTable(std::span<Variable const> variables);

    Variable const* find(std::string_view name) const;
    std::vector<Variable const*> const& in_order() const { return order_; }
    // Whether each name is the path it binds: then no other can bind the same, and names may be looked up for paths.
    bool all_plain() const { return all_plain_; }
    // One whose path cannot be known (`Foo[#{k}]`), of those not literal.
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
        std::string_view text;              // the name or index, as first written
        Variable const* variable = nullptr; // whose value is its own
        bool literal = false;               // made by a literal variable
        Id first_index = none, last_index = none, next_index = none;

        // An indexed node without a value of its own has its index for it.
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
