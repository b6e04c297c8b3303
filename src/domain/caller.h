// The user on whose behalf an operation runs, and the rights of that user. Every operation takes a Caller.
#pragma once
#include "domain/event.h"
#include "domain/rights.h"

namespace stepwell::domain {

struct Caller {
    Actor actor;
    Rights rights;
};

// Returns the server itself as a caller. It has every right.
Caller system_caller();

// Throws Error{forbidden}, which names the permission, if the caller may not use it on the subject.
void require(Caller const& caller, Permission permission, Subject const& subject);

} // namespace stepwell::domain
