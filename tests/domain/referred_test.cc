#include "domain/referred.h"
#include "domain/resources/account.h"
#include "domain/resources/environment.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::domain;

namespace {

using Names = std::map<std::string, std::string>;

// Returns properties and their texts, in brackets if sensitive.
Names properties(std::string const& sent) {
    auto account = schema::read_as<Account>(base::parse_json(sent));
    Names all;
    for (auto const& each : properties_of(account, [](std::string_view path) { return "*" + std::string(path); }))
        all[each.name] = each.is_sensitive ? "(" + each.text + ")" : each.text;
    return all;
}

Referred one_account(std::string kind, std::vector<std::string> environments = {}) {
    ReferredDocument document;
    document.noun = "Account";
    document.id = "Accounts-1";
    document.name = "Mail";
    document.kind = std::move(kind);
    document.environments = std::move(environments);
    document.properties = {{"Username", "joe #{Host}", false}, {"Password", "secret", true}};
    return {{"Accounts-1", document}};
}

variables::Candidate value(std::string text, std::string type = "UsernamePasswordAccount") {
    variables::Candidate made;
    made.name = "Login";
    made.text = std::move(text);
    made.type = std::move(type);
    return made;
}

std::string username(variables::Candidate const& of, Referred const& referred) {
    variables::Context context;
    context.hold("Environment", "Environments-1");
    auto resolution = resolve({of}, context, referred);
    auto found = resolution.find("login.USERNAME");
    return found ? found->text : "none";
}

} // namespace

TEST(AccountProperties, have_the_names_that_scripts_ask_for) {
    EXPECT_EQ(properties(R"({"Name":"a","AccountType":"UsernamePassword","Username":"joe","Password":"x"})"),
              (Names{{"Username", "joe"}, {"Password", "(*Password)"}}));
    EXPECT_EQ(properties(R"({"Name":"a","AccountType":"AmazonWebServicesAccount","AccessKey":"AK","SecretKey":"x"})"),
              (Names{{"AccessKey", "AK"}, {"SecretKey", "(*SecretKey)"}}));
    std::string const ids =
        R"("SubscriptionNumber":"cd21dc34-73dc-4c7d-bd86-041284e0bc41","ClientId":"cd21dc34-73dc-4c7d-bd86-041284e0bc42",)"
        R"("TenantId":"cd21dc34-73dc-4c7d-bd86-041284e0bc43","AzureEnvironment":"","Password":"x")";
    EXPECT_EQ(properties(R"({"Name":"a","AccountType":"AzureServicePrincipal",)" + ids + "}"),
              (Names{{"SubscriptionNumber", "cd21dc34-73dc-4c7d-bd86-041284e0bc41"},
                     {"Client", "cd21dc34-73dc-4c7d-bd86-041284e0bc42"},
                     {"TenantId", "cd21dc34-73dc-4c7d-bd86-041284e0bc43"},
                     {"Password", "(*Password)"}}));
    EXPECT_EQ(properties(R"({"Name":"a","AccountType":"GoogleCloudAccount","JsonKey":"x"})"),
              (Names{{"JsonKey", "(*JsonKey)"}}));
    EXPECT_EQ(properties(R"({"Name":"a","AccountType":"UsernamePassword"})"), (Names{{"Username", ""}}))
        << "a secret that was never set";
}

TEST(Referred, give_their_properties_to_values_that_may_use_them) {
    EXPECT_EQ(username(value("Accounts-1"), one_account("UsernamePassword")), "joe #{Host}");
    EXPECT_EQ(username(value("accounts-1"), one_account("UsernamePassword", {"Environments-1"})), "joe #{Host}");
    EXPECT_EQ(username(value("Accounts-2"), one_account("UsernamePassword")), "none");
    EXPECT_EQ(username(value("Accounts-1"), one_account("Token")), "none");
    EXPECT_EQ(username(value("Accounts-1", "String"), one_account("UsernamePassword")), "none");
    EXPECT_EQ(username(value("Accounts-1", "WorkerPool"), one_account("UsernamePassword")), "none");
    EXPECT_EQ(username(value("Accounts-1"), one_account("UsernamePassword", {"Environments-2"})), "none");
}

TEST(Referred, give_literal_and_sensitive_values) {
    auto resolution = resolve({value("Accounts-1")}, {}, one_account("UsernamePassword"));
    EXPECT_TRUE(resolution.dictionary().find("Login.Username")->literal);
    EXPECT_FALSE(resolution.dictionary().find("Login.Username")->sensitive);
    EXPECT_TRUE(resolution.dictionary().find("Login.Password")->sensitive);
}
