#include "store/sequences.h"

#include <algorithm>

namespace stepwell::store {

NumberBlock reserve_numbers(Session& session, std::string_view prefix, std::int64_t count) {
    auto const last = session.integer("insert into sequence(prefix, last) values(?, ?) on conflict(prefix) do update "
                                      "set last = sequence.last + excluded.last returning last",
                                      prefix, count);
    return {*last - count + 1, *last};
}

void return_numbers(Session& session, std::string_view prefix, NumberBlock block) {
    session.exec("update sequence set last = ? where prefix = ? and last = ?", block.first - 1, prefix, block.last);
}

std::int64_t Sequences::next(std::string_view prefix, Reserve const& reserve) {
    if (auto number = take(prefix)) return *number;
    std::lock_guard lock(reserving_);
    if (auto number = take(prefix)) return *number; // another thread has reserved meanwhile
    auto const size = states_.with([&](States const& states) {
        auto const at = states.find(prefix);
        return at == states.end() ? 1 : std::min(2 * at->second.size, max_block_size);
    });
    auto block = reserve(prefix, size);
    auto const number = block.first++;
    states_.with([&](States& states) { states.insert_or_assign(std::string(prefix), State{block, size}); });
    return number;
}

std::optional<std::int64_t> Sequences::take(std::string_view prefix) {
    return states_.with([&](States& states) -> std::optional<std::int64_t> {
        auto const at = states.find(prefix);
        if (at == states.end() || at->second.block.first > at->second.block.last) return std::nullopt;
        return at->second.block.first++;
    });
}

std::map<std::string, NumberBlock, std::less<>> Sequences::take_unused() {
    return states_.with([](States& states) {
        std::map<std::string, NumberBlock, std::less<>> unused;
        for (auto const& [prefix, state] : states)
            if (state.block.first <= state.block.last) unused.emplace(prefix, state.block);
        states.clear();
        return unused;
    });
}

} // namespace stepwell::store
