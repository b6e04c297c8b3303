// Visibility of stored documents for a caller: the location of a document, and the visible part of a list. Adds no
// condition and reads nothing if the caller may see everything.
#pragma once
#include "domain/rights.h"
#include "store/documents.h"
#include "store/events.h"
#include "store/runs.h"

namespace stepwell::operations {

// Returns the location of a document, from the members that place it. Omits the group of its project; see allows().
domain::Subject subject_of(domain::Noun const& noun, store::Stored const& stored);
domain::Subject subject_of(store::Task const& task);
// Copies the ids of `other` that are not empty, except the space.
void place(domain::Subject& subject, domain::Subject const& other);

// Like Rights::allows and Rights::allows_within. Reads the group of the project if the result depends on it.
bool allows(store::Session& session, domain::Rights const& rights, domain::Permission permission,
            domain::Subject const& subject);
bool allows_within(store::Session& session, domain::Rights const& rights, domain::Permission permission,
                   domain::Subject const& subject);

// Returns true if the caller may see the document. A space is visible if it is not private, if the caller has a right
// in it, or if the caller may view all spaces.
bool is_visible(store::Session& session, domain::Rights const& rights, domain::Noun const& noun,
                store::Stored const& stored);
bool is_visible_space(domain::Rights const& rights, domain::Space const& space);

// Limits a list to the documents on which the permission may be used.
void narrow(store::Session& session, domain::Rights const& rights, domain::Permission permission,
            domain::Noun const& noun, store::ListQuery& query);
void narrow(store::Session& session, domain::Rights const& rights, store::TaskQuery& query);
void narrow(store::Session& session, domain::Rights const& rights, store::EventQuery& query);

} // namespace stepwell::operations
