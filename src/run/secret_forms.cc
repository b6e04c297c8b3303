#include "run/secret_forms.h"

#include "base/utf8.h"

#include <algorithm>
#include <bit>
#include <new>

namespace stepwell::run {

namespace {

constexpr std::size_t longest_piece = 1024; // few forms need more than 6 bytes per secret byte
constexpr std::size_t overlap = 16;         // of the parts, to cover what their edges omit
constexpr std::size_t bucket_count = 2048;
constexpr std::size_t farthest = 8192; // maximum distance of the fourth byte of a form from its first
constexpr int max_sequences = 24;      // and maximum number of sequences between them
static_assert(farthest + longest_noise < longest_match);
constexpr std::size_t block = 16;       // positions examined together
constexpr std::size_t margin = 4;       // bytes examined before and after them
constexpr std::size_t first_block = 16; // enough bytes precede it for controls_alone

// 16 bits; the upper 11 are the bucket.
std::uint32_t hash_of(std::uint32_t key) { return (key * 0x9E3779B1u) >> 16; }
std::uint32_t hash_of_three(std::uint32_t key) { return (key * 0x3779B100u) >> 16; } // ignores the fourth byte

// Returns up to three bytes, arranged as in a key. Reads four.
std::uint32_t first_bytes(char const* bytes, std::size_t count) {
    return load_key(bytes) & ((std::uint32_t{1} << 8 * count) - 1);
}

template <std::size_t bits> struct BitSet {
    std::uint64_t words[bits / 64];

    constexpr void set(std::uint32_t bit) { words[bit >> 6] |= std::uint64_t{1} << (bit & 63); }
    constexpr bool has(std::uint32_t bit) const { return words[bit >> 6] >> (bit & 63) & 1; }
};

// The controls that are always noise of one byte if they do not continue a character. Others introduce a sequence, end
// a line or erase a character.
constexpr BitSet<256> make_single_noise() {
    BitSet<256> set{};
    for (unsigned c = 0; c < 32; ++c) {
        set.set(c);
        set.set(c | 0x80);
    }
    for (unsigned const other : {0x08u, 0x09u, 0x0Au, 0x0Du, 0x1Bu, 0x90u, 0x98u, 0x9Bu, 0x9Du, 0x9Eu, 0x9Fu})
        set.words[other >> 6] &= ~(std::uint64_t{1} << (other & 63));
    return set;
}
constexpr BitSet<256> single_noise = make_single_noise();
bool is_single_noise(char c) { return single_noise.has(static_cast<unsigned char>(c)); }

// Does not cut a character or line end.
std::size_t cut_at(std::string_view text, std::size_t place) {
    if (place >= text.size()) return text.size();
    std::size_t cut = place;
    while (cut > place - 3 && base::is_continuation(text[cut])) --cut;
    if (base::is_continuation(text[cut])) cut = place; // not UTF-8
    return text[cut] == '\n' && text[cut - 1] == '\r' ? cut - 1 : cut;
}

std::string_view without_outer_line_ends(std::string_view text) {
    while (!text.empty() && is_line_end(text.back())) text.remove_suffix(1);
    while (!text.empty() && is_line_end(text.front())) text.remove_prefix(1);
    return text;
}

template <class Use> bool each_slice(std::string_view text, Use const& use) {
    for (std::size_t begin = 0;;) {
        std::size_t const end = cut_at(text, begin + longest_piece);
        if (!use(without_outer_line_ends(text.substr(begin, end - begin)))) return false;
        if (end == text.size()) return true;
        begin = cut_at(text, end - overlap);
    }
}

// Calls `use(piece, escaping)` for each part of a secret that is masked separately; stops if it returns false. Single
// lines are searched in fewer forms, to save space.
template <class Use> bool each_piece(std::string_view text, Use const& use) {
    auto const use_as = [&](Escaping how) { return [&use, how](std::string_view piece) { return use(piece, how); }; };
    if (!each_slice(text, use_as(Escaping::all))) return false;
    if (text.find_first_of("\r\n") == text.npos) return true;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find_first_of("\r\n"), text.size());
        if (end >= SecretForms::shortest && !each_slice(text.substr(0, end), use_as(Escaping::needed))) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == text.npos; }

} // namespace

struct SecretForms::Tables {
    BitSet<65536> fours;  // hashes of keys
    BitSet<65536> inners; // hashes of the first three and the last three bytes of keys
    BitSet<65536> threes; // another hash of the first three bytes
    BitSet<65536> pairs;  // first two bytes
    BitSet<256> singles;
    std::uint32_t buckets[bucket_count]; // offset of the first entry; 0: none

    // Returns true if one or two bytes are the start of a key; always true for more.
    bool may_begin_with(std::uint32_t key, std::size_t count) const {
        return count > 2 || (count == 1 ? singles.has(key) : pairs.has(key));
    }
};

// The first bytes of a possible form at a position of a text, without noise. Fewer than four if no form starts with the
// first two.
struct SecretForms::Beginning {
    std::uint32_t key = 0;
    std::size_t count = 0;   // number of bytes present
    bool cut_off = false;    // the text ends before the fourth byte
    bool has_noise = false;  // between the bytes
    bool has_single = false; // some noise starts with a single control, which may belong to the secret

    Beginning() = default;
    Beginning(Tables const& tables, std::string_view text, std::size_t start, Over over, bool singles_are_noise) {
        char bytes[4] = {};
        bool indented = false;
        int sequences = 0;
        for (std::size_t at = start; count < 4 && at - start < farthest && sequences < max_sequences;) {
            cut_off = at == text.size();
            if (cut_off) break;
            char const c = text[at];
            bool const is_single = may_be_single_control(c);
            bool const may_be = at != start && (is_single ? singles_are_noise : may_be_noise(c) || c == '_');
            Noise const noise = may_be ? noise_at(text, at) : Noise{};
            has_single = has_single || (is_single && (noise.cut_off || noise.size > 0));
            has_noise = has_noise || noise.cut_off || noise.size > 0;
            cut_off = noise.cut_off;
            if (cut_off || (is_line_end(c) && over == Over::one_line)) break;
            at += std::max<std::size_t>(noise.size, 1);
            sequences += noise.size > 0;
            indented = (is_line_end(c) && over == Over::indentation) || (indented && (c == ' ' || c == '\t'));
            if (noise.size != 0 || indented) continue;
            bytes[count++] = c;
            if (!tables.may_begin_with(load_key(bytes), count)) return;
        }
        key = load_key(bytes);
    }

    // Calls `use` with each possible reading of the bytes from `start` on. Returns true if one call does.
    template <class Use>
    static bool each(Tables const& tables, std::string_view text, std::size_t start, Over over, Use const& use) {
        Beginning const beginning(tables, text, start, over, true);
        return use(beginning) || (beginning.has_single && use(Beginning(tables, text, start, over, false)));
    }
};

class SecretForms::Adding final : public KeyUse {
public:
    Adding(SecretForms& forms, std::string_view piece) : forms_(forms), piece_(piece) {}
    bool use(std::uint32_t key, Form form) override { return forms_.add_key(piece_, key, form); }

private:
    SecretForms& forms_;
    std::string_view piece_;
};

SecretForms::SecretForms(Arena& arena) : arena_(arena), tables_(nullptr) {
    if (char* place = arena.take(sizeof(Tables))) tables_ = new (place) Tables{};
}

bool SecretForms::add(std::string_view plain) {
    if (!tables_) return false;
    std::string_view const text = without_outer_line_ends(plain);
    if (is_blank(text) || !variables::is_long_enough_to_mask(text)) return true;
    if (each_piece(text, [&](std::string_view piece, Escaping) { return knows(piece); })) return true;
    char* kept = arena_.take(text.size());
    if (!kept) return false;
    std::memcpy(kept, text.data(), text.size());
    return each_piece({kept, text.size()}, [&](std::string_view piece, Escaping escaping) {
        return knows(piece) || add_piece(piece, escaping);
    });
}

bool SecretForms::knows(std::string_view piece) const {
    char first[4];
    std::size_t count = 0;
    for (std::size_t i = 0; i < piece.size() && count < 4; ++i)
        if (!is_line_end(piece[i])) first[count++] = piece[i];
    if (count < 4) return true; // too short
    std::uint32_t const key = load_key(first);
    for (std::uint32_t at = tables_->buckets[hash_of(key) >> 5]; at != 0; at = entry(at).next)
        if ((entry(at).forms & set_of(Form::raw)) != 0 && source(entry(at)) == piece) return true;
    return false;
}

bool SecretForms::add_piece(std::string_view piece, Escaping escaping) {
    Adding adding(*this, piece);
    return each_base64_key(piece, adding) && each_hex_key(piece, escaping, adding) &&
           each_escaped_key(piece, escaping, adding);
}

bool SecretForms::add_key(std::string_view piece, std::uint32_t key, Form form) {
    std::uint32_t& bucket = tables_->buckets[hash_of(key) >> 5];
    std::uint32_t const offset = arena_.offset_of(piece.data());
    for (std::uint32_t at = bucket; at != 0; at = entry(at).next) {
        Entry& known = entry(at);
        if (known.key != key || known.source != offset || known.length != piece.size()) continue;
        known.forms = (known.forms | set_of(form)) & ((FormSet{1} << 20) - 1);
        return true;
    }
    char* place = arena_.take(sizeof(Entry));
    if (!place) return false;
    new (place) Entry{key, bucket, offset, static_cast<std::uint32_t>(piece.size()) & 0xFFF, set_of(form) & 0xFFFFF};
    bucket = arena_.offset_of(place);
    tables_->fours.set(hash_of(key));
    tables_->inners.set(hash_of_three(key));
    tables_->inners.set(hash_of_three(key >> 8));
    tables_->threes.set(hash_of(key & 0xFFFFFF));
    tables_->pairs.set(key & 0xFFFF);
    tables_->singles.set(key & 0xFF);
    any_ = true;
    return true;
}

// --- where a form may start -------------------------------------------------------------------------------------

std::size_t SecretForms::find_candidate(std::string_view text, std::size_t from) const {
    if (!any_) return text.size();
    char const* const bytes = text.data();
    std::size_t at = from;
    for (; at < std::min(first_block, text.size()); ++at)
        if (may_begin(text, at)) return at;
    if (at + block + margin <= text.size()) {
        std::uint32_t before = controls_alone(bytes + at - 12).bits >> 8;
        for (; at + block + margin <= text.size(); at += block) {
            std::uint32_t places = may_hold_key(bytes + at) ? keys_in(bytes + at) : 0;
            Controls const found = controls_alone(bytes + at + margin);
            if (std::uint32_t const controls = before | found.bits << 8; controls != 0)
                places |= near_noise(text, at, controls);
            if (places != 0) return at + static_cast<std::size_t>(std::countr_zero(places));
            before = found.bits >> 8;
        }
    }
    while (at < text.size() && !may_begin(text, at)) ++at;
    return at;
}

// Returns true if a key may start at one of `block` positions. Testing every second position is enough: a key that
// starts there or one byte earlier has its first or last three bytes there.
bool SecretForms::may_hold_key(char const* bytes) const {
    bool any = false;
    for (std::size_t i = 1; i < block; i += 2) any |= tables_->inners.has(hash_of_three(load_key(bytes + i)));
    return any;
}

std::uint32_t SecretForms::keys_in(char const* bytes) const {
    std::uint32_t places = 0;
    for (std::size_t i = 0; i < block; ++i)
        places |= std::uint32_t{tables_->fours.has(hash_of(load_key(bytes + i)))} << i;
    return places;
}

// Returns those of `block` positions from `at` on where a form may start that noise interrupts within its first four
// bytes. The bits of `controls` are bytes of the text, starting `margin` before `at`. Inlining slows down the caller's
// loop.
[[gnu::noinline]] std::uint32_t SecretForms::near_noise(std::string_view text, std::size_t at,
                                                        std::uint32_t controls) const {
    std::uint32_t places = 0;
    for (std::uint32_t left = controls >> (margin - 1); left != 0; left &= left - 1) {
        std::size_t const place = at - 1 + static_cast<std::size_t>(std::countr_zero(left));
        if (is_line_end(text[place])) {
            if (place + 1 - at < block && begins_before_line_end(text, place + 1)) places |= 1u << (place + 1 - at);
        } else if (text[place] != '\t') {
            places |= before_noise(text, at, place);
        }
    }
    return places;
}

// Returns those of `block` positions from `at` on that are up to three bytes before the noise that the control at
// `noise` starts or ends.
std::uint32_t SecretForms::before_noise(std::string_view text, std::size_t at, std::size_t noise) const {
    if (!may_interrupt(text, noise)) return 0;
    std::size_t const begin = noise - (text[noise - 1] == '\xC2');
    std::size_t const underline = noise - (text[noise] == '\b' && text[noise - 1] == '_');
    std::uint32_t places = 0;
    for (std::size_t start = std::max(at, noise - margin); start < noise && start - at < block; ++start) {
        if (!is_known_beginning(text, start, begin) &&
            (underline == begin || !is_known_beginning(text, start, underline)))
            continue;
        if (may_begin(text, start, Over::one_line)) places |= 1u << (start - at);
    }
    return places;
}

// Returns false if no form has its first bytes around the control at `noise`. Fast, and exact enough for single-byte
// controls before a character: they are noise, or the first of them belongs to the secret.
bool SecretForms::may_interrupt(std::string_view text, std::size_t noise) const {
    std::uint32_t const key = load_key(text.data() + noise - 3); // ends with the control
    auto const before = static_cast<char>(key >> 16);
    if (before == '\xC2' || before == '_') return true;
    bool is_known = tables_->singles.has(key >> 16 & 0xFF); // without branches, which are hard to predict
    is_known |= tables_->pairs.has(key >> 8 & 0xFFFF);
    is_known |= tables_->threes.has(hash_of(key & 0xFFFFFF));
    if (!is_known) return false;
    std::size_t behind = noise;
    while (behind < text.size() && behind - noise < margin && is_single_noise(text[behind])) ++behind;
    if (behind == noise || behind == text.size() || may_be_noise(text[behind]) || text[behind] == '_') return true;
    return goes_on(key, static_cast<unsigned char>(text[behind]));
}

// Returns true if a form may start with some of the three bytes before the control that ends `key`, and continue with
// `next` or the control.
bool SecretForms::goes_on(std::uint32_t key, std::uint32_t next) const {
    bool any = false;
    for (std::uint32_t const last : {next, key >> 24}) {
        std::uint32_t const four = (key & 0xFFFFFF) | last << 24;
        any |= tables_->pairs.has(four >> 16);
        any |= tables_->threes.has(hash_of(four >> 8));
        any |= tables_->fours.has(hash_of(four));
    }
    return any;
}

// Returns true if a form may start with text[start, end), which is less than four bytes.
bool SecretForms::is_known_beginning(std::string_view text, std::size_t start, std::size_t end) const {
    if (end <= start || end - start > 3) return false;
    return is_known_prefix(first_bytes(text.data() + start, end - start), end - start);
}

// Returns true if noise starts within the first bytes of a form at `at`. The first byte is not noise.
static bool has_noise(std::string_view text, std::size_t at) {
    std::size_t const end = std::min(text.size(), at + margin);
    for (std::size_t i = at + 1; i < end; ++i) {
        char const c = text[i];
        if (c == '_' || (may_be_noise(c) && !(may_be_upper_control(c) && is_rest_of_character(text, i)))) return true;
    }
    return false;
}

// Returns true if the text may end in a terminal sequence and three bytes, that is, if the last control in reach starts
// one. It is near unless only parameters follow it.
static bool may_end_in_sequence(std::string_view text) {
    std::size_t end = text.size();
    for (std::size_t reach = 0; reach < farthest_before && end >= 19; reach += 16, end -= 16) {
        char const* const sixteen = text.data() + end - 16;
        if (Controls const found = controls_alone(sixteen); found.any()) {
            std::size_t const behind = found.behind_last() + text.size() - end;
            char const last = text[text.size() - 1 - behind];
            if (is_single_noise(last)) return behind < 3;
            return !is_line_end(last) && last != '\t';
        }
        if (reach >= 32 && !std::all_of(sixteen, sixteen + 16, [](char c) { return c >= ' ' && c <= '?'; }))
            return false;
    }
    return end < 19 && std::ranges::any_of(text.substr(0, end), may_be_noise);
}

// Calls use(start) for up to three positions before the line end that precedes `at` from which the first bytes of a
// form may extend beyond it. Returns true if one call does.
template <class Use> static bool each_start_before(std::string_view text, std::size_t at, Use const& use) {
    if (at == 0 || !is_line_end(text[at - 1])) return false;
    std::size_t const first = at - std::min(at, SecretForms::look_back);
    std::size_t count = 0;
    for (std::size_t start = at; start > first && count < 3;) {
        std::size_t const sequence = sequence_before(text, start);
        start -= std::max<std::size_t>(sequence, 1);
        bool const may_be_of_secret = sequence < 2 || text[start] == '\xC2'; // a single control
        if (!may_be_of_secret || is_line_end(text[start])) continue;
        count += sequence == 0;
        if (use(start)) return true;
    }
    return false;
}

bool SecretForms::begins_before_line_end(std::string_view text, std::size_t at) const {
    bool const is_indented = at < text.size() && is_blank(text[at]);
    if (at >= 7 && at + 12 <= text.size() && !is_indented && !may_end_in_sequence(text.substr(0, at - 1))) {
        char const* const around = text.data() + at - 4; // three bytes, the line end and four bytes
        if ((controls_alone(around).bits & 0xF7) == 0) {
            std::uint64_t const key_bytes = first_bytes(around, 3) | std::uint64_t{load_key(around + 4)} << 24;
            auto const has = [&](int shift) {
                return tables_->fours.has(hash_of(static_cast<std::uint32_t>(key_bytes >> shift)));
            };
            return has(0) || has(8) || has(16);
        }
    }
    return each_start_before(text, at, [&](std::size_t start) {
        return may_begin(text, start, Over::line_ends) || (is_indented && may_begin(text, start, Over::indentation));
    });
}

bool SecretForms::may_begin(std::string_view text, std::size_t at) const {
    std::size_t const left = text.size() - at;
    char bytes[4] = {};
    std::memcpy(bytes, text.data() + at, std::min<std::size_t>(left, 4));
    std::uint32_t const key = load_key(bytes);
    if (left >= 4 ? tables_->fours.has(hash_of(key)) : is_known_prefix(key, left)) return true;
    if (has_noise(text, at) &&
        Beginning::each(*tables_, text, at, Over::one_line,
                        [&](Beginning const& beginning) { return beginning.has_noise && may_begin(beginning); }))
        return true;
    return at > 0 && is_line_end(text[at - 1]) && begins_before_line_end(text, at);
}

bool SecretForms::may_begin(std::string_view text, std::size_t start, Over over) const {
    return Beginning::each(*tables_, text, start, over,
                           [&](Beginning const& beginning) { return may_begin(beginning); });
}

bool SecretForms::may_begin(Beginning const& beginning) const {
    if (beginning.count == 4) return tables_->fours.has(hash_of(beginning.key));
    return beginning.cut_off && is_known_prefix(beginning.key, beginning.count);
}

bool SecretForms::is_known_prefix(std::uint32_t key, std::size_t count) const {
    if (count < 3) return count == 1 ? tables_->singles.has(key) : count == 2 && tables_->pairs.has(key);
    return tables_->threes.has(hash_of(key & 0xFFFFFF)) && tables_->inners.has(hash_of_three(key));
}

// --- which form starts there ------------------------------------------------------------------------------------

SecretForms::Match SecretForms::match(std::string_view text, std::size_t at) const {
    Match match;
    Beginning literal;
    literal.count = std::min<std::size_t>(text.size() - at, 4);
    literal.cut_off = literal.count < 4;
    std::memcpy(&literal.key, text.data() + at, literal.count);
    match_from(text, at, literal, match);
    auto const match_over = [&](std::size_t start, Over over) {
        Beginning::each(*tables_, text, start, over, [&](Beginning const& beginning) {
            if (over != Over::one_line || beginning.has_noise) match_from(text, start, beginning, match);
            return false;
        });
    };
    if (has_noise(text, at)) match_over(at, Over::one_line);
    each_start_before(text, at, [&](std::size_t start) {
        match_over(start, Over::line_ends);
        if (is_blank(text[at])) match_over(start, Over::indentation);
        return false;
    });
    return match;
}

void SecretForms::match_from(std::string_view text, std::size_t start, Beginning const& beginning, Match& match) const {
    if (!may_begin(beginning)) return;
    if (beginning.count < 4) {
        match.undecided = true;
        return;
    }
    for (std::uint32_t at = tables_->buckets[hash_of(beginning.key) >> 5]; at != 0; at = entry(at).next)
        if (entry(at).key == beginning.key) compare(entry(at), text, start, match);
}

void SecretForms::compare(Entry const& entry, std::string_view text, std::size_t start, Match& match) const {
    std::string_view const rest = text.substr(start);
    std::string_view const secret = source(entry);
    bool const may_go_on = rest.size() <= longest_match;
    FormSet const forms = entry.forms;
    auto const note = [&](Walk const& walk) {
        if (walk.end != 0) match.end = std::max(match.end, start + walk.end);
        match.undecided = match.undecided || (walk.undecided && may_go_on);
        if (walk.told != 0) match.told = std::max(match.told, start + walk.told);
    };
    if ((forms & text_forms) != 0) note(walk_text(forms & text_forms, secret, rest));
    for (FormSet left = forms & ~text_forms; left != 0; left &= left - 1) {
        auto const form = static_cast<Form>(std::countr_zero(left));
        if (form == Form::hex)
            note(walk_hex(secret, rest));
        else if (form == Form::utf16)
            note(walk_utf16(secret, rest));
        else
            note(walk_base64(form, secret, rest));
    }
}

bool SecretForms::occurs_in(std::string_view text) const {
    for (std::size_t at = find_candidate(text, 0); at < text.size(); at = find_candidate(text, at + 1))
        if (match(text, at).end != 0) return true;
    return false;
}

} // namespace stepwell::run
