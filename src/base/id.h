// Identifiers. A document id is a string such as Environments-7, typed by the resource it names. Ids compare without
// case.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace stepwell::base {

template <class Noun> struct Id {
    std::string value;

    bool empty() const { return value.empty(); }
    friend bool operator==(Id const&, Id const&) = default;
};

// Returns a random version 4 UUID, lower-case with dashes.
std::string new_uuid();
// Accepts any version and any case; dashes are required.
bool is_uuid(std::string_view text);
// Returns `length` random characters of A-Z and 0-9.
std::string random_letters(std::size_t length);
// Returns the number after the last dash of a document id; 0 if there is none.
std::int64_t number_of(std::string_view id);

} // namespace stepwell::base
