#include "run/secret_forms.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace stepwell::run {

namespace {

constexpr std::size_t longest_piece = 512; // no encoding makes more than 6 bytes of one
constexpr std::size_t overlap = 16;        // of pieces, so that what their edges leave out is covered
constexpr std::size_t most_line_ends = SecretForms::longest_match - 6 * longest_piece - 1;
constexpr std::size_t bucket_count = 2048;

std::uint32_t load_four(char const* place) {
    std::uint32_t value;
    std::memcpy(&value, place, 4);
    return value;
}

// 16 bits; a bucket is the upper 11 of them.
std::uint32_t hash_of(std::uint32_t key) { return (key * 0x9E3779B1u) >> 16; }
std::uint32_t hash_of_three(char const* place) {
    std::uint32_t key = 0;
    std::memcpy(&key, place, 3);
    return hash_of(key);
}
std::uint32_t pair_of(char const* place) {
    std::uint16_t value;
    std::memcpy(&value, place, 2);
    return value;
}

struct BitSet {
    std::uint64_t words[1024];

    void set(std::uint32_t bit) { words[bit >> 6] |= std::uint64_t{1} << (bit & 63); }
    bool has(std::uint32_t bit) const { return words[bit >> 6] >> (bit & 63) & 1; }
};

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Characters and line ends are not cut apart.
std::size_t cut_at(std::string_view text, std::size_t place) {
    if (place >= text.size()) return text.size();
    std::size_t cut = place;
    while (cut > place - 3 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    if ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) cut = place; // no UTF-8
    return text[cut] == '\n' && text[cut - 1] == '\r' ? cut - 1 : cut;
}

template <class Use> bool each_slice(std::string_view text, Use const& use) {
    for (std::size_t begin = 0;;) {
        std::size_t const end = cut_at(text, begin + longest_piece);
        if (!use(text.substr(begin, end - begin))) return false;
        if (end == text.size()) return true;
        begin = cut_at(text, end - overlap);
    }
}

// The parts of a secret that are masked each for itself; stops at the first for which
// `use(piece, part)` is false.
template <class Use> bool each_piece(std::string_view text, Use const& use) {
    using Part = SecretForms::Part;
    auto const use_as = [&](Part part) { return [&use, part](std::string_view piece) { return use(piece, part); }; };
    if (!each_slice(text, use_as(Part::whole))) return false;
    if (text.find_first_of("\r\n") == text.npos) return true;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find_first_of("\r\n"), text.size());
        if (end >= SecretForms::shortest && !each_slice(text.substr(0, end), use_as(Part::line))) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

std::string_view without_last_line_ends(std::string_view text) {
    while (!text.empty() && is_line_end(text.back())) text.remove_suffix(1);
    return text;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == text.npos; }

bool is_long_enough(std::string_view text) {
    auto const line_ends = std::count_if(text.begin(), text.end(), is_line_end);
    return text.size() - static_cast<std::size_t>(line_ends) >= SecretForms::shortest;
}

// Each byte of a text once.
class DistinctBytes {
public:
    explicit DistinctBytes(std::string_view text) {
        for (char const c : text)
            if (!std::exchange(present_[static_cast<unsigned char>(c)], true)) bytes_[count_++] = c;
    }
    bool has(char c) const { return present_[static_cast<unsigned char>(c)]; }
    operator std::string_view() const { return {bytes_, count_}; }

private:
    bool present_[256] = {};
    char bytes_[256];
    std::size_t count_ = 0;
};

bool read_key(Form form, std::string_view piece, RawLineEnds raw, std::uint32_t& key) {
    FormReader reader(form, piece, raw);
    char bytes[4];
    for (char& byte : bytes) {
        int const next = reader.next();
        if (next < 0) return false;
        byte = static_cast<char>(next);
    }
    key = load_four(bytes);
    return true;
}

std::uint64_t digest_of(Form form, std::string_view piece) {
    FormReader reader(form, piece);
    std::uint64_t digest = 0xcbf29ce484222325u;
    for (int byte = reader.next(); byte >= 0; byte = reader.next())
        digest = (digest ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
    return digest;
}

} // namespace

struct SecretForms::Tables {
    BitSet fours, threes, pairs, singles;
    std::uint32_t buckets[bucket_count]; // offset of the first entry; 0: none
};

// Many encodings say the same of a plain text: what was met before need not be kept twice.
class SecretForms::Seen {
public:
    bool is_new(std::uint64_t digest, std::uint32_t key) {
        std::uint64_t const both = digest ^ key * 0x9E3779B97F4A7C15u;
        if (std::find(known_, known_ + count_, both) != known_ + count_) return false;
        known_[count_++] = both;
        return true;
    }

private:
    std::uint64_t known_[static_cast<std::size_t>(Encoding::count_) * 3 * 4 * 2]; // line ends, left out, keys
    std::size_t count_ = 0;
};

SecretForms::SecretForms(Arena& arena) : arena_(arena), tables_(nullptr) {
    if (char* place = arena.take(sizeof(Tables))) tables_ = new (place) Tables{};
}

bool SecretForms::add(std::string_view plain) {
    if (!tables_) return false;
    std::string_view const text = without_last_line_ends(plain);
    if (is_blank(text) || !is_long_enough(text)) return true;
    if (each_piece(text, [&](std::string_view piece, Part) { return knows(piece); })) return true;
    char* kept = arena_.take(text.size());
    if (!kept) return false;
    std::memcpy(kept, text.data(), text.size());
    return each_piece({kept, text.size()},
                      [&](std::string_view piece, Part part) { return knows(piece) || add_piece(piece, part); });
}

bool SecretForms::knows(std::string_view piece) const {
    std::uint32_t key;
    if (!read_key({}, piece, RawLineEnds::left_out, key)) return true; // too short
    for (std::uint32_t at = tables_->buckets[hash_of(key) >> 5]; at != 0; at = entry(at).next)
        if (entry(at).encoding == Encoding::raw && source(entry(at)) == piece) return true;
    return false;
}

bool SecretForms::add_piece(std::string_view piece, Part part) {
    DistinctBytes const bytes(piece);
    bool const starts_with_short_line = piece.substr(0, 4).find('\n') != piece.npos;
    Seen seen;
    for (int i = static_cast<int>(Encoding::count_) - 1; i >= 0; --i) {
        auto const encoding = static_cast<Encoding>(i);
        if (encoding != Encoding::raw && !alters(encoding, bytes)) continue;
        if (!add_forms(piece, {encoding}, part, seen)) return false;
        // Line ends left as they are matter only where they are among the first bytes.
        if (!bytes.has('\n') || !(starts_with_short_line || alters(encoding, "\n"))) continue;
        if (bytes.has('\r') && !add_forms(piece, {encoding, LineEnds::lf}, part, seen)) return false;
        if (!add_forms(piece, {encoding, LineEnds::crlf}, part, seen)) return false;
    }
    return true;
}

// What a program wraps may be cut within the first four bytes: then the rest is masked. Not so for single lines of a
// secret, to save room.
bool SecretForms::add_forms(std::string_view piece, Form form, Part part, Seen& seen) {
    std::uint64_t const digest = digest_of(form, piece);
    std::uint8_t const most_left_out = part == Part::whole && is_wrapped(form.encoding) ? 3 : 0;
    for (form.left_out = 0; form.left_out <= most_left_out; ++form.left_out)
        if (!add_form(piece, form, digest + form.left_out, seen)) return false;
    return true;
}

// The form is found by its first bytes with and without the line ends among them.
bool SecretForms::add_form(std::string_view piece, Form form, std::uint64_t digest, Seen& seen) {
    std::uint32_t key, key_with_line_ends;
    if (!read_key(form, piece, RawLineEnds::left_out, key)) return true; // too short
    if (seen.is_new(digest, key) && !add_entry(piece, form, key)) return false;
    if (!read_key(form, piece, RawLineEnds::kept, key_with_line_ends) || key_with_line_ends == key) return true;
    return !seen.is_new(digest, key_with_line_ends) || add_entry(piece, form, key_with_line_ends);
}

bool SecretForms::add_entry(std::string_view piece, Form form, std::uint32_t key) {
    char* place = arena_.take(sizeof(Entry));
    if (!place) return false;
    std::uint32_t& bucket = tables_->buckets[hash_of(key) >> 5];
    new (place) Entry{key,
                      bucket,
                      arena_.offset_of(piece.data()),
                      static_cast<std::uint32_t>(piece.size()) & 0xFFF,
                      form.left_out,
                      form.encoding,
                      form.line_ends};
    bucket = arena_.offset_of(place);
    char bytes[4];
    std::memcpy(bytes, &key, 4);
    tables_->fours.set(hash_of(key));
    tables_->threes.set(hash_of_three(bytes));
    tables_->pairs.set(pair_of(bytes));
    tables_->singles.set(static_cast<unsigned char>(bytes[0]));
    any_ = true;
    return true;
}

std::size_t SecretForms::find_candidate(std::string_view text, std::size_t from) const {
    if (!any_) return text.size();
    char const* const bytes = text.data();
    std::size_t at = from;
    BitSet const& fours = tables_->fours;
    for (; at + 4 <= text.size(); ++at)
        if (fours.has(hash_of(load_four(bytes + at)))) return at;
    for (; at < text.size(); ++at) {
        std::size_t const left = text.size() - at;
        bool const may_begin = left == 1   ? tables_->singles.has(static_cast<unsigned char>(bytes[at]))
                               : left == 2 ? tables_->pairs.has(pair_of(bytes + at))
                                           : begins_with(text.substr(at, 3));
        if (may_begin) return at;
    }
    return text.size();
}

// Whether any form begins with these three bytes.
bool SecretForms::begins_with(std::string_view three) const {
    if (!tables_->threes.has(hash_of_three(three.data()))) return false;
    for (std::uint32_t const bucket : tables_->buckets)
        for (std::uint32_t at = bucket; at != 0; at = entry(at).next)
            if (std::memcmp(&entry(at).key, three.data(), 3) == 0) return true;
    return false;
}

SecretForms::Match SecretForms::match(std::string_view text, std::size_t at) const {
    std::string_view const rest = text.substr(at);
    Match match;
    if (rest.size() < 4) {
        match.undecided = find_candidate(text, at) == at;
        return match;
    }
    std::uint32_t const key = load_four(rest.data());
    for (std::uint32_t place = tables_->buckets[hash_of(key) >> 5]; place != 0; place = entry(place).next)
        if (entry(place).key == key) compare(entry(place), rest, match);
    if (match.end != 0) match.end += at;
    return match;
}

void SecretForms::compare(Entry const& entry, std::string_view rest, Match& match) const {
    std::string_view const plain = source(entry);
    if (entry.encoding == Encoding::raw && rest.starts_with(plain)) { // soon done, for texts that repeat themselves
        match.end = std::max(match.end, plain.size());
        return;
    }
    FormReader reader(entry.form(), plain);
    std::size_t at = 0, line_ends = 0;
    int wanted = reader.next();
    for (; wanted >= 0; ++at) {
        if (at == rest.size()) {
            std::size_t missing = 1;
            while (reader.next() >= 0) ++missing;
            match.undecided = true;
            match.half = match.half || at - line_ends >= missing;
            return;
        }
        char const c = rest[at];
        if (static_cast<unsigned char>(c) == wanted) {
            wanted = reader.next();
        } else if (!is_line_end(c) || ++line_ends > most_line_ends) {
            return;
        }
    }
    match.end = std::max(match.end, at);
}

bool SecretForms::occurs_in(std::string_view text) const {
    for (std::size_t at = find_candidate(text, 0); at < text.size(); at = find_candidate(text, at + 1))
        if (match(text, at).end != 0) return true;
    return false;
}

} // namespace stepwell::run
