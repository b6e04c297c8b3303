// The forms in which a secret may appear, and where in a text one begins.
//
// A form is not stored: it is generated again for each comparison, so that a secret costs its own bytes and 16 for each
// form. A table of hashes of the forms' first four bytes keeps comparisons rare.
#pragma once
#include "run/arena.h"
#include "run/encoding.h"

#include <string_view>

namespace stepwell::run {

class SecretForms {
public:
    static constexpr std::size_t shortest = 4;          // bytes of a secret that is masked, and of a form
    static constexpr std::size_t longest_match = 16384; // bytes of text that one form covers, line ends included

    enum class Part : std::uint8_t { whole, line }; // of a secret

    // The arena must be aligned to 8.
    explicit SecretForms(Arena& arena);

    // False when the arena is full; then some forms are known and some are not. Secrets of more than 512 bytes are
    // masked in overlapping pieces, those of several lines also line by line. Blank ones are not masked.
    bool add(std::string_view plain);
    bool empty() const { return !any_; }

    // The first place from `from` on where a form may begin; text.size() when there is none.
    std::size_t find_candidate(std::string_view text, std::size_t from) const;

    struct Match {
        std::size_t end = 0;    // behind the longest form that is complete; 0: none
        bool undecided = false; // the text ends within a form
        bool half = false;      // at least half of such a form is there
    };
    // What begins exactly at `at`. Line ends in the text are passed over.
    Match match(std::string_view text, std::size_t at) const;

    bool occurs_in(std::string_view text) const;

private:
    struct Entry {
        std::uint32_t key;         // first four bytes, as they lie in memory
        std::uint32_t next;        // offset of the next entry of the bucket; 0: none
        std::uint32_t source;      // offset of the plain bytes
        std::uint32_t length : 12; // of the plain bytes
        std::uint32_t left_out : 4;
        Encoding encoding;
        LineEnds line_ends;

        Form form() const { return {encoding, line_ends, static_cast<std::uint8_t>(left_out)}; }
    };
    static_assert(sizeof(Entry) == 16);
    struct Tables;
    class Seen;

    bool knows(std::string_view piece) const;
    bool add_piece(std::string_view piece, Part part);
    bool add_forms(std::string_view piece, Form form, Part part, Seen& seen);
    bool add_form(std::string_view piece, Form form, std::uint64_t digest, Seen& seen);
    bool add_entry(std::string_view piece, Form form, std::uint32_t key);
    void compare(Entry const& entry, std::string_view rest, Match& match) const;
    bool begins_with(std::string_view three) const;
    std::string_view source(Entry const& entry) const { return {arena_.at(entry.source), entry.length}; }
    Entry const& entry(std::uint32_t offset) const { return *reinterpret_cast<Entry const*>(arena_.at(offset)); }

    Arena& arena_;
    Tables* tables_; // null when the arena was too small
    bool any_ = false;
};

} // namespace stepwell::run
