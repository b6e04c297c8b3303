// Documents that variables refer to, and the additional variables that they define.
#pragma once
#include "domain/content.h"
#include "domain/referenced.h"
#include "domain/variable_types.h"
#include "variables/resolve.h"

namespace stepwell::domain {

struct ReferredDocument {
    std::string_view noun;
    std::string id, name, kind;            // `kind` is the type of an account
    std::vector<std::string> environments; // where it may be used; empty means everywhere
    std::vector<ReferencedProperty> properties;
};
using Referred = base::MapIgnoringCase<ReferredDocument>; // by id

// Returns a copy in which all secrets are empty, for values that are shown or stored.
Referred closed(Referred referred);

struct Reference {
    ReferringType const* type;
    std::string name, id; // of the variable; of the document
};
// Returns true if any variable is of a type that refers to a document.
bool refers(SnapshotContent const& content);
// Returns the reference that a value is. Returns nullopt if the value is sensitive or empty, or if its type does not
// refer to a document.
std::optional<Reference> find_reference(variables::Candidate const& value);

// Returns why the document cannot be used, as a sentence; nullopt if it can. If the context has no environment, a
// document that is limited to some environments cannot be used.
std::optional<std::string> find_fault(Reference const& reference, Referred const& referred);
std::optional<std::string> find_fault(Reference const& reference, Referred const& referred,
                                      variables::Context const& context, std::string_view environment_name);

struct ReferenceFault {
    variables::Candidate const* value; // in the resolution
    std::string message;
};
// Returns the faults of all winning values of the resolution.
std::vector<ReferenceFault> find_faults(variables::Resolution const& resolution, Referred const& referred,
                                        variables::Context const& context, std::string_view environment_name);

// Returns the winning values. Each value that refers to a usable document adds the properties of that document, such as
// `Login.Username`. They are literal and have the scope of the variable that refers. A variable of the same name that
// an author defined takes precedence.
variables::Resolution resolve(std::vector<variables::Candidate> candidates, variables::Context context,
                              Referred const& referred);

} // namespace stepwell::domain
