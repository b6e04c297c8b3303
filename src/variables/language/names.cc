#include "variables/language/names.h"

#include "base/fold.h"
#include "variables/language/parser.h"
#include "variables/language/unicode.h"

#include <cstring>

namespace stepwell::variables {

namespace {

constexpr auto plain_characters = [] {
    std::array<bool, 256> plain{};
    for (unsigned c = 0; c < 128; ++c) {
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        plain[c] =
            letter || (c >= '0' && c <= '9') || std::string_view("_-:/~()@").find(char(c)) != std::string_view::npos;
    }
    return plain;
}();
bool is_plain(char c) { return plain_characters[static_cast<unsigned char>(c)]; }

std::uint32_t hash_bytes(std::string_view text, std::uint32_t seed) {
    // Upper- and lower-case letters differ in one bit. Other characters that differ in it only share a hash.
    constexpr std::uint64_t no_case = 0x2020202020202020;
    std::uint64_t hash = 0x9E3779B97F4A7C15u ^ (std::uint64_t(seed) << 32) ^ text.size();
    auto mix = [&](std::uint64_t word) {
        hash = (hash ^ (word | no_case)) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
    };
    std::size_t at = 0;
    for (std::uint64_t word; at + 8 <= text.size(); at += 8) {
        std::memcpy(&word, text.data() + at, 8);
        mix(word);
    }
    std::uint64_t last = 0;
    if (at < text.size()) std::memcpy(&last, text.data() + at, text.size() - at);
    mix(last);
    return std::uint32_t(hash);
}

// Returns the end of a plain index that starts at `at`; `at` if there is none.
std::size_t after_plain_index(std::string_view text, std::size_t at) {
    if (at + 1 < text.size() && (is_space(character_at(text, at + 1).code))) return at;
    for (auto end = at + 1; end < text.size(); ++end) {
        auto c = text[end];
        if (c == ']') return text.substr(at, end - at) == "[*" ? at : end + 1;
        if (c == '[' || c == '#' || (c & 0x80)) return at;
    }
    return at;
}

} // namespace

bool equal_names(std::string_view a, std::string_view b) { return base::equal_folded(a, b); }

std::uint32_t hash_of_name(std::string_view name, std::uint32_t seed) {
    return is_ascii(name) ? hash_bytes(name, seed) : hash_bytes(base::fold(name), seed);
}

bool scan_plain_path(std::string_view text, std::size_t& size) {
    std::size_t at = 0;
    for (;;) {
        auto start = at;
        while (at < text.size() && is_plain(text[at])) ++at;
        if (at == start) return false;
        while (at < text.size() && text[at] == '[') {
            auto end = after_plain_index(text, at);
            if (end == at) return false;
            at = end;
        }
        if (at >= text.size() || text[at] != '.') break;
        ++at;
    }
    size = at;
    return true;
}

void HashedNumbers::reserve(std::size_t count) {
    std::size_t size = 16;
    while (size < count * 2) size *= 2;
    if (size <= slots_.size()) return;
    auto old = std::exchange(slots_, std::vector<Slot>(size));
    used_ = 0;
    for (auto const& slot : old)
        if (slot.number != none) add(slot.hash, slot.number);
}

void HashedNumbers::add(std::uint32_t hash, std::uint32_t number) {
    reserve(++used_);
    auto at = hash & mask();
    while (slots_[at].number != none) at = (at + 1) & mask();
    slots_[at] = {hash, number};
}

NameTable::NameTable(std::span<Variable const> variables) {
    numbers_.reserve(variables.size());
    order_.reserve(variables.size());
    for (auto const& variable : variables) {
        auto hash = hash_of_name(variable.name);
        auto same = [&](std::uint32_t number) { return equal_names(order_[number]->name, variable.name); };
        if (auto earlier = numbers_.find(hash, same)) {
            order_[*earlier] = &variable;
            continue;
        }
        numbers_.add(hash, std::uint32_t(order_.size()));
        order_.push_back(&variable);
        std::size_t size = 0;
        if (scan_plain_path(variable.name, size) && size == variable.name.size()) continue;
        all_plain_ = false;
        if (variable.literal || variable.name.find("#{") == std::string_view::npos) continue;
        auto path = parse_path(variable.name);
        if (path.symbol && std::ranges::any_of(path.symbol->steps, [](auto const& step) { return step.symbol; }))
            unusable_ = &variable;
    }
}

Variable const* NameTable::find(std::string_view name) const {
    auto same = [&](std::uint32_t number) { return equal_names(order_[number]->name, name); };
    auto found = numbers_.find(hash_of_name(name), same);
    return found ? order_[*found] : nullptr;
}

PathTree::PathTree(NameTable const& names) : nodes_(1) {
    nodes_.reserve(names.in_order().size() * 2);
    numbers_.reserve(names.in_order().size() * 2);
    for (auto variable : names.in_order()) bind(*variable);
}

PathTree::Id PathTree::child(Id parent, Kind kind, std::string_view text) const {
    auto hash = hash_of_name(text, parent * 2 + unsigned(kind));
    auto same = [&](std::uint32_t id) {
        return nodes_[id].parent == parent && nodes_[id].kind == kind && equal_names(nodes_[id].text, text);
    };
    return numbers_.find(hash, same).value_or(none);
}

PathTree::Id PathTree::ensure(Id parent, Kind kind, std::string_view text, bool literal) {
    if (auto known = child(parent, kind, text); known != none) return known;
    auto id = Id(nodes_.size());
    auto& made = nodes_.emplace_back();
    made.parent = parent;
    made.kind = kind;
    made.text = text;
    made.literal = literal;
    if (kind == Kind::index) {
        auto& above = nodes_[parent];
        (above.last_index == none ? above.first_index : nodes_[above.last_index].next_index) = id;
        above.last_index = id;
    }
    numbers_.add(hash_of_name(text, parent * 2 + unsigned(kind)), id);
    return id;
}

PathTree::Id PathTree::bind_plain(Variable const& variable) {
    Id at = root;
    auto name = variable.name;
    for (std::size_t start = 0; start < name.size();) {
        bool index = name[start] == '[';
        auto end = std::min(index ? name.find(']', start) : name.find_first_of(".[", start), name.size());
        start += index;
        at = ensure(at, index ? Kind::index : Kind::name, name.substr(start, end - start), variable.literal);
        start = end + index;
        if (start < name.size() && name[start] == '.') ++start;
    }
    return at;
}

void PathTree::bind(Variable const& variable) {
    std::size_t size = 0;
    if (scan_plain_path(variable.name, size) && size == variable.name.size()) {
        nodes_[bind_plain(variable)].variable = &variable;
        return;
    }
    auto path = parse_path(variable.name);
    if (!path.symbol) return;
    Id at = root;
    for (auto const& step : path.symbol->steps) {
        if (step.kind == syntax::Step::Kind::lookup) return;
        auto kind = step.kind == syntax::Step::Kind::name ? Kind::name : Kind::index;
        at = ensure(at, kind, step.text, variable.literal);
    }
    nodes_[at].variable = &variable;
}

} // namespace stepwell::variables
