#include "cli/table.h"

#include "cli/text_width.h"

#include <algorithm>
#include <numeric>

namespace stepwell::cli {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 4;

std::string line_of(std::vector<std::string> const& cells, std::vector<std::size_t> const& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const cell = truncated(cells[i], widths[i]);
        line += cell;
        line.append(widths[i] - std::min(widths[i], display_width(cell)) + gap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line += '\n';
}

} // namespace

void Table::add(std::vector<std::string> cells) {
    for (auto& cell : cells) cell = printable(cell.substr(0, cell.find_first_of("\r\n")));
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(std::size_t width) const {
    std::vector<std::size_t> widths;
    for (auto const& heading : headings_) widths.push_back(display_width(heading));
    for (auto const& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    if (width == 0 || widths.empty()) return widths;
    auto total = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
    while (total > width) {
        auto& widest = *std::ranges::max_element(widths);
        if (widest <= narrowest) break;
        --widest;
        --total;
    }
    return widths;
}

std::string Table::text(std::size_t width) const {
    auto const columns = widths(width);
    auto text = line_of(headings_, columns);
    for (auto const& row : rows_) text += line_of(row, columns);
    return text;
}

} // namespace stepwell::cli
