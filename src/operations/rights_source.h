// The source of the rights of users.
#pragma once
#include "domain/nouns.h"
#include "domain/rights.h"
#include "store/store.h"

namespace stepwell::operations {

// Called for each request. Thread-safe.
class RightsSource {
public:
    virtual ~RightsSource() = default;
    virtual domain::Rights rights_of(store::Session& session, domain::User const& user) const = 0;
};

// Members of the team teams-administrators have all rights; all other users have no rights.
class RightsByTeams final : public RightsSource {
public:
    domain::Rights rights_of(store::Session& session, domain::User const& user) const override;
};

} // namespace stepwell::operations
