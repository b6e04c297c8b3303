#include "operations/rules.h"

#include "base/error.h"
#include "domain/nouns.h"
#include "operations/create_project.h"
#include "operations/create_runbook.h"
#include "operations/create_space.h"
#include "operations/library_sets.h"
#include "operations/save_certificate.h"
#include "operations/save_channel.h"
#include "operations/save_process.h"
#include "operations/save_snapshot.h"
#include "operations/save_variables.h"
#include "operations/users.h"

namespace stepwell::operations {

using namespace domain;

namespace {

template <class T> void keep_default(ChangeContext const&, Stored const& stored, Change&) {
    bool const is_pool = std::is_same_v<T, WorkerPool>;
    if (store::parse<T>(stored).is_default)
        base::reject("", std::string("The default ") + (is_pool ? "worker pool" : "machine policy") +
                             " cannot be deleted.");
}

struct RulesOf {
    Noun const& noun;
    Rules rules;
};

std::span<RulesOf const> all_rules() {
    static RulesOf const all[] = {
        {noun_of<Space>(), {settle_space, check_space_deletion}},
        {noun_of<User>(), {nullptr, check_user_deletion}},
        {noun_of<Project>(), {settle_project, nullptr}},
        {noun_of<Channel>(), {settle_channel, check_channel_deletion}},
        {noun_of<DeploymentProcess>(), {settle_process, nullptr}},
        {noun_of<Runbook>(), {settle_runbook, nullptr}},
        {noun_of<RunbookProcess>(), {settle_runbook_process, nullptr}},
        {noun_of<RunbookSnapshot>(), {settle_snapshot, check_snapshot_deletion}},
        {noun_of<VariableSet>(), {settle_variables, nullptr}},
        {noun_of<LibraryVariableSet>(), {settle_library_set, nullptr}},
        {noun_of<Certificate>(), {settle_certificate, check_certificate_deletion}},
        {noun_of<WorkerPool>(), {nullptr, keep_default<WorkerPool>}},
        {noun_of<MachinePolicy>(), {nullptr, keep_default<MachinePolicy>}},
    };
    return all;
}

} // namespace

Rules const& rules_of(Noun const& noun) {
    static Rules const none;
    for (auto const& each : all_rules())
        if (&each.noun == &noun) return each.rules;
    return none;
}

} // namespace stepwell::operations
