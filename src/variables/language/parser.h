// Text to syntax, exactly in the order of choices that the language has. Every production is tried once at a place and
// remembered, so the work is linear in the text; nesting and memory are limited, so that no text can
// exhaust them.
#pragma once
#include "variables/language/syntax.h"

#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace stepwell::variables {

constexpr std::size_t max_parse_memory = 64u << 20;
constexpr int max_nesting = 200; // of blocks, options, indexes and brackets in one text

// What to do where no token can be read.
enum class OnBroken {
    refuse,   // the whole text is no template
    carry_on, // copy up to the furthest place that was understood, and read on there
};

struct Parsed {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    syntax::Cell const* tokens = nullptr; // none when refused
    std::size_t steps = 0;                // it took: in proportion to the text, whatever it says
    std::string problem;                  // why it was refused: "Parsing failure: …"
};
// `text` must live as long as what is returned.
Parsed parse(std::string_view text, OnBroken on_broken);

// The path that a variable's name binds: the longest beginning that is a symbol.
struct Path {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    syntax::Symbol const* symbol = nullptr; // none: the name begins with no identifier
};
Path parse_path(std::string_view name);

} // namespace stepwell::variables
