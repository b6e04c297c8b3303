#include "workshop.h"

#include "base/crypto.h"

namespace stepwell::contract {
namespace {

constexpr std::string_view guid = "cd21dc34-73dc-4c7d-bd86-041284e0bc45";

class Accounts : public Workshop {
protected:
    static std::string secret(std::string_view text) {
        return R"({"HasValue":true,"NewValue":")" + std::string(text) + R"("})";
    }
    static std::string body(std::string const& name, std::string const& type, std::string const& more = {}) {
        return R"({"Name":")" + name + R"(","AccountType":")" + type + '"' + (more.empty() ? "" : "," + more) + "}";
    }
    Json make(std::string const& name, std::string const& type, std::string const& more = {}) {
        return server.created(space + "accounts", body(name, type, more));
    }
    std::string login(std::string const& name) {
        return text_at(make(name, "UsernamePassword", R"("Username":"joe","Password":)" + secret("hunter2hunter2")),
                       "/Id");
    }
    net::Response post(std::string const& sent) { return server.post(space + "accounts", sent); }
    static std::string azure(std::string const& id) {
        return R"("SubscriptionNumber":")" + id + R"(","ClientId":")" + id + R"(","TenantId":")" + id + '"';
    }
    // Returns the names of the members, except those that all accounts have.
    static std::set<std::string> own_members(Json const& account) {
        std::set<std::string> names;
        for (auto const& member : account.as_object()) names.insert(std::string(member.key()));
        for (auto common : {"Id", "Name", "Slug", "Description", "SpaceId", "AccountType", "EnvironmentIds",
                            "TenantedDeploymentParticipation", "TenantIds", "TenantTags", "Links", "LastModifiedOn",
                            "LastModifiedBy"})
            EXPECT_EQ(names.erase(common), 1u) << common << " of " << account;
        return names;
    }
};

TEST_F(Accounts, have_the_members_of_their_type_beside_those_of_all) {
    struct Kind {
        std::string type, sent;
        std::set<std::string> members;
    };
    std::string const id(guid);
    std::set<std::string> const subjects{"Audience", "DeploymentSubjectKeys", "HealthCheckSubjectKeys",
                                         "AccountTestSubjectKeys"};
    auto with_subjects = [&](std::set<std::string> more) {
        more.insert(subjects.begin(), subjects.end());
        return more;
    };
    Kind const kinds[] = {
        {"None", "", {}},
        {"UsernamePassword", R"("Username":"joe","Password":)" + secret("s"), {"Username", "Password"}},
        {"SshKeyPair",
         R"("Username":"joe","PrivateKeyFile":)" + secret("QQ=="),
         {"Username", "PrivateKeyFile", "PrivateKeyPassphrase"}},
        {"Token", R"("Token":)" + secret("s"), {"Token"}},
        {"AmazonWebServicesAccount",
         R"("AccessKey":"AKIA","SecretKey":)" + secret("s"),
         {"AccessKey", "SecretKey", "Region"}},
        {"AmazonWebServicesOidcAccount", R"("RoleArn":"arn:x","CustomClaims":{"a":"b"})",
         with_subjects({"RoleArn", "SessionDuration", "Region", "CustomClaims"})},
        {"AzureServicePrincipal",
         azure(id) + R"(,"Password":)" + secret("s"),
         {"SubscriptionNumber", "ClientId", "TenantId", "Password", "AzureEnvironment",
          "ActiveDirectoryEndpointBaseUri", "ResourceManagementEndpointBaseUri"}},
        {"AzureSubscription",
         R"("SubscriptionNumber":")" + id + '"',
         {"SubscriptionNumber", "CertificateBytes", "CertificateThumbprint", "AzureEnvironment",
          "ServiceManagementEndpointBaseUri", "ServiceManagementEndpointSuffix"}},
        {"AzureOidc", azure(id),
         with_subjects({"SubscriptionNumber", "ClientId", "TenantId", "AzureEnvironment",
                        "ActiveDirectoryEndpointBaseUri", "ResourceManagementEndpointBaseUri"})},
        {"GoogleCloudAccount", R"("JsonKey":)" + secret("s"), {"JsonKey"}},
        {"GenericOidcAccount", R"("Audience":"api://default","DeploymentSubjectKeys":["space","project"])", subjects},
    };
    for (auto const& kind : kinds) {
        auto made = make("The " + kind.type, kind.type, kind.sent);
        EXPECT_EQ(text_at(made, "/AccountType"), kind.type);
        EXPECT_EQ(own_members(made), kind.members) << kind.type;
        EXPECT_EQ(get("accounts/" + text_at(made, "/Id")), made);
        EXPECT_EQ(put("accounts/" + text_at(made, "/Id"), made).at("AccountType"), made.at("AccountType"));
        auto listed = get("accounts?accountType=" + base::to_lower(kind.type));
        EXPECT_EQ(at(listed, "/TotalResults"), Json(1)) << kind.type;
        EXPECT_EQ(at(listed, "/Items/0/Id"), at(made, "/Id"));
    }
    EXPECT_EQ(at(get("accounts?accountType=Token,None"), "/TotalResults"), Json(2));
    EXPECT_EQ(text_at(get("accounts/the-azureoidc"), "/Audience"), "api://AzureADTokenExchange") << "by default";
    EXPECT_EQ(text_at(get("accounts/the-amazonwebservicesoidcaccount"), "/Audience"), "sts.amazonaws.com");
    EXPECT_EQ(text_at(make("G", "GenericOidcAccount", R"("Audience":"")"), "/Audience"), "api://default");
    auto generic = get("accounts/the-genericoidcaccount");
    EXPECT_EQ(base::to_text(at(generic, "/DeploymentSubjectKeys")), R"(["space","project"])");
}

TEST_F(Accounts, are_made_as_the_command_line_does) {
    auto dev = environment("Dev");
    auto made = make("user-pw-a", "UsernamePassword",
                     R"("Username":"joe","Password":)" + secret("hunter2hunter2") + R"(,"EnvironmentIds":[")" + dev +
                         R"("],"TenantedDeploymentParticipation":"Untenanted","Slug":"","SpaceId":"")");
    EXPECT_EQ(text_at(made, "/Slug"), "user-pw-a");
    EXPECT_EQ(text_at(made, "/Links/Usages"), text_at(made, "/Links/Self") + "/usages");
    EXPECT_EQ(base::to_text(at(made, "/Password")), R"({"HasValue":true,"NewValue":null,"Hint":null})");
    EXPECT_EQ(text_at(made, "/EnvironmentIds/0"), dev);
    EXPECT_EQ(get("accounts/all").as_array().size(), 1u);
    expect_refused(server.del(space + "environments/" + dev), 400, "used by Account 'user-pw-a'");
    EXPECT_EQ(server.del(text_at(made, "/Links/Self")).status, 200);
    EXPECT_EQ(server.get(text_at(made, "/Links/Self")).status, 404);
}

TEST_F(Accounts, are_refused_with_every_problem) {
    auto errors = [&](std::string const& sent) { return base::to_text(at(parsed(post(sent).body), "/Errors")); };
    EXPECT_EQ(
        errors(body("A", "AzureServicePrincipal",
                    R"("SubscriptionNumber":"x","ClientId":"","TenantId":")" + std::string(guid) +
                        R"(","EnvironmentIds":"x")")),
        R"(["EnvironmentIds: must be a list, not \"x\"","ClientId: is required","Password: is required","SubscriptionNumber: must be a GUID"])");
    EXPECT_EQ(errors(body("A", "SshKeyPair", R"("PrivateKeyFile":{"HasValue":false})")),
              R"(["Username: is required","PrivateKeyFile: is required"])");
    EXPECT_EQ(errors(body("A", "AmazonWebServicesAccount")), R"(["AccessKey: is required","SecretKey: is required"])");
    expect_refused(post(body("A", "Magic")), 400, "AccountType: must be one of UsernamePassword, SshKeyPair, Token");
    expect_refused(post(R"({"Name":"A"})"), 400, "AccountType: must be one of");
    expect_refused(post(body("A", "None", R"("EnvironmentIds":["Environments-99"])")), 400, "EnvironmentIds[0]");
    expect_refused(post(body("A", "None", R"("EnvironmentIds":[null])")), 400, "EnvironmentIds[0]: must not be null");
    expect_refused(post(body("A", "Token", R"("Token":{"HasValue":true,"NewValue":null})")), 400,
                   "Token: has no stored value to keep");
    EXPECT_EQ(at(get("accounts"), "/TotalResults"), Json(0));
}

TEST_F(Accounts, know_nothing_of_other_types) {
    auto made = make("A", "UsernamePassword",
                     R"("Username":"joe","Token":)" + secret("token-of-nobody") +
                         R"(,"AccessKey":"AKIA","Details":{"x":1},"JsonKey":"x")");
    EXPECT_EQ(own_members(made), (std::set<std::string>{"Username", "Password"}));
    auto route = "accounts/" + text_at(made, "/Id");
    auto turned = server.changed(space + route, body("A", "Token", R"("Token":)" + secret("hunter2hunter2")));
    EXPECT_EQ(own_members(turned), (std::set<std::string>{"Token"}));
    EXPECT_EQ(get(route), turned);
}

TEST_F(Accounts, keep_clear_and_replace_their_secrets) {
    auto route = "accounts/" + login("Mail");
    auto account = get(route);
    EXPECT_EQ(at(put(route, account), "/Password/HasValue"), Json(true)) << "sent back as it came";
    account.as_object()["Password"] = parsed(R"({"HasValue":true})");
    EXPECT_EQ(at(put(route, account), "/Password/HasValue"), Json(true));
    account.as_object()["Password"] = parsed(R"({"HasValue":false,"NewValue":null})");
    EXPECT_EQ(at(put(route, account), "/Password/HasValue"), Json(false));
    account.as_object()["Password"] = parsed(R"({"HasValue":true,"NewValue":null})");
    expect_refused(server.put(space + route, base::to_text(account)), 400, "Password: has no stored value to keep");
    account.as_object()["Password"] = "another-secret";
    EXPECT_EQ(base::to_text(at(put(route, account), "/Password")), R"({"HasValue":true,"NewValue":null,"Hint":null})");
}

TEST_F(Accounts, take_no_member_that_the_server_gives) {
    auto made =
        make("A", "None", R"("Id":"Accounts-77","SpaceId":"Spaces-9","LastModifiedBy":"eve","Links":{"Self":"/x"})");
    EXPECT_NE(text_at(made, "/Id"), "Accounts-77");
    EXPECT_EQ(text_at(made, "/SpaceId"), "Spaces-1");
    EXPECT_EQ(text_at(made, "/LastModifiedBy"), "admin");
    EXPECT_NE(text_at(made, "/Links/Self"), "/x");
    expect_refused(post(body("a", "None")), 400, "Name: ");
}

TEST_F(Accounts, answer_what_clients_of_azure_ask_for) {
    auto id = text_at(make("A", "AzureSubscription", R"("SubscriptionNumber":")" + std::string(guid) + '"'), "/Id");
    EXPECT_EQ(server.json("/api/accounts/azureenvironments"), parsed("[]"));
    for (std::string below : {"/resourceGroups", "/websites", "/storageAccounts", "/group/websites/site/slots"}) {
        EXPECT_EQ(get("accounts/" + id + below), parsed("[]")) << below;
        EXPECT_EQ(status("accounts/Accounts-99" + below), 404) << below;
    }
}

TEST_F(Accounts, give_the_public_half_of_a_key_and_nothing_more) {
    // Created with ssh-keygen for this test. It gives access to nothing.
    std::string const file = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
                             "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
                             "QyNTUxOQAAACCpeIPo+y+nueMrBr8pmzHLHbqpyxo6Pi20TqE9+XJECAAAAIirO3ohqzt6\n"
                             "IQAAAAtzc2gtZWQyNTUxOQAAACCpeIPo+y+nueMrBr8pmzHLHbqpyxo6Pi20TqE9+XJECA\n"
                             "AAAECxZTEHNSCtFh0gsVAqU6iXD3IVPMpXR+x/dIm278i716l4g+j7L6e54ysGvymbMcsd\n"
                             "uqnLGjo+LbROoT35ckQIAAAABHRlc3QB\n-----END OPENSSH PRIVATE KEY-----\n";
    auto id = text_at(
        make("Deploy", "SshKeyPair", R"("Username":"deploy","PrivateKeyFile":)" + secret(base::to_base64(file))),
        "/Id");
    auto response = server.get(space + "accounts/" + id + "/pk");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body,
              "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKl4g+j7L6e54ysGvymbMcsduqnLGjo+LbROoT35ckQI " + id + "\n");
    EXPECT_EQ(response.headers["Content-Disposition"], "attachment; filename=\"" + id + ".pub\"");
    auto odd = text_at(make("Odd", "SshKeyPair", R"("Username":"x","PrivateKeyFile":)" + secret("no key")), "/Id");
    expect_refused(server.get(space + "accounts/" + odd + "/pk"), 404, "has no public key");
    expect_refused(server.get(space + "accounts/" + login("Mail") + "/pk"), 404, "has no public key");
}

TEST_F(Accounts, tell_who_uses_them) {
    auto shop = project("Shop"), book = runbook(shop, "Restart");
    auto mail = login("Mail"), other = login("Other");
    auto library = create("libraryvariablesets", R"({"Name":"Shared"})");
    auto refer = [](std::string const& id, char const* type = "UsernamePasswordAccount") {
        return R"({"Name":"Login","Value":")" + id + R"(","Type":")" + type + R"("})";
    };
    auto usage = [&](std::string const& id) { return get("accounts/" + id + "/usages"); };
    auto none = usage(mail);
    for (auto list : {"Targets", "DeploymentProcesses", "RunbookProcesses", "ProjectVariableSets",
                      "LibraryVariableSets", "Releases", "RunbookSnapshots"})
        EXPECT_EQ(at(none, std::string("/") + list), parsed("[]")) << list;
    set_variables(shop, refer(mail));
    set_variables(library, refer(mail));
    auto steps = step("Go", "true");
    steps.insert(steps.find("\"Octopus.Action.RunOnServer\""), "\"Octopus.Action.Azure.AccountId\":\"" + mail + "\",");
    set_steps(book, step("First", "true") + "," + steps);
    auto frozen = text_at(snapshot(book, "One"), "/Id");
    set_variables(shop, refer(mail, "String"));
    set_steps(book, "");

    auto told = usage(mail);
    EXPECT_EQ(text_at(told, "/ProjectVariableSets/0/ProjectSlug"), "shop");
    EXPECT_EQ(at(told, "/ProjectVariableSets/0/IsCurrentlyBeingUsedInProject"), Json(false)) << "a text now";
    EXPECT_EQ(text_at(told, "/ProjectVariableSets/0/RunbookSnapshots/0/SnapshotName"), "One");
    EXPECT_EQ(text_at(told, "/LibraryVariableSets/0/LibraryVariableSetName"), "Shared");
    EXPECT_EQ(text_at(told, "/RunbookSnapshots/0/RunbookId"), book);
    EXPECT_EQ(text_at(told, "/RunbookSnapshots/0/Snapshots/0/SnapshotId"), frozen);
    EXPECT_EQ(at(told, "/RunbookProcesses"), parsed("[]"));
    set_steps(book, steps);
    set_variables(shop, refer(mail));
    told = usage(mail);
    EXPECT_EQ(text_at(told, "/RunbookProcesses/0/ProcessId"), "RunbookProcess-" + book);
    EXPECT_EQ(text_at(told, "/RunbookProcesses/0/Steps/0/StepName"), "Go");
    EXPECT_EQ(at(told, "/ProjectVariableSets/0/IsCurrentlyBeingUsedInProject"), Json(true));
    EXPECT_EQ(at(usage(other), "/RunbookSnapshots"), parsed("[]"));
    EXPECT_EQ(status("accounts/Accounts-99/usages"), 404);
}

TEST_F(Accounts, can_be_picked_in_a_prompt) {
    auto dev = environment("Dev"), shop = project("Shop"), book = runbook(shop, "Restart");
    login("Mail");
    login("Stock");
    set_variables(shop,
                  R"({"Id":"p","Name":"As","Value":"","Prompt":{"DisplaySettings":{"Stepwell.Kind":"Account"}}})");
    set_steps(book, step("Go", "true"));
    snapshot(book, "One", true);
    auto form = at(get("runbooks/" + book + "/runbookRuns/preview/" + dev), "/Form");
    EXPECT_EQ(text_at(form, "/Elements/0/Control/DisplaySettings/Octopus.SelectOptions"), "Mail\nStock");
    auto run = [&](std::string const& answer) {
        return server.post(space + "runbookRuns", R"({"RunbookId":")" + book + R"(","EnvironmentId":")" + dev +
                                                      R"(","FormValues":{"As":")" + answer + R"("}})");
    };
    EXPECT_EQ(run("mail").status, 201);
    expect_refused(run("Nobody"), 400, "FormValues.As: 'Nobody' is not a valid account: Mail, Stock");
}

TEST_F(Accounts, stay_in_their_space) {
    auto id = login("Mail");
    auto second = text_at(
        server.created("/api/spaces", R"({"Name":"Second","SpaceManagersTeams":["teams-administrators"]})"), "/Id");
    for (std::string below : {"", "/usages", "/pk"})
        EXPECT_EQ(server.get("/api/" + second + "/accounts/" + id + below).status, 404) << below;
    EXPECT_EQ(server.del("/api/" + second + "/accounts/" + id).status, 404);
    EXPECT_EQ(status("accounts/" + id), 200);
}

TEST_F(Accounts, are_audited_without_their_secrets) {
    auto id = login("Mail");
    auto account = get("accounts/" + id);
    account.as_object()["Username"] = "jane";
    account.as_object()["Password"] = parsed(secret("another-secret"));
    put("accounts/" + id, account);
    auto told = base::to_text(get("events?regarding=" + id));
    EXPECT_NE(told.find("jane"), std::string::npos) << told;
    EXPECT_EQ(told.find("hunter2"), std::string::npos);
    EXPECT_EQ(told.find("another-secret"), std::string::npos);
    EXPECT_EQ(audit_of(id).size(), 2u);
}

} // namespace
} // namespace stepwell::contract
