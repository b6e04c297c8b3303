// The list of all resources. To add a resource, include its header here and add it to `Nouns`.
#pragma once
#include "domain/resources/account.h"
#include "domain/resources/certificate.h"
#include "domain/resources/channel.h"
#include "domain/resources/environment.h"
#include "domain/resources/feed.h"
#include "domain/resources/library_variable_set.h"
#include "domain/resources/lifecycle.h"
#include "domain/resources/machine_policy.h"
#include "domain/resources/process.h"
#include "domain/resources/project.h"
#include "domain/resources/project_group.h"
#include "domain/resources/proxy.h"
#include "domain/resources/runbook.h"
#include "domain/resources/runbook_run.h"
#include "domain/resources/runbook_snapshot.h"
#include "domain/resources/space.h"
#include "domain/resources/team.h"
#include "domain/resources/user.h"
#include "domain/resources/variable_set.h"
#include "domain/resources/worker_pool.h"

#include <tuple>

namespace stepwell::domain {

using Nouns = std::tuple<Space, User, Team, Environment, Lifecycle, ProjectGroup, Project, Channel, DeploymentProcess,
                         LibraryVariableSet, VariableSet, Runbook, RunbookProcess, RunbookSnapshot, RunbookRun,
                         WorkerPool, MachinePolicy, Feed, Proxy, Account, Certificate>;

std::span<Noun const* const> all_nouns();
// Finds a noun by the part of an id in front of its number. Returns null if there is none.
Noun const* find_noun_of_id(std::string_view id);
Noun const* find_noun_of_route(std::string_view route);

} // namespace stepwell::domain
