#include "domain/resources/account.h"

#include "base/id.h"
#include "domain/resources/environment.h"

namespace stepwell::domain {

namespace {

void check_guid(Reading& reading, Place const& place, std::string_view member, std::string const& value) {
    if (!value.empty() && !base::is_uuid(value)) reading.wrong(Place{&place, member}, "must be a GUID");
}

// The names are those that scripts for Octopus use.
class Properties {
public:
    explicit Properties(RevealAt const& reveal) : reveal_(reveal) {}
    std::vector<ReferencedProperty> all;

    void operator()(auto const&) {} // variables cannot refer to this type
    void operator()(GoogleCloudAccount const& of) { add("JsonKey", of.json_key); }
    void operator()(GenericOidcAccount const& of) { add("Audience", of.audience); }
    void operator()(UsernamePasswordAccount const& of) {
        add("Username", of.username);
        add("Password", of.password);
    }
    void operator()(AwsAccount const& of) {
        add("AccessKey", of.access_key);
        add("SecretKey", of.secret_key);
        add("Region", of.region);
    }
    void operator()(AwsOidcAccount const& of) {
        add("RoleArn", of.role_arn);
        add("SessionDuration", of.session_duration);
        add("Region", of.region);
        add("Audience", of.audience);
    }
    void operator()(AzureServicePrincipal const& of) {
        add_identity(of);
        add("Password", of.password);
    }
    void operator()(AzureOidcAccount const& of) {
        add_identity(of);
        add("Audience", of.audience);
    }
    void operator()(AzureSubscription const& of) {
        add("SubscriptionNumber", of.subscription);
        add("CertificateBytes", of.certificate);
        add("CertificateThumbprint", of.thumbprint);
        add("AzureEnvironment", of.environment);
        add("ServiceManagementEndpointBaseUri", of.management_uri);
        add("ServiceManagementEndpointSuffix", of.storage_suffix);
    }

private:
    void add_identity(AzureIdentity const& of) {
        add("SubscriptionNumber", of.subscription);
        add("Client", of.client);
        add("TenantId", of.tenant);
        add("AzureEnvironment", of.environment);
        add("ActiveDirectoryEndpointBaseUri", of.sign_in_uri);
        add("ResourceManagementEndpointBaseUri", of.management_uri);
    }
    void add(char const* name, std::string const& text) { all.push_back({name, text, false}); }
    void add(char const* name, std::optional<std::string> const& text) {
        if (text && !text->empty()) add(name, *text);
    }
    void add(char const* name, Secret const& secret) { // stored at the path of the same name
        if (secret.has_value) all.push_back({name, reveal_(name), true});
    }

    RevealAt const& reveal_;
};

} // namespace

void AzureIdentity::check(Reading& reading, Place const& place) const {
    check_guid(reading, place, "SubscriptionNumber", subscription);
    check_guid(reading, place, "ClientId", client);
    check_guid(reading, place, "TenantId", tenant);
}

void AzureSubscription::check(Reading& reading, Place const& place) const {
    check_guid(reading, place, "SubscriptionNumber", subscription);
}

std::vector<ReferencedProperty> properties_of(Account const& account, RevealAt const& reveal) {
    Properties properties(reveal);
    std::visit(properties, account.details.value);
    return std::move(properties.all);
}

} // namespace stepwell::domain
