// Detection of requests that a page of another site makes a browser send.
#pragma once
#include "net/http.h"

namespace stepwell::api {

// Returns false if the browser reports that a page of another site sent the request. Returns true for requests without
// such a header, which programs send; they need credentials.
bool is_of_no_other_site(net::Request const& request);

} // namespace stepwell::api
