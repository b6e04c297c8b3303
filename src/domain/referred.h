// Documents that variables refer to, and the variables these give beside the one that refers.
#pragma once
#include "domain/content.h"
#include "domain/referenced.h"
#include "domain/variable_types.h"
#include "variables/resolve.h"

namespace stepwell::domain {

struct ReferredDocument {
    std::string_view noun;
    std::string id, name, kind;            // kind: the type of an account
    std::vector<std::string> environments; // where it may be used; none: everywhere
    std::vector<ReferencedProperty> properties;
};
using Referred = base::MapIgnoringCase<ReferredDocument>; // by id

// The same with nothing in the place of secrets, for what is shown or stored.
Referred closed(Referred referred);

struct Reference {
    ReferringType const* type;
    std::string name, id; // of the variable, of what it refers to
};
// Whether any variable is of a type that refers.
bool refers(SnapshotContent const& content);
// What a value refers to; nothing when it is of no such type, sensitive or empty.
std::optional<Reference> find_reference(variables::Candidate const& value);

// Why it cannot be used, in words; nothing when it can. Where the environment is not known, what is limited to some
// cannot be used.
std::optional<std::string> find_fault(Reference const& reference, Referred const& referred);
std::optional<std::string> find_fault(Reference const& reference, Referred const& referred,
                                      variables::Context const& context, std::string_view environment_name);

struct ReferenceFault {
    variables::Candidate const* value; // of the resolution
    std::string message;
};
// Of all values that count in the context.
std::vector<ReferenceFault> find_faults(variables::Resolution const& resolution, Referred const& referred,
                                        variables::Context const& context, std::string_view environment_name);

// Which values count. Each that refers to a document it may use gives that document's properties: `Login.Username`,
// literal, wherever `Login` counts. A variable that an author named so goes before them.
variables::Resolution resolve(std::vector<variables::Candidate> candidates, variables::Context context,
                              Referred const& referred);

} // namespace stepwell::domain
