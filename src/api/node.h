// The server as a node of its installation.
#pragma once
#include <string>

namespace stepwell::api {

std::string node_name(); // host name of this machine
std::string node_id();   // OctopusServerNodes-NAME

} // namespace stepwell::api
