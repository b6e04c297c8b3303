#include "api/origin.h"

#include "base/text.h"

namespace stepwell::api {

// Sec-Fetch-Site is set by the browser, so it does not depend on a proxy that changes Host. Browsers omit it over plain
// HTTP to another machine; then Origin is compared.
bool is_of_no_other_site(net::Request const& request) {
    auto site = base::trim(request.headers["Sec-Fetch-Site"]);
    if (!site.empty()) return site == "same-origin" || site == "none";
    auto origin = request.headers["Origin"];
    if (origin.empty()) return true;
    auto scheme = origin.find("://");
    auto host = scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
    return base::equal_ignoring_case(host, request.headers["Host"]);
}

} // namespace stepwell::api
