#pragma once
#include "domain/referenced.h"
#include "domain/resources/connectivity_policy.h"
#include "domain/resources/missing.h"

namespace stepwell::domain {

struct Environment;

// The members that are specific to each type of account.
struct NoAccount {
    static constexpr std::string_view type_name = "NoAccount", kind = "None";
    static void describe(auto&) {}
};

struct UsernamePasswordAccount {
    std::string username;
    Secret password;

    static constexpr std::string_view type_name = "UsernamePasswordAccount", kind = "UsernamePassword";
    static void describe(auto& field) {
        field("Username", &UsernamePasswordAccount::username, plain, "Username to sign in with.");
        field("Password", &UsernamePasswordAccount::password, plain, "Password to sign in with.");
    }
};

struct SshKeyPairAccount {
    std::string username;
    Secret private_key, passphrase;

    static constexpr std::string_view type_name = "SshKeyPairAccount", kind = "SshKeyPair";
    static void describe(auto& field) {
        field("Username", &SshKeyPairAccount::username, required | like("deploy"), "Username to sign in with.");
        field("PrivateKeyFile", &SshKeyPairAccount::private_key, required, "Private key file, in base64.");
        field("PrivateKeyPassphrase", &SshKeyPairAccount::passphrase, plain, "Passphrase of the private key file.");
    }
};

struct TokenAccount {
    Secret token;

    static constexpr std::string_view type_name = "TokenAccount", kind = "Token";
    static void describe(auto& field) { field("Token", &TokenAccount::token, required, "Token."); }
};

struct AwsAccount {
    std::string access_key;
    Secret secret_key;
    std::optional<std::string> region;

    static constexpr std::string_view type_name = "AmazonWebServicesAccount", kind = "AmazonWebServicesAccount";
    static void describe(auto& field) {
        field("AccessKey", &AwsAccount::access_key, required, "Id of the access key.");
        field("SecretKey", &AwsAccount::secret_key, required, "Secret access key.");
        field("Region", &AwsAccount::region, plain, "Default region.");
    }
};

// An account without a secret: for each run the server issues a token whose subject consists of these keys.
struct SubjectKeys {
    std::string audience;
    std::vector<std::string> of_deployment, of_health_check, of_account_test;

    static void describe_common(auto& field) {
        field("Audience", &SubjectKeys::audience, plain, "Audience of the token.");
        field("DeploymentSubjectKeys", &SubjectKeys::of_deployment, plain, "Parts of the token's subject in runs.");
        field("HealthCheckSubjectKeys", &SubjectKeys::of_health_check, plain,
              "Parts of the token's subject in health checks.");
        field("AccountTestSubjectKeys", &SubjectKeys::of_account_test, plain,
              "Parts of the token's subject in tests of the account.");
    }
};

struct AwsOidcAccount : SubjectKeys {
    AwsOidcAccount() { audience = "sts.amazonaws.com"; }

    std::string role_arn;
    std::optional<std::string> session_duration, region;
    Bag<std::string> custom_claims;

    static constexpr std::string_view type_name = "AmazonWebServicesOidcAccount", kind = "AmazonWebServicesOidcAccount";
    static void describe(auto& field) {
        field("RoleArn", &AwsOidcAccount::role_arn, required, "Role to assume.");
        field("SessionDuration", &AwsOidcAccount::session_duration, plain, "Duration of the session, in seconds.");
        field("Region", &AwsOidcAccount::region, plain, "Default region.");
        field("CustomClaims", &AwsOidcAccount::custom_claims, plain, "Additional claims of the token.");
    }
};

// The identity of an Azure account. Subscription, client and tenant must be GUIDs; clients accept no other format.
struct AzureIdentity {
    std::string subscription, client, tenant;
    std::optional<std::string> environment, sign_in_uri, management_uri;

    static void describe_common(auto& field) {
        constexpr auto guid = required | some_uuid;
        field("SubscriptionNumber", &AzureIdentity::subscription, guid, "GUID of the subscription.");
        field("ClientId", &AzureIdentity::client, guid, "GUID of the application.");
        field("TenantId", &AzureIdentity::tenant, guid, "GUID of the directory.");
        field("AzureEnvironment", &AzureIdentity::environment, plain,
              "Azure cloud, such as AzureCloud or AzureChinaCloud.");
        field("ActiveDirectoryEndpointBaseUri", &AzureIdentity::sign_in_uri, plain, "URL of the sign-in endpoint.");
        field("ResourceManagementEndpointBaseUri", &AzureIdentity::management_uri, plain,
              "URL of the resource management endpoint.");
    }
    void check(Reading& reading, Place const& place) const;
};

struct AzureServicePrincipal : AzureIdentity {
    Secret password;

    static constexpr std::string_view type_name = "AzureServicePrincipalAccount", kind = "AzureServicePrincipal";
    static void describe(auto& field) {
        field("Password", &AzureServicePrincipal::password, required, "Client secret of the application.");
    }
};

struct AzureOidcAccount : AzureIdentity, SubjectKeys {
    AzureOidcAccount() { audience = "api://AzureADTokenExchange"; }

    static constexpr std::string_view type_name = "AzureOidcAccount", kind = "AzureOidc";
    static void describe_common(auto& field) {
        AzureIdentity::describe_common(field);
        SubjectKeys::describe_common(field);
    }
    static void describe(auto&) {}
};

struct AzureSubscription {
    std::string subscription, thumbprint;
    Secret certificate;
    std::optional<std::string> environment, management_uri, storage_suffix;

    static constexpr std::string_view type_name = "AzureSubscriptionAccount", kind = "AzureSubscription";
    static void describe(auto& field) {
        field("SubscriptionNumber", &AzureSubscription::subscription, required | some_uuid,
              "GUID of the subscription.");
        field("CertificateBytes", &AzureSubscription::certificate, plain, "Management certificate, in base64.");
        field("CertificateThumbprint", &AzureSubscription::thumbprint, plain,
              "Thumbprint of the management certificate.");
        field("AzureEnvironment", &AzureSubscription::environment, plain,
              "Azure cloud, such as AzureCloud or AzureChinaCloud.");
        field("ServiceManagementEndpointBaseUri", &AzureSubscription::management_uri, plain,
              "URL of the service management endpoint.");
        field("ServiceManagementEndpointSuffix", &AzureSubscription::storage_suffix, plain,
              "Domain suffix of the storage endpoint.");
    }
    void check(Reading& reading, Place const& place) const;
};

struct GoogleCloudAccount {
    Secret json_key;

    static constexpr std::string_view type_name = "GoogleCloudAccount", kind = "GoogleCloudAccount";
    static void describe(auto& field) {
        field("JsonKey", &GoogleCloudAccount::json_key, required, "JSON key file, in base64.");
    }
};

struct GenericOidcAccount : SubjectKeys {
    GenericOidcAccount() { audience = "api://default"; }

    static constexpr std::string_view type_name = "GenericOidcAccount", kind = "GenericOidcAccount";
    static void describe(auto&) {}
};

struct ByAccountType {
    static constexpr std::string_view member = "AccountType";
    static constexpr Unknown unknown = Unknown::reject;
};
using AccountDetails = FlatOneOf<ByAccountType, UsernamePasswordAccount, SshKeyPairAccount, TokenAccount, AwsAccount,
                                 AwsOidcAccount, AzureServicePrincipal, AzureSubscription, AzureOidcAccount,
                                 GoogleCloudAccount, GenericOidcAccount, NoAccount>;

// Credentials that scripts and targets sign in with. Variables refer to an account by its id.
struct Account : SpaceDocument {
    std::string name, slug, description;
    AccountDetails details;
    std::vector<Id<Environment>> environments;
    TenantedMode tenanted_mode = TenantedMode::untenanted;
    std::vector<Id<Tenant>> tenants;
    std::vector<std::string> tenant_tags;

    static constexpr std::string_view type_name = "Account", route = "accounts", prefix = "Accounts";
    static constexpr std::string_view query = "skip,take,ids,partialName,accountType";
    static constexpr Access access{Permission::account_view, Permission::account_create, Permission::account_edit,
                                   Permission::account_delete};
    static constexpr Link links[] = {{"Usages", "/api/$SpaceId/accounts/$Id/usages"}};

    static void describe(auto& field) {
        field("Name", &Account::name, required | unique | at_most(200) | like("Mail server"), "Name.");
        field("Slug", &Account::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Account::description, plain, "Description, in Markdown.");
        field("AccountType", &Account::details, indexed, "Type of account; determines the other members.");
        field("EnvironmentIds", &Account::environments, plain, "Environments that may use it; empty: all.");
        field("TenantedDeploymentParticipation", &Account::tenanted_mode, without_effect,
              "Untenanted, TenantedOrUntenanted or Tenanted.");
        field("TenantIds", &Account::tenants, loose, "Must be empty: tenants are not supported yet.");
        field("TenantTags", &Account::tenant_tags, without_effect, "Tags of tenants that may use it.");
    }
};

// Returns the properties of an account that scripts see in addition to its id. Members that are not set define no
// property.
std::vector<ReferencedProperty> properties_of(Account const& account, RevealAt const& reveal);

} // namespace stepwell::domain
