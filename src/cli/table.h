// A table with headings, aligned by display width.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace stepwell::cli {

class Table {
public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

    void add(std::vector<std::string> cells); // one per heading
    // Returns lines of at most `width` columns; 0 means no limit. Shortens the widest columns first. Control sequences
    // are removed, and only the first line of a cell is shown.
    std::string text(std::size_t width) const;

private:
    std::vector<std::size_t> widths(std::size_t width) const;

    std::vector<std::string> headings_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace stepwell::cli
