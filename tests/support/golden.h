// Golden files: data that clients, users and databases see. A change of a golden file is reviewed like a change of
// code.
#pragma once
#include "base/json.h"
#include "base/text.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace stepwell::tests {

// Returns JSON as the text of a golden file: one value on each line, in the order of the document.
inline std::string to_lines(base::Json const& json, std::string const& indent = "") {
    auto const inner = indent + " ";
    std::string out;
    auto add = [&](std::string const& item) { out += (out.empty() ? "\n" : ",\n") + inner + item; };
    if (auto object = json.if_object()) {
        for (auto const& [name, value] : *object) add(base::to_text(base::Json(name)) + ": " + to_lines(value, inner));
        return out.empty() ? "{}" : "{" + out + "\n" + indent + "}";
    }
    if (auto array = json.if_array()) {
        for (auto const& item : *array) add(to_lines(item, inner));
        return out.empty() ? "[]" : "[" + out + "\n" + indent + "]";
    }
    return base::to_text(json);
}

// Returns the first lines that differ.
inline std::string first_difference(std::string const& kept, std::string const& actual) {
    auto const before = base::split(kept, '\n'), now = base::split(actual, '\n');
    std::size_t line = 0;
    while (line < before.size() && line < now.size() && before[line] == now[line]) ++line;
    auto at = [&](auto const& lines) { return line < lines.size() ? std::string(lines[line]) : "(end)"; };
    return "line " + std::to_string(line + 1) + "\n  kept: " + at(before) + "\n  now:  " + at(now);
}

// Fails the test unless tests/golden/`name` contains `actual`. If STEPWELL_UPDATE_GOLDEN is set, writes the file
// instead.
inline void expect_golden(std::string const& name, std::string const& actual) {
    std::string const here = __FILE__;
    auto const path = here.substr(0, here.rfind("/support/")) + "/golden/" + name;
    if (std::getenv("STEPWELL_UPDATE_GOLDEN")) {
        std::ofstream(path, std::ios::binary) << actual;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    std::string const kept{std::istreambuf_iterator<char>(file), {}};
    if (kept == actual) return;
    ADD_FAILURE() << path << " differs at " << first_difference(kept, actual)
                  << "\nIf the change is intended, run `./dev golden` and commit the file.";
}

} // namespace stepwell::tests
