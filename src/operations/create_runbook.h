// A runbook is born with its process, in the same moment.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

using MakeProcess = std::function<domain::RunbookProcess(store::Session&)>;

// `make` empty: a process without steps.
Stored create_runbook(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body,
                      MakeProcess const& make = {});

} // namespace stepwell::operations
