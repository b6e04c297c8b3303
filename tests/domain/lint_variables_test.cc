#include "domain/lint_variables.h"
#include "samples.h"

#include <gtest/gtest.h>

using namespace stepwell::domain;

namespace {

Variable variable(std::string name, std::string text, std::string type) {
    Variable made;
    made.id = made.name = std::move(name);
    made.value.text = std::move(text);
    made.type = std::move(type);
    return made;
}

Referred one_account() {
    ReferredDocument document;
    document.noun = "Account";
    document.id = "Accounts-1";
    document.kind = "UsernamePassword";
    return {{"Accounts-1", document}};
}

} // namespace

TEST(VariableLints, find_nothing_to_say_of_what_is_right) {
    auto content = samples::content_of({});
    content.variables = {variable("Login", "Accounts-1", "usernamepasswordaccount"), variable("Text", "x", "String"),
                         variable("Empty", "", "AzureAccount"), variable("Odd", "x", "SomethingElse")};
    EXPECT_TRUE(lint_variables(content, one_account(), hide).empty());
}

TEST(VariableLints, say_where_in_which_set) {
    auto content = samples::content_of({});
    content.variables = {variable("A", "x", "String"), variable("B", "Accounts-2", "AzureAccount")};
    content.library_sets.push_back(
        {"L", "Mail", LibraryContent::variables, "variableset-L", 1, {variable("C", "Accounts-3", "AzureAccount")}});
    auto lints = lint_variables(content, {}, hide);
    ASSERT_EQ(lints.size(), 2u);
    EXPECT_EQ(lints[0].path, "Variables[1].Value");
    EXPECT_EQ(lints[1].path, "variableset-L.Variables[0].Value");
}

TEST(VariableLints, tell_secrets_too_short_without_telling_them) {
    auto content = samples::content_of({});
    auto pin = variable("Pin", "", "Sensitive");
    pin.is_sensitive = true;
    content.variables = {pin};
    content.secrets = {{content.variable_set_id, "Variables[Pin].Value", 7}};
    auto lints_of = [&](std::string const& secret) {
        return lint_variables(content, {}, [&](std::int64_t) { return secret; });
    };
    ASSERT_EQ(lints_of("ab\nc").size(), 1u) << "line ends are no help";
    EXPECT_EQ(lints_of("ab\nc")[0].message.find("ab"), std::string::npos);
    EXPECT_TRUE(lints_of("ab\ncd").empty());
    content.secrets.clear();
    EXPECT_TRUE(lints_of("").empty()) << "never set";
}
