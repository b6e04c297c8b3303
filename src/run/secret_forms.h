// The forms in which a secret may appear, and where in a text one begins.
//
// A form is not stored. A table of the first four bytes that forms begin with says where one may be; from there on the
// text is compared with the secret by what it means in that form. A secret costs its own bytes and 16 for each
// beginning.
#pragma once
#include "run/arena.h"
#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"
#include "variables/masking.h"

namespace stepwell::run {

class SecretForms {
public:
    static constexpr std::size_t shortest = variables::shortest_masked; // of a secret, and of a form
    static constexpr std::size_t look_back = farthest_before; // bytes before a place that match() wants to see

    // The arena must be aligned to 8.
    explicit SecretForms(Arena& arena);

    // False when the arena is full; then some forms are known and some are not. Secrets of more than 1024 bytes are
    // masked in overlapping pieces, those of several lines also line by line. Blank ones are not masked.
    bool add(std::string_view plain);
    bool empty() const { return !any_; }

    // The first place from `from` on where a form may begin; text.size() when there is none.
    std::size_t find_candidate(std::string_view text, std::size_t from) const;

    // What begins exactly at `at`, or began within the last bytes of the lines before.
    struct Match {
        std::size_t end = 0;    // behind the longest form that is complete; 0: none
        bool undecided = false; // the text ends within a form
        std::size_t told = 0;   // behind what is to be masked of such forms where nothing follows; 0: nothing
    };
    Match match(std::string_view text, std::size_t at) const;

    bool occurs_in(std::string_view text) const;

private:
    struct Entry {
        std::uint32_t key;    // first four bytes, as they lie in memory
        std::uint32_t next;   // offset of the next entry of the bucket; 0: none
        std::uint32_t source; // offset of the plain bytes
        std::uint32_t length : 12;
        FormSet forms : 20; // that begin with the key
    };
    static_assert(sizeof(Entry) == 16 && static_cast<int>(Form::count_) <= 20);
    struct Tables;
    class Adding;
    enum class Over { one_line, line_ends, indentation }; // what the first bytes of a form may be read over
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
    Tables* tables_; // null when the arena was too small
    bool any_ = false;
};

} // namespace stepwell::run
