// Rows under headings, aligned by what a terminal shows.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace stepwell::cli {

class Table {
public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

    void add(std::vector<std::string> cells); // as many as there are headings
    // Lines of at most `width` columns; 0 is no limit. The widest columns give way first. Nothing in a cell steers the
    // terminal; of several lines in a cell the first is shown.
    std::string text(std::size_t width) const;

private:
    std::vector<std::size_t> widths(std::size_t width) const;

    std::vector<std::string> headings_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace stepwell::cli
