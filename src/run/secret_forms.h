// The forms in which a secret may appear, and finding where one starts in a text.
//
// Forms are not stored. A table of the first four bytes of all forms gives the possible starts. From there, the text is
// compared with the secret by its meaning in that form. A secret needs its own bytes and 16 for each possible start.
#pragma once
#include "run/arena.h"
#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"
#include "variables/masking.h"

namespace stepwell::run {

class SecretForms {
public:
    static constexpr std::size_t shortest = variables::shortest_masked; // of a secret and of a form
    static constexpr std::size_t look_back = farthest_before;           // bytes before a position that match() needs

    // The arena must be aligned to 8.
    explicit SecretForms(Arena& arena);

    // Returns false if the arena is full; then only some of the forms are known. Secrets of more than 1024 bytes are
    // masked in overlapping parts, and those of several lines also line by line. Blank secrets are not masked.
    bool add(std::string_view plain);
    bool empty() const { return !any_; }

    // Returns the first position, at or after `from`, where a form may start; text.size() if there is none.
    std::size_t find_candidate(std::string_view text, std::size_t from) const;

    // Forms that start exactly at `at`, or in the last bytes of earlier lines.
    struct Match {
        std::size_t end = 0;    // end of the longest complete form; 0: none
        bool undecided = false; // the text ends within a form
        std::size_t told = 0;   // end of the part to mask if no text follows; 0: none
    };
    Match match(std::string_view text, std::size_t at) const;

    bool occurs_in(std::string_view text) const;

private:
    struct Entry {
        std::uint32_t key;    // first four bytes, in memory order
        std::uint32_t next;   // offset of the bucket's next entry; 0: none
        std::uint32_t source; // offset of the secret's bytes
        std::uint32_t length : 12;
        FormSet forms : 20; // the forms that start with the key
    };
    static_assert(sizeof(Entry) == 16 && static_cast<int>(Form::count_) <= 20);
    struct Tables;
    class Adding;
    enum class Over { one_line, line_ends, indentation }; // what may be skipped between the first bytes of a form
    struct Beginning;

    bool knows(std::string_view piece) const;
    bool add_piece(std::string_view piece, Escaping escaping);
    bool add_key(std::string_view piece, std::uint32_t key, Form form);
    bool may_begin(std::string_view text, std::size_t at) const;
    bool may_begin(std::string_view text, std::size_t start, Over over) const;
    bool may_begin(Beginning const& beginning) const;
    bool begins_before_line_end(std::string_view text, std::size_t at) const;
    bool is_known_prefix(std::uint32_t key, std::size_t count) const;
    bool is_known_beginning(std::string_view text, std::size_t start, std::size_t end) const;
    bool may_hold_key(char const* bytes) const;
    std::uint32_t keys_in(char const* bytes) const;
    std::uint32_t near_noise(std::string_view text, std::size_t at, std::uint32_t controls) const;
    std::uint32_t before_noise(std::string_view text, std::size_t at, std::size_t noise) const;
    bool may_interrupt(std::string_view text, std::size_t noise) const;
    bool goes_on(std::uint32_t key, std::uint32_t next) const;
    void match_from(std::string_view text, std::size_t start, Beginning const& beginning, Match& match) const;
    void compare(Entry const& entry, std::string_view text, std::size_t start, Match& match) const;
    std::string_view source(Entry const& entry) const { return {arena_.at(entry.source), entry.length}; }
    Entry& entry(std::uint32_t offset) const { return *reinterpret_cast<Entry*>(arena_.at(offset)); }

    Arena& arena_;
    Tables* tables_; // null if the arena was too small
    bool any_ = false;
};

} // namespace stepwell::run
