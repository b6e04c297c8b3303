// The first start on an empty folder: teams, the administrator, the default space.
#pragma once
#include "store/store.h"

namespace stepwell::operations {

struct FirstAdministrator {
    std::string username = "admin";
    std::string password; // empty: made up and told once
    std::string api_key;  // empty: none
};
// What must be told the person at the terminal.
struct SetUp {
    bool done_now = false;
    std::string one_time_password; // set when it was made up
};
SetUp set_up(store::Store& store, FirstAdministrator const& administrator);

} // namespace stepwell::operations
