// One `#{…}` in a text, as it is written.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables {

struct Token {
    enum class Kind {
        name,          // #{Octopus.Action[Back up].Output.File}
        missing_index, // #{A[#{B}]} where B is not known: so is the whole
        tag,           // a block or a filter
        text,          // none of the language: `#{` stands for itself
    };
    Kind kind = Kind::text;
    std::size_t end = 0; // behind the closing brace; only of a name and a missing index
    std::string name;
};

// Gives the value of a name that stands in an index: #{A[#{name}]}.
using IndexValue = std::function<std::optional<std::string_view>(std::string const& name)>;

// `at` is where "#{" stands. Looks no further than the next "#{" that is no index, so that a text full of broken
// tokens is read in linear time.
Token read_token(std::string_view text, std::size_t at, IndexValue const& index_value);

} // namespace stepwell::variables
