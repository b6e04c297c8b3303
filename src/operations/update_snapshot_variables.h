#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

struct NamedVariable {
    std::string name, owner;

    static constexpr std::string_view type_name = "NamedVariable";
    static void describe(auto& field) {
        field("Name", &NamedVariable::name, schema::required | schema::like("Host"), "Name of the variable.");
        field("OwnerId", &NamedVariable::owner, schema::plain,
              "Project or library variable set of the variable; empty: any.");
    }
};

// Freezes the variables of a snapshot again, all of them or only those with certain names. Its steps are unchanged. The
// snapshot refers to new content; the old content is kept for the runs that used it. The audit event lists the changes.
Stored update_snapshot_variables(Store& store, Caller const& caller, std::string const& space_id,
                                 std::string_view snapshot_id,
                                 std::optional<std::vector<NamedVariable>> const& only = {});

} // namespace stepwell::operations
