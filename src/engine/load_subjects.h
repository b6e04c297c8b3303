// Reads back the documents of a stored task, and its recorded attempts as the state machine takes them.
#pragma once
#include "engine/live_task.h"
#include "store/documents.h"

namespace stepwell::engine {

Subjects load_subjects(store::Store const& store, store::Session& session, store::Task const& task);
domain::Bag<std::string> secret_answers_of(store::Store const& store, store::Session& session,
                                           domain::RunbookRun const& run);
domain::RecordedAttempt recorded_of(store::Store const& store, store::Attempt const& attempt);

} // namespace stepwell::engine
