#include "operations/rights_source.h"

#include "base/text.h"
#include "store/documents.h"

namespace stepwell::operations {

domain::Rights RightsByTeams::rights_of(store::Session& session, domain::User const& user) const {
    auto const administrators = store::find<domain::Team>(session, "teams-administrators");
    auto is_user = [&](base::Id<domain::User> const& member) {
        return base::equal_ignoring_case(member.value, user.id);
    };
    bool const is_member = administrators && std::ranges::any_of(administrators->members, is_user);
    return is_member ? domain::Rights::everything() : domain::Rights();
}

} // namespace stepwell::operations
