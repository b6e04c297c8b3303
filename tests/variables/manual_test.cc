// The examples of docs/manual/templates.md: blocks of a template, "-- Name = value", "=> result" and "?? missing
// token".
#include "base/files.h"
#include "base/text.h"
#include "variables/evaluate.h"

#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

struct Example {
    std::vector<std::string> text, result, missing;
    std::vector<std::pair<std::string, std::string>> variables;

    void add(std::string_view line) {
        auto rest = std::string(line.substr(std::min<std::size_t>(line.size(), 3)));
        if (line.starts_with("-- ")) {
            auto equals = rest.find(" = ");
            variables.emplace_back(rest.substr(0, equals), rest.substr(equals + 3));
        } else if (line.starts_with("=> ")) {
            result.push_back(rest);
        } else if (line.starts_with("?? ")) {
            missing.push_back(rest);
        } else {
            text.emplace_back(line);
        }
    }
};

std::vector<Example> examples_of(std::string const& page) {
    std::vector<Example> all;
    bool inside = false;
    for (auto line : base::split(page, '\n')) {
        if (line == "```template")
            all.emplace_back();
        else if (line != "```" && inside)
            all.back().add(line);
        if (line.starts_with("```")) inside = line == "```template";
    }
    return all;
}

} // namespace

TEST(Manual, gives_examples_that_are_true) {
    auto page = base::read_file(std::string(STEPWELL_GOLDEN) + "/../../docs/manual/templates.md");
    ASSERT_TRUE(page);
    auto examples = examples_of(*page);
    EXPECT_GT(examples.size(), 15u);
    for (auto const& example : examples) {
        std::vector<Variable> all;
        for (auto const& [name, value] : example.variables) all.push_back({name, value});
        auto text = base::join(example.text, "\n");
        Dictionary const dictionary(std::move(all));
        auto done = evaluate(text, dictionary);
        EXPECT_EQ(done.text, base::join(example.result, "\n")) << text;
        EXPECT_EQ(done.missing, example.missing) << text << done.error();
    }
}
