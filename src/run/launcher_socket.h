// The launcher's end of its socket (run/launcher_protocol.h).
#pragma once
#include "base/files.h"
#include "run/launcher_protocol.h"

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace stepwell::run {

// Replaces any socket at `path`; only that account may connect. Throws Error.
base::Fd listen_at(std::string const& path, uid_t uid, gid_t gid);

// Accepts the next connection. Returns an empty Fd unless it comes from `uid` or root.
base::Fd accept_from(base::Fd const& listener, uid_t uid);

// A request and its descriptors.
struct Received {
    LauncherRequest request;
    std::vector<base::Fd> descriptors;
};
enum class Reception { request, nothing, end };
Reception receive(base::Fd const& socket, Received& received);

LauncherAnswer answer_of(LauncherAnswer::Kind kind, std::string_view text = {}, int number = 0);
// Returns false if the peer does not accept the answer.
bool send_answer(base::Fd const& socket, LauncherAnswer const& answer);

} // namespace stepwell::run
