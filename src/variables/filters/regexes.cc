#include "base/text.h"
#include "base/utf8.h"
#include "variables/filters/filter.h"
#include "variables/language/unicode.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <limits>

namespace stepwell::variables {

namespace {

constexpr std::size_t longest_pattern = 16'000;
constexpr std::size_t cost_of_step = 12, cost_of_match = 64, cost_of_pattern_byte = 100;
constexpr std::uint32_t max_heap_kib = 32 * 1024;

struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};
template <class Thing> using Owned = std::unique_ptr<Thing, Free>;

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string message_of(int failure) {
    PCRE2_UCHAR buffer[256];
    auto size = pcre2_get_error_message(failure, buffer, sizeof buffer);
    return size < 0 ? "unknown error" : std::string(reinterpret_cast<char const*>(buffer), std::size_t(size));
}

[[noreturn]] void take_too_long() {
    throw Stopped{Refusal::regex, "the regular expression takes too many steps on this text"};
}

// A PCRE2 callout, called before every item of a pattern that is tried. It counts steps: a step costs the bytes it
// moved and, if groups are referred to, the bytes it may have compared.
struct Meter {
    Budget& budget;
    bool compares_groups = false;
    std::size_t last = 0;

    static int count(pcre2_callout_block* block, void* data) {
        auto& meter = *static_cast<Meter*>(data);
        auto at = std::size_t(block->current_position);
        std::size_t cost = cost_of_step + (at > meter.last ? at - meter.last : meter.last - at);
        meter.last = at;
        if (meter.compares_groups)
            for (std::uint32_t i = 1; i < block->capture_top; ++i)
                if (auto end = block->offset_vector[2 * i + 1]; end != PCRE2_UNSET)
                    cost += 1 + end - std::min(end, block->offset_vector[2 * i]);
        if (cost > meter.budget.left()) return PCRE2_ERROR_MATCHLIMIT;
        meter.budget.spend(cost);
        return 0;
    }
};

} // namespace

struct Regex::Compiled {
    Owned<pcre2_code> code;
    std::vector<std::uint32_t> numbers; // by .NET's number: unnamed groups first
    std::map<std::string, std::uint32_t, std::less<>> names;

    std::uint32_t info(std::uint32_t what) const {
        std::uint32_t value = 0;
        pcre2_pattern_info(code.get(), what, &value);
        return value;
    }
    void read_names() {
        PCRE2_SPTR table = nullptr;
        pcre2_pattern_info(code.get(), PCRE2_INFO_NAMETABLE, &table);
        auto size = info(PCRE2_INFO_NAMEENTRYSIZE);
        std::map<std::uint32_t, bool> named;
        for (auto i = info(PCRE2_INFO_NAMECOUNT); i > 0; --i, table += size) {
            auto number = std::uint32_t(table[0] << 8 | table[1]);
            names.emplace(reinterpret_cast<char const*>(table + 2), number);
            named[number] = true;
        }
        numbers.push_back(0);
        for (std::uint32_t i = 1; i <= info(PCRE2_INFO_CAPTURECOUNT); ++i)
            if (!named.contains(i)) numbers.push_back(i);
        for (auto const& [number, _] : named) numbers.push_back(number);
    }
};

// The match data for one text.
struct Regex::Matching {
    Matching(Compiled const& compiled, std::string_view given, Budget& budget)
        : text(given), meter{budget, compiled.info(PCRE2_INFO_BACKREFMAX) > 0}, code(compiled.code.get()),
          data(pcre2_match_data_create_from_pattern(code, nullptr)), context(pcre2_match_context_create(nullptr)) {
        pcre2_set_callout(context.get(), Meter::count, &meter);
        pcre2_set_heap_limit(context.get(), max_heap_kib);
        pcre2_set_match_limit(context.get(), std::numeric_limits<std::uint32_t>::max());
    }

    bool find(std::size_t from) {
        meter.budget.spend(cost_of_match);
        meter.last = from;
        auto found =
            pcre2_match(code, bytes_of(text), text.size(), from, PCRE2_NO_UTF_CHECK, data.get(), context.get());
        if (found == PCRE2_ERROR_NOMATCH) return false;
        if (found < 0) take_too_long();
        return true;
    }
    std::string_view group(std::uint32_t number) const {
        auto offsets = pcre2_get_ovector_pointer(data.get());
        auto begin = offsets[2 * number], end = offsets[2 * number + 1];
        if (number >= pcre2_get_ovector_count(data.get()) || begin == PCRE2_UNSET || end < begin) return {};
        return text.substr(begin, end - begin);
    }
    std::size_t begin() const { return pcre2_get_ovector_pointer(data.get())[0]; }
    std::size_t end() const { return std::max(begin(), pcre2_get_ovector_pointer(data.get())[1]); }

    std::string_view text;
    Meter meter;
    pcre2_code* code;
    Owned<pcre2_match_data> data;
    Owned<pcre2_match_context> context;
};

Regex::Regex(std::string_view pattern, Budget& budget) : compiled_(std::make_unique<Compiled>()) {
    auto wrong = [&](std::string const& why) {
        throw Stopped{Refusal::regex, "Invalid pattern '" + std::string(pattern.substr(0, 200)) + "': " + why, true};
    };
    if (pattern.size() > longest_pattern) wrong("it is too long");
    budget.spend(pattern.size() * cost_of_pattern_byte);
    auto translated = base::to_utf8(translate_regex(pattern));
    Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int failure = 0;
    std::size_t at = 0;
    compiled_->code.reset(pcre2_compile(bytes_of(translated), translated.size(),
                                        PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C, &failure,
                                        &at, context.get()));
    if (!compiled_->code) wrong(message_of(failure));
    compiled_->read_names();
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

bool Regex::matches(std::string_view text, Budget& budget) const {
    auto valid = base::to_utf8(text);
    return Matching(*compiled_, valid, budget).find(0);
}

// A part of a replacement: a text, or a reference to a part of the match.
struct Regex::Piece {
    enum class Kind { text, group, before, after, last_group, whole } kind = Kind::text;
    std::string_view text;
    std::uint32_t group = 0;
};

std::optional<std::uint32_t> Regex::find_group(std::string_view name) const {
    if (auto number = base::to_number(name)) {
        bool known = *number >= 0 && std::size_t(*number) < compiled_->numbers.size();
        return known ? std::optional(compiled_->numbers[std::size_t(*number)]) : std::nullopt;
    }
    auto found = compiled_->names.find(name);
    return found == compiled_->names.end() ? std::nullopt : std::optional(found->second);
}

// Reads a reference that starts with '$'. Returns 0 if the '$' is literal.
std::size_t Regex::read_reference(std::string_view from, Piece& piece) const {
    auto next = from.size() > 1 ? from[1] : '\0';
    constexpr std::string_view signs = "&`'+_";
    constexpr Piece::Kind kinds[] = {Piece::Kind::group, Piece::Kind::before, Piece::Kind::after,
                                     Piece::Kind::last_group, Piece::Kind::whole};
    if (auto sign = signs.find(next); next != '\0' && sign != std::string_view::npos) {
        piece.kind = kinds[sign];
        return 2;
    }
    if (next == '$') {
        piece.text = from.substr(0, 1);
        return 2;
    }
    bool braced = next == '{';
    auto start = braced ? 2u : 1u;
    auto end = braced ? from.find('}') : std::min(from.find_first_not_of("0123456789", 1), from.size());
    if (end == std::string_view::npos || end == start) return 0;
    auto group = find_group(from.substr(start, end - start));
    if (!group) return 0;
    piece.kind = Piece::Kind::group;
    piece.group = *group;
    return end + braced;
}

std::vector<Regex::Piece> Regex::pieces_of(std::string_view replacement) const {
    std::vector<Piece> pieces;
    while (!replacement.empty()) {
        Piece piece;
        auto size = replacement[0] == '$' ? read_reference(replacement, piece) : 0;
        if (size == 0) {
            size = std::min(replacement.find('$', 1), replacement.size());
            piece.text = replacement.substr(0, size);
        }
        pieces.push_back(piece);
        replacement.remove_prefix(size);
    }
    return pieces;
}

std::string_view Regex::meaning_of(Piece const& piece, Matching const& matching) const {
    switch (piece.kind) {
    case Piece::Kind::text: return piece.text;
    case Piece::Kind::group: return matching.group(piece.group);
    case Piece::Kind::before: return matching.text.substr(0, matching.begin());
    case Piece::Kind::after: return matching.text.substr(matching.end());
    case Piece::Kind::last_group: return matching.group(compiled_->numbers.back());
    case Piece::Kind::whole: return matching.text;
    }
    return {};
}

std::string Regex::replace(std::string_view given, std::string_view replacement, Budget& budget) const {
    auto text = base::to_utf8(given);
    auto pieces = pieces_of(replacement);
    Matching matching(*compiled_, text, budget);
    std::string out;
    std::size_t copied = 0, from = 0;
    while (from <= text.size() && matching.find(from)) {
        auto begin = std::max(matching.begin(), copied), end = std::max(matching.end(), begin);
        budget.append(out, std::string_view(text).substr(copied, begin - copied));
        for (auto const& piece : pieces) budget.append(out, meaning_of(piece, matching));
        copied = end;
        from = end > begin ? end : end + (end < text.size() ? character_at(text, end).size : 1);
    }
    budget.append(out, std::string_view(text).substr(copied));
    return out;
}

Regex const& RegexCache::get(std::string_view pattern, Budget& budget) {
    auto known = known_.find(pattern);
    if (known == known_.end()) known = known_.emplace(std::string(pattern), Regex(pattern, budget)).first;
    return known->second;
}

namespace {

Filtered match(FilterCall const& call) {
    auto& host = call.host;
    return host.regexes.get(call.option(0), host.budget).matches(call.text(), host.budget) ? "true" : "false";
}
Filtered replace(FilterCall const& call) {
    auto& host = call.host;
    auto replacement = call.options.size() > 1 ? call.option(1) : std::string_view();
    return host.regexes.get(call.option(0), host.budget).replace(call.text(), replacement, host.budget);
}

} // namespace

std::span<FilterEntry const> regex_filters() {
    static constexpr FilterEntry all[] = {{"match", match, 1, 1}, {"replace", replace, 1, any_number}};
    return all;
}

} // namespace stepwell::variables
