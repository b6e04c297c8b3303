// The first start with an empty folder: creates the teams, the administrator and the default space.
#pragma once
#include "store/store.h"

namespace stepwell::operations {

struct FirstAdministrator {
    std::string username = "admin";
    std::string password; // empty: generated, and shown once
    std::string api_key;  // empty: no key is created
};
// The values to show on the terminal.
struct SetUp {
    bool done_now = false;
    std::string one_time_password; // empty unless the password was generated
};
SetUp set_up(store::Store& store, FirstAdministrator const& administrator);

} // namespace stepwell::operations
