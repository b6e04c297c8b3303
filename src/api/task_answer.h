// Tasks as answers: documents put together from rows, activity trees, and logs that are streamed.
#pragma once
#include "api/call.h"
#include "operations/read_activity.h"

namespace stepwell::api {

std::string task_json(House const& house, store::Task const& task);
std::string details_json(House const& house, store::Task const& task, operations::Activity const& root);

// The log of all steps as text, one line a line: `HH:MM:SS   Category | message`.
std::shared_ptr<net::Source> raw_log(House const& house, store::Task const& task);
std::shared_ptr<net::Source> output_bytes(House const& house, store::Attempt const& attempt);

} // namespace stepwell::api
