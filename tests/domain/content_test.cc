#include "domain/content.h"

#include "domain/nouns.h"
#include "samples.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

constexpr std::string_view process_json = R"({"Id":"RunbookProcess-Runbooks-1","Version":7,"Steps":[
  {"Id":"s1","Name":"Back up","Slug":"back-up","Condition":"Success","Properties":{"Octopus.Action.TargetRoles":"db"},
   "Actions":[{"Id":"a1","Name":"Back up","ActionType":"Octopus.Script","Notes":"say \"ä\"\n",
     "Environments":["Environments-2"],"Container":{"Image":null},"Inputs":{"x":[1,2.5,1e300,true,null],"B":"","a":{}},
     "Packages":[{"Id":"p1","Name":"","PackageId":"tool","Properties":{"Extract":"True"}}],
     "Properties":{"Octopus.Action.Script.ScriptBody":"echo 'é' > \"x\"\t\\","Token":{"HasValue":true,"NewValue":"t0ken"},
                   "None":{"HasValue":false}}},
    {"Id":"a2","Name":"Tell","ActionType":"Octopus.Script","Condition":"Variable","Properties":{}}]},
  {"Id":"s2","Name":"Restart","Condition":"Always","Actions":[{"Id":"a3","Name":"Restart","ActionType":"X"}]}]})";

constexpr std::string_view variables_json = R"({"Id":"variableset-Projects-1","Version":3,"Variables":[
  {"Id":"v1","Name":"Host","Value":"db-1","Scope":{"Environment":["Environments-1","Environments-2"],"Action":["a1"]}},
  {"Id":"v2","Name":"Host","Value":"db-0","Prompt":{"Label":"Which host?","Required":true}},
  {"Id":"v3","Name":"Password","Value":"hunter2","IsSensitive":true},
  {"Id":"v4","Name":"Unset","Value":null,"IsSensitive":true},
  {"Id":"v5","Name":"Pin","Type":"Sensitive","Prompt":{"Label":"Pin"}},
  {"Id":"v6","Name":"Nothing","Value":null}]})";

SnapshotContent frozen() {
    auto process = schema::read_stored<RunbookProcess>(process_json);
    auto variables = schema::read_stored<VariableSet>(variables_json);
    return freeze(process, variables,
                  {{"variableset-Projects-1", "Variables[v3].Value", 12},
                   {"RunbookProcess-Runbooks-1", "Steps[s1].Actions[a1].Properties.Token", 11}});
}

std::string reveal(std::int64_t number) { return "row " + std::to_string(number); }

TEST(Content, keeps_its_bytes_when_read_and_written_again) {
    auto bytes = to_bytes(frozen());
    EXPECT_EQ(to_bytes(parse_content(bytes)), bytes);
    EXPECT_EQ(to_bytes(parse_content(to_bytes(parse_content(bytes)))), bytes);
}

TEST(Content, holds_everything_that_was_frozen_but_no_secret) {
    auto bytes = to_bytes(frozen());
    for (auto part :
         {R"("ProcessId":"RunbookProcess-Runbooks-1","ProcessVersion":7)", R"("VariableSetVersion":3)",
          R"("Octopus.Action.TargetRoles":"db")", R"("Token":{"HasValue":true,"NewValue":null,"Hint":null})",
          R"("Scope":{"Environment":["Environments-1","Environments-2"],"Action":["a1"]})",
          R"({"Owner":"variableset-Projects-1","Path":"Variables[v3].Value","Number":12})"})
        EXPECT_NE(bytes.find(part), std::string::npos) << part << " in " << bytes;
    EXPECT_EQ(bytes.find("hunter2"), std::string::npos);
    EXPECT_EQ(bytes.find("t0ken"), std::string::npos);
}

TEST(Content, has_the_same_bytes_in_whatever_order_secrets_came) {
    auto content = frozen(), turned = content;
    std::ranges::reverse(turned.secrets);
    turned.settle();
    EXPECT_EQ(to_bytes(turned), to_bytes(content));
}

TEST(Content, is_known_by_its_digest) {
    EXPECT_EQ(content_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    auto content = frozen();
    auto digest = content_digest(to_bytes(content));
    content.secrets[0].number++;
    EXPECT_NE(content_digest(to_bytes(content)), digest);
}

TEST(Content, is_refused_when_it_is_none) {
    EXPECT_THROW(parse_content("[]"), base::Error);
    EXPECT_THROW(parse_content(to_bytes(frozen()).substr(1)), base::Error);
}

// The store removes secrets from documents and finds them again by the same paths.
TEST(Content, finds_secrets_by_the_paths_of_the_documents) {
    struct Paths : schema::Walker {
        std::vector<std::string> found;
        void reference(std::string_view, std::string const&, std::string const&) override {}
        void secret(Secret&, std::string const& path) override { found.push_back(path); }
    } paths;
    auto process = schema::read_stored<RunbookProcess>(process_json);
    auto variables = schema::read_stored<VariableSet>(variables_json);
    schema::walk(schema::type_of<RunbookProcess>(), &process, "", paths);
    auto of_process = paths.found.size();
    schema::walk(schema::type_of<VariableSet>(), &variables, "", paths);
    std::vector<PinnedSecret> secrets;
    for (std::size_t i = 0; i < paths.found.size(); ++i)
        secrets.push_back(
            {i < of_process ? "RunbookProcess-Runbooks-1" : "variableset-Projects-1", paths.found[i], std::int64_t(i)});
    process.id = "RunbookProcess-Runbooks-1";
    variables.id = "variableset-Projects-1";
    auto content = freeze(process, variables, secrets);
    auto const& step = content.steps[0];
    EXPECT_TRUE(content.secret_of(step, step.actions[0], "Token"));
    EXPECT_FALSE(content.secret_of(step, step.actions[1], "Token"));
    EXPECT_TRUE(content.secret_of(variables.id, content.variables[2]));
    EXPECT_FALSE(content.secret_of(variables.id, content.variables[0]));
}

TEST(Content, offers_its_variables_to_choose_from) {
    auto all = candidates_of(frozen(), {}, reveal);
    std::vector<std::string> seen;
    for (auto const& one : all)
        seen.push_back(one.name + '=' + one.text + (one.sensitive ? " sensitive " : " ") +
                       variables::to_words(one.scope));
    EXPECT_EQ(seen, (std::vector<std::string>{"Host=db-1 Environment Environments-1 or Environments-2, Action a1",
                                              "Host=db-0 everywhere", "Password=row 12 sensitive everywhere",
                                              "Nothing= everywhere"}));
    EXPECT_EQ(all[0].precedence, variables::Precedence::defined);
    EXPECT_EQ(all[0].id, "v1");
}

TEST(Content, takes_answers_for_prompted_variables_alone) {
    Bag<std::string> answers{{{"V2", "#{Password}"}, {"v3", "guess"}, {"pin", "1234"}}};
    auto all = candidates_of(frozen(), answers, reveal);
    ASSERT_EQ(all.size(), 5u);
    EXPECT_EQ(all[1].text, "#{Password}");
    EXPECT_TRUE(variables::is_literal(all[1].precedence));
    EXPECT_EQ(all[2].text, "row 12"); // not prompted
    EXPECT_EQ(all[3].name, "Pin");
    EXPECT_EQ(all[3].text, "1234");
    EXPECT_TRUE(all[3].sensitive);
}

TEST(Content, of_an_earlier_version_is_read_beyond_the_limits_of_today) {
    VariableSet set;
    set.variables.resize(max_variables_in_run + 1);
    for (std::size_t i = 0; i < set.variables.size(); ++i) set.variables[i].id = "v" + std::to_string(i);
    set.variables[0].value.text = std::string(max_bytes_in_set + 1, 'x');
    auto const json = schema::to_json(set);
    auto const stored = schema::read_stored<VariableSet>(json);
    EXPECT_EQ(stored.variables.size(), set.variables.size());
    SnapshotContent content;
    content.variables = stored.variables;
    EXPECT_EQ(parse_content(to_bytes(content)).variables.size(), set.variables.size());
    EXPECT_THROW(check_variable_count(content), base::Error);
    content.variables.pop_back();
    EXPECT_NO_THROW(check_variable_count(content));
}

} // namespace
} // namespace stepwell::domain
