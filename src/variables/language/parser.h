// Parses a template. Alternatives are tried in the order that the language defines. Each production is tried once per
// position and its result remembered, so the cost is linear in the text. Nesting and memory are limited.
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

// What to do where no token can be parsed.
enum class OnBroken {
    refuse,   // reject the whole text
    carry_on, // copy up to the furthest position reached and continue there
};

struct Parsed {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    syntax::Cell const* tokens = nullptr; // null if refused
    std::size_t steps = 0;                // number of parsing steps; always proportional to the text
    std::string problem;                  // "Parsing failure: …" if refused
};
// `text` must outlive the result.
Parsed parse(std::string_view text, OnBroken on_broken);

// The path that a variable name binds: its longest prefix that is a symbol.
struct Path {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    syntax::Symbol const* symbol = nullptr; // null if the name does not start with an identifier
};
Path parse_path(std::string_view name);

} // namespace stepwell::variables
