#include "api/node.h"

#include "base/error.h"

#include <unistd.h>

namespace stepwell::api {

std::string node_name() {
    char name[256]{};
    if (gethostname(name, sizeof name - 1) != 0) base::fail_with_errno("gethostname");
    return name;
}

std::string node_id() { return "OctopusServerNodes-" + node_name(); }

} // namespace stepwell::api
