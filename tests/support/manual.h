// Reads pages of the manual, so that tests can run their examples.
#pragma once
#include "base/files.h"
#include "base/text.h"

#include <gtest/gtest.h>

namespace stepwell::tests {

// Returns the lines of all blocks of a kind on a page, in order.
inline std::vector<std::string> lines_of_manual(std::string const& page, std::string const& kind) {
    std::string const here = __FILE__;
    auto found = base::read_file(here.substr(0, here.rfind("/tests/")) + "/docs/manual/" + page);
    EXPECT_TRUE(found) << page;
    auto const text = found.value_or("");
    std::vector<std::string> lines;
    bool inside = false;
    for (auto line : base::split(text, '\n')) {
        bool const fence = line.starts_with("```");
        if (inside && !fence) lines.emplace_back(line);
        if (fence) inside = line == "```" + kind;
    }
    EXPECT_FALSE(lines.empty()) << page << " has no " << kind;
    return lines;
}

} // namespace stepwell::tests
