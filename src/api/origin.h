// Pages of other sites, which can make a browser send requests here.
#pragma once
#include "net/http.h"

namespace stepwell::api {

// False when the browser says that a page of another site sends this. Programs say nothing: what counts for them is
// what they know.
bool is_of_no_other_site(net::Request const& request);

} // namespace stepwell::api
