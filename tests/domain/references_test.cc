// Every member that names documents is a reference, which is checked when a client sets it.
#include "domain/nouns.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace stepwell::domain {
namespace {

struct Exception {
    std::string_view member, reason;
};
constexpr Exception exceptions[] = {
    {"AzureServicePrincipalAccount.ClientId", "a GUID of Azure"},
    {"AzureServicePrincipalAccount.TenantId", "a GUID of Azure"},
    {"AzureOidcAccount.ClientId", "a GUID of Azure"},
    {"AzureOidcAccount.TenantId", "a GUID of Azure"},
    {"PackageReference.PackageId", "the name of a package in its feed"},
    {"PackageReference.FeedId", "may be an expression; an action with packages does not run yet"},
    {"PackageReference.StepPackageInputsReferenceId", "a part of Inputs, which is stored unchanged"},
    {"Container.FeedId", "may be an expression; an action with a container does not run yet"},
    {"VersioningStrategy.DonorPackageStepId", "a step of the deployment process"},
    {"ReleaseCreationStrategy.ReleaseCreationPackageStepId", "a step of the deployment process"},
    {"RunbookRun.TenantId", "checked at the start of the run"},
    {"RunbookRun.SpecificMachineIds", "checked at the start of the run"},
    {"RunbookRun.ExcludedMachineIds", "checked at the start of the run"},
    {"RunbookRun.SpecificTargetTagIds", "checked at the start of the run"},
    {"RunbookRun.ExcludedTargetTagIds", "checked at the start of the run"},
};

class Counter final : public schema::Walker {
public:
    void reference(std::string_view, std::string const&, std::string const&) override { ++count; }
    void secret(schema::Secret&, std::string const&) override {}

    int count = 0;
};

// Returns true if an id in the member is reported as a reference.
bool is_checked(schema::Type const& type, schema::Field const& field) {
    auto const object = type.make();
    base::Problems problems;
    Reading reading{schema::Origin::store, problems};
    base::Json const id("Things-99"), list(boost::json::array{"Things-99"});
    field.codec->read(field.name.ends_with("s") ? list : id, field.in(object.get()), reading, {});
    Counter counter;
    if (field.codec->walk) field.codec->walk(field.in(object.get()), "", counter);
    return counter.count > 0;
}

void find_unchecked(schema::Type const& type, std::set<std::string_view>& seen, std::set<std::string>& unchecked) {
    if (!seen.insert(type.name).second) return;
    for (auto const& field : type.fields) {
        if (field.flags.has(computed)) continue;
        bool const is_id = field.name != "Id" && (field.name.ends_with("Id") || field.name.ends_with("Ids"));
        if (is_id && !is_checked(type, field)) unchecked.insert(std::string(type.name) + '.' + std::string(field.name));
        for (auto inner : field.codec->inner()) find_unchecked(*inner, seen, unchecked);
    }
}

} // namespace

TEST(References, are_all_members_that_name_documents) {
    std::set<std::string_view> seen;
    std::set<std::string> unchecked, expected;
    for (auto noun : all_nouns()) find_unchecked(*noun->type, seen, unchecked);
    for (auto const& each : exceptions) expected.insert(std::string(each.member));
    EXPECT_EQ(unchecked, expected);
}

} // namespace stepwell::domain
