// Types of variables whose value is the id of a document.
#pragma once
#include "domain/resources/variable_set.h"

namespace stepwell::domain {

struct ReferringType {
    std::string_view type; // of the variable
    std::string_view noun; // of what it refers to
    std::string_view kind; // how the kind of that must begin; empty: any
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

// Null when it is no such type.
ReferringType const* find_referring_type(std::string_view type);
// Null, too, when the variable is sensitive or has no value.
ReferringType const* find_referring_type(Variable const& variable);

} // namespace stepwell::domain
