// The shim: the supervisor of one attempt, a program that needs no other process once it has started.
//
//   stepwell-shim <ticket> <runtime folder or -> [<uid> <gid> <shim uid> <shim gid> <exclusive 0|1>
//                 [<shared folder> <folder above the private one>]...]
//
// It is started with the descriptors of run/shim_control.h and with the environment of the script. The launcher passes
// the five numbers and starts it as root. As root, it executes only a few system calls: it gives the script its private
// folders and namespaces, and changes to the shim's account with the capabilities to start the script. Then it keeps
// only CAP_KILL.
// Part of a program without exceptions. Does not allocate memory that grows.
#pragma once

namespace stepwell::run {

// Returns the exit code: 0 if it wrote a result. Otherwise it had no effect that matters to the server.
int run_shim(int argc, char** argv);

} // namespace stepwell::run
