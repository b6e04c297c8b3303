// Checks that the server's work grows only in proportion to the request. Memory stands for work: each step tested here
// allocates.
#include "domain/lint_inputs.h"
#include "domain/prompt.h"
#include "engine/house.h"
#include "support/allocations.h"
#include "variables/evaluate.h"
#include "variables/resolve.h"

using namespace stepwell;
using namespace stepwell::domain;

namespace {

std::size_t bytes_for(std::function<void()> const& work) {
    tests::Allocations const allocations;
    work();
    return allocations.total();
}

// Four times as many elements need at most six times as much memory.
template <class Make, class Use> void expect_linear(char const* what, Make const& make, Use const& use) {
    auto bytes = [&](std::size_t count) {
        auto const made = make(count);
        return bytes_for([&] { use(made); });
    };
    auto const small = bytes(1000), large = bytes(4000);
    EXPECT_LT(large, small * 6) << what << ": " << small << ", " << large;
}

Variable variable(std::size_t i, std::string value) {
    Variable made;
    made.id = "id-" + std::to_string(i);
    made.name = "V" + std::to_string(i);
    made.value.text = std::move(value);
    return made;
}

Step script(std::string body) {
    Action action;
    action.id = action.name = "Go";
    action.type = "Octopus.Script";
    action.properties.items.emplace_back("Octopus.Action.Script.ScriptBody", std::move(body));
    Step step;
    step.name = "Go";
    step.actions.push_back(std::move(action));
    return step;
}

} // namespace

TEST(Growth, of_the_search_for_inputs_in_scripts) {
    auto lint = [](SnapshotContent const& content) { lint_inputs(content); };
    expect_linear(
        "a chain from a prompt",
        [](std::size_t count) {
            SnapshotContent content;
            for (std::size_t i = 0; i < count; ++i)
                content.variables.push_back(variable(i, "#{V" + std::to_string(i + 1) + "}"));
            content.variables.back().prompt.emplace();
            content.steps.push_back(script("echo #{V0}"));
            return content;
        },
        lint);
    expect_linear(
        "a chain that takes up a prompt at each link",
        [](std::size_t count) {
            SnapshotContent content;
            for (std::size_t i = 0; i < count; i += 2) {
                auto const token = [](std::size_t of) { return "#{V" + std::to_string(of) + "}"; };
                content.variables.push_back(variable(i, token(i + 1) + token(i + 2)));
                content.variables.push_back(variable(i + 1, ""));
                content.variables.back().prompt.emplace();
            }
            content.steps.push_back(script("echo #{V0}"));
            return content;
        },
        lint);
    expect_linear(
        "many that name the same",
        [](std::size_t count) {
            SnapshotContent content;
            for (std::size_t i = 0; i < count; ++i) content.variables.push_back(variable(i, "#{V0.x}#{V0[y].z}#{V0}"));
            content.variables.front().prompt.emplace();
            content.steps.push_back(script("echo #{V1}"));
            return content;
        },
        lint);
}

TEST(Growth, of_the_search_for_inputs_finds_what_it_did) {
    SnapshotContent content;
    content.variables = {variable(0, "#{V1.part}"), variable(1, "#{V2[x]}"), variable(2, ""), variable(3, "#{Other}")};
    content.variables[2].prompt.emplace();
    content.steps = {script("echo #{V0}"), script("echo #{V3}"), script("echo #{V2.deep.er}"), script("echo #{V22}")};
    auto const lints = lint_inputs(content);
    ASSERT_EQ(lints.size(), 2u);
    EXPECT_TRUE(lints[0].path.starts_with("Steps[0]"));
    EXPECT_TRUE(lints[1].path.starts_with("Steps[2]"));
}

TEST(Growth, of_answers_to_prompts) {
    expect_linear(
        "prompts with answers",
        [](std::size_t count) {
            std::pair<SnapshotContent, Bag<std::string>> made;
            for (std::size_t i = 0; i < count; ++i) {
                made.first.variables.push_back(variable(i, "x"));
                made.first.variables.back().prompt.emplace();
                made.second.items.emplace_back("V" + std::to_string(count - i - 1), "answer");
            }
            return made;
        },
        [](auto const& made) {
            EXPECT_EQ(candidates_of(made.first, made.second, hide).front().text, "answer");
            prompts_of(made.first, {});
        });
}

TEST(Growth, of_values_of_one_name_with_long_scopes) {
    expect_linear(
        "reasons",
        [](std::size_t count) {
            std::vector<variables::Candidate> all(count);
            for (std::size_t i = 0; i < count; ++i) {
                all[i].name = "X";
                all[i].text = std::to_string(i);
            }
            variables::Scope scope{{"Environment", {}}};
            for (std::size_t i = 0; i < count; ++i) scope[0].second.push_back("Environments-" + std::to_string(i));
            all[0].scope = scope;
            return all;
        },
        [](std::vector<variables::Candidate> const& all) {
            variables::Context context;
            context.hold("Environment", "Environments-1");
            auto const resolution = variables::resolve(all, context);
            EXPECT_EQ(resolution.explain("X").size(), all.size());
        });
}

// Memory for values that become much longer by evaluation.
TEST(Growth, of_values_ends_at_one_limit_of_bytes) {
    std::string const line(3000, 'x');
    std::string many, json = "{";
    for (int i = 0; i < 20'000; ++i) many += "#{W}";
    for (int i = 0; i < 2000; ++i) json += "\"k" + std::to_string(i) + "\":[\"#{W}\",[],[]],";
    json += "}";
    std::map<std::string, std::vector<std::string>> const shapes{
        {"one long text", {many}},
        {"many long texts", std::vector<std::string>(2000, many.substr(0, 400))},
        {"JSON", std::vector<std::string>(2000, "#{J.k1}#{each x in J}#{x.Value[0]}#{/each}")},
        {"filters", std::vector<std::string>(2000, "#{W | ToBase64 | ToUpper}#{W | HtmlEscape}")},
    };
    for (auto const& [what, texts] : shapes) {
        std::vector<variables::Variable> all{{.name = "W", .text = line}, {.name = "J", .text = json}};
        std::vector<std::string> names;
        for (std::size_t i = 0; i < texts.size(); ++i) names.push_back("V" + std::to_string(i));
        for (std::size_t i = 0; i < texts.size(); ++i) all.push_back({.name = names[i], .text = texts[i]});
        variables::Dictionary const dictionary(std::move(all));
        tests::Allocations const allocations;
        variables::SharedWork work;
        variables::Evaluator evaluator(dictionary, work);
        std::vector<std::string> results;
        for (auto const& variable : dictionary.all())
            if (auto done = evaluator.brief(variable); done.complete()) results.push_back(std::move(done.text));
        EXPECT_LT(allocations.peak(), variables::max_evaluation_bytes * 2) << what;
    }
}
