// Tasks as answers: documents built from rows, activity trees, and logs as streams.
#pragma once
#include "api/call.h"
#include "operations/read_activity.h"

namespace stepwell::api {

std::string task_json(House const& house, store::Task const& task);
std::string details_json(House const& house, store::Task const& task, operations::Activity const& root);

// Returns the path of all bytes that an attempt printed; the path of the whole log if `attempt` is 0.
std::string output_path(std::string const& task_id, std::int64_t attempt);
// Returns the text that marks the missing part of a line.
std::string cut_mark(std::string const& path);

// The log of all steps as text, one line for each line of output: `HH:MM:SS   Category |   message`.
std::shared_ptr<net::Source> raw_log(House const& house, store::Task const& task);
std::shared_ptr<net::Source> output_bytes(House const& house, store::Attempt const& attempt);

} // namespace stepwell::api
