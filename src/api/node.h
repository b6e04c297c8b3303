// The server as a node of its own installation.
#pragma once
#include <string>

namespace stepwell::api {

std::string node_name(); // of this machine
std::string node_id();   // OctopusServerNodes-NAME

} // namespace stepwell::api
