// The supervisor of one attempt: a program of its own that needs nobody once it has started.
//
//   stepwell-shim <ticket> <runtime folder or -> [<uid> <gid> <shim uid> <shim gid> <exclusive 0|1>
//                 [<shared folder> <folder above the private one>]...]
//
// It is started with the descriptors of run/shim_control.h and with the environment that the script is to have. The
// five numbers come from the launcher: then it runs as root for the time of a few system calls, in which it gives the
// script its private folders and namespaces, becomes the shim's account with what it takes to start the script, and
// keeps CAP_KILL alone when that is done.
// Part of a program without exceptions; allocates nothing that grows.
#pragma once

namespace stepwell::run {

// Returns the exit code: 0 when it wrote a result. Otherwise it did nothing that would have to be known.
int run_shim(int argc, char** argv);

} // namespace stepwell::run
