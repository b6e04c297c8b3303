// What a task of the store is of, read back; and what was recorded of its steps, in the words of the state machine.
#pragma once
#include "engine/live_task.h"
#include "store/documents.h"

namespace stepwell::engine {

Subjects load_subjects(store::Store const& store, store::Session& session, store::Task const& task);
domain::Bag<std::string> secret_answers_of(store::Store const& store, store::Session& session,
                                           domain::RunbookRun const& run);
domain::TaskState state_of(store::Task const& task);
domain::RecordedAttempt recorded_of(store::Store const& store, store::Attempt const& attempt);

} // namespace stepwell::engine
