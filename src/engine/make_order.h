// Turns an action of a run into an order for a worker: variables resolved, script text expanded, secrets revealed.
// Orders are in memory only. After a restart they are made again from the same pinned versions, and from the current
// documents that variables refer to.
#pragma once
#include "engine/run_context.h"

namespace stepwell::engine {

// Throws Error, with a sentence for people, if the script cannot be made; with a problem if the values of the run take
// too much.
run::Order make_order(ActionContext const& context, run::Ticket const& ticket);

// Throws as make_order would for values that take too much, of a run that begins later.
void check_values(RunContext const& context);

// Rebuilds the order of a step that may have started before a restart. Returns an order with an empty ticket if it
// cannot be rebuilt, for example because a referenced document was deleted; the step is then not started.
run::Order make_order_again(ActionContext const& context, run::Ticket const& ticket);

// Returns the key pair of a ticket. It is derived, and so the same after a restart.
base::BoxKeys box_keys_of(base::SecretKey const& key, run::Ticket const& ticket);
// Returns true if output on standard error fails the action. Evaluates the same values as make_order. Returns true if
// they cannot be evaluated any more.
bool fails_on_error_output(ActionContext const& context);

} // namespace stepwell::engine
