// Turns an action of a run into an order for a worker: variables resolved, script text expanded, secrets revealed.
// In memory only; made again after a restart, from the same pinned versions and the documents of then.
#pragma once
#include "engine/live_task.h"
#include "variables/resolve.h"

namespace stepwell::engine {

// Variables as the action sees them after `outcomes`; without action, as the run does.
variables::Resolution resolve_for(store::Store const& store, std::string const& server_uri, store::Task const& task,
                                  Subjects const& subjects, domain::PlannedAction const* action,
                                  domain::Outcomes outcomes, std::string const& error);

// Throws Error when the script cannot be made, with words for people; with a problem when it is the values of the run
// that take too much.
run::Order make_order(store::Store const& store, std::string const& server_uri, store::Task const& task,
                      Subjects const& subjects, domain::PlannedAction const& action, domain::Outcomes outcomes,
                      std::string const& error, run::Ticket const& ticket);

// Throws as make_order would for values that take too much, of a run that begins later.
void check_values(store::Store const& store, std::string const& server_uri, store::Task const& task,
                  Subjects const& subjects);

// The same as make_order for a step that may have begun already, or never. Without a ticket when it cannot be made any
// more, because what a variable refers to has gone since: then it is not begun.
run::Order make_order_again(store::Store const& store, std::string const& server_uri, store::Task const& task,
                            Subjects const& subjects, domain::PlannedAction const& action, domain::Outcomes outcomes,
                            std::string const& error, run::Ticket const& ticket);

// Key pair of a ticket, derived: the same after a restart.
base::BoxKeys box_keys_of(base::SecretKey const& key, run::Ticket const& ticket);
// As the step's order was made: from the same values. Returns true if they cannot be evaluated any more.
bool fails_on_error_output(store::Store const& store, std::string const& server_uri, store::Task const& task,
                           Subjects const& subjects, domain::PlannedAction const& action, domain::Outcomes outcomes,
                           std::string const& error);

} // namespace stepwell::engine
