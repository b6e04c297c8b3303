// What a caller may see of what is stored, by its description: where a document belongs, and which part of a list is
// visible. Adds no condition and reads nothing for a caller who may see all.
#pragma once
#include "domain/rights.h"
#include "store/documents.h"
#include "store/events.h"
#include "store/runs.h"

namespace stepwell::operations {

// Where a document belongs, by its members that place it. The group of its project is left out: see allows().
domain::Subject subject_of(domain::Noun const& noun, store::Stored const& stored);
domain::Subject subject_of(store::Task const& task);
// Takes over where `other` belongs, as far as it is known.
void place(domain::Subject& subject, domain::Subject const& other);

// Rights::allows and Rights::allows_within. Reads the group of the project if that may decide.
bool allows(store::Session& session, domain::Rights const& rights, domain::Permission permission,
            domain::Subject const& subject);
bool allows_within(store::Session& session, domain::Rights const& rights, domain::Permission permission,
                   domain::Subject const& subject);

// Whether the document may be seen. A space may be seen by all who have a right in it, a user by themselves.
bool is_visible(store::Session& session, domain::Rights const& rights, domain::Noun const& noun,
                store::Stored const& stored);
bool is_visible_space(domain::Rights const& rights, domain::Space const& space);

// Leave in a list what the permission may be used on.
void narrow(store::Session& session, domain::Rights const& rights, domain::Permission permission,
            domain::Noun const& noun, store::ListQuery& query);
void narrow(store::Session& session, domain::Rights const& rights, store::TaskQuery& query);
void narrow(store::Session& session, domain::Rights const& rights, store::EventQuery& query);

} // namespace stepwell::operations
