// Types of variables whose value is the id of a document.
#pragma once
#include "domain/resources/variable_set.h"

namespace stepwell::domain {

struct ReferringType {
    std::string_view type; // type of the variable
    std::string_view noun; // noun of the document
    std::string_view kind; // the kind of the document must start with this; empty means any
};
constexpr ReferringType referring_types[] = {
    {"AmazonWebServicesAccount", "Account", "AmazonWebServices"},
    {"AzureAccount", "Account", "Azure"},
    {"GoogleCloudAccount", "Account", "GoogleCloud"},
    {"UsernamePasswordAccount", "Account", "UsernamePassword"},
    {"GenericOidcAccount", "Account", "GenericOidc"},
    {"Certificate", "Certificate", ""},
    {"WorkerPool", "WorkerPool", ""},
};

// All types of variables.
constexpr std::string_view variable_types[] = {
    "String",       "Sensitive",          "Certificate",              "AmazonWebServicesAccount",
    "AzureAccount", "GoogleCloudAccount", "UsernamePasswordAccount", "GenericOidcAccount",
    "WorkerPool",
};
// Returns the name of the type as listed above, ignoring case; nullopt if there is none.
std::optional<std::string_view> find_variable_type(std::string_view type);
// Returns null if the type does not refer to a document.
ReferringType const* find_referring_type(std::string_view type);
// Returns null also if the variable is sensitive or has no value.
ReferringType const* find_referring_type(Variable const& variable);

} // namespace stepwell::domain
