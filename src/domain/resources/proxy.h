#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// A proxy through which the server connects to machines that it cannot reach directly.
struct Proxy : SpaceDocument {
    std::string name, host, proxy_type = "HTTP";
    std::int64_t port = 80;
    std::optional<std::string> username;
    Secret password;

    static constexpr std::string_view type_name = "Proxy", route = "proxies", prefix = "Proxies";
    static constexpr Access access{Permission::proxy_view, Permission::proxy_create, Permission::proxy_edit,
                                   Permission::proxy_delete};

    static void describe(auto& field) {
        field("Name", &Proxy::name, required | unique | at_most(200) | like("DMZ"), "Name.");
        field("Host", &Proxy::host, required | like("proxy.example.org"), "Host name or IP address.");
        field("Port", &Proxy::port, plain, "TCP port.");
        field("Username", &Proxy::username, plain, "Username to sign in with.");
        field("Password", &Proxy::password, plain, "Password to sign in with.");
        field("ProxyType", &Proxy::proxy_type, plain, "Type of proxy: HTTP.");
    }
    void check(Reading& reading, Place const& place) const {
        if (proxy_type != "HTTP") reading.wrong(Place{&place, "ProxyType"}, "must be HTTP");
        if (port < 1 || port > 65535) reading.wrong(Place{&place, "Port"}, "must be between 1 and 65535");
    }
};

} // namespace stepwell::domain
