// On whose behalf an operation runs, and what they may do. Every operation takes one.
#pragma once
#include "domain/event.h"
#include "domain/rights.h"

namespace stepwell::domain {

struct Caller {
    Actor actor;
    Rights rights;
};

// The server itself, which may do everything.
Caller system_caller();

// Throws Error{forbidden} that names the permission unless the caller may use it on the subject.
void require(Caller const& caller, Permission permission, Subject const& subject);

} // namespace stepwell::domain
