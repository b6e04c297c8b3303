// Parts of URIs, named and formatted as by System.Uri.
#include "base/text.h"
#include "variables/dotnet/number.h"
#include "variables/filters/filter.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

namespace {

bool is_letter(char c) { return base::lower(c) >= 'a' && base::lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Uri {
    std::string scheme, user, host, path, query, fragment;
    int port = -1;
    bool has_authority = false;
};

int default_port(std::string_view scheme) {
    constexpr std::pair<std::string_view, int> ports[] = {
        {"http", 80},  {"https", 443}, {"ws", 80},    {"wss", 443},   {"ftp", 21},      {"gopher", 70},
        {"nntp", 119}, {"telnet", 23}, {"ldap", 389}, {"mailto", 25}, {"net.tcp", 808},
    };
    for (auto [name, port] : ports)
        if (name == scheme) return port;
    return -1;
}

// Percent-encodes characters that are invalid in a URI.
std::string escaped(std::string_view text) {
    std::string out;
    for (auto c : text) {
        bool allowed = (is_letter(c) || is_digit(c) ||
                        std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos);
        if (allowed)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

// Removes "." and ".." segments.
std::string straightened(std::string_view path) {
    std::vector<std::string_view> kept;
    auto pieces = base::split(path.substr(1), '/');
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        bool last = i + 1 == pieces.size();
        if (pieces[i] == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (pieces[i] != ".") {
            kept.push_back(pieces[i]);
            continue;
        }
        if (last) kept.emplace_back();
    }
    std::string out;
    for (auto piece : kept) out.append("/").append(piece);
    return out.empty() ? "/" : out;
}

bool read_authority(std::string_view authority, Uri& uri) {
    if (auto at = authority.rfind('@'); at != std::string_view::npos) {
        uri.user = escaped(authority.substr(0, at));
        authority.remove_prefix(at + 1);
    }
    auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return false;
    if (auto colon = authority.find(':', bracket); colon != std::string_view::npos) {
        auto digits = authority.substr(colon + 1);
        auto port = dotnet::parse_integer(digits, 0, 65535);
        if (!digits.empty() && (!port || !is_digit(digits[0]))) return false;
        if (port) uri.port = int(*port);
        authority = authority.substr(0, colon);
    }
    if (authority.find_first_of(" <>\"\\^`{|}") != std::string_view::npos) return false;
    uri.host = to_lower(authority);
    return !uri.host.empty() || uri.scheme == "file";
}

enum class Form { absolute, relative, none };

std::size_t scheme_size(std::string_view text) {
    if (text.empty() || !is_letter(text[0])) return 0;
    auto end =
        std::size_t(std::ranges::find_if_not(
                        text, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; }) -
                    text.begin());
    return end > 1 && end < text.size() && text[end] == ':' ? end : 0;
}

Form read_uri(std::string_view text, Uri& uri) {
    text = trim_spaces(text);
    auto scheme = scheme_size(text);
    if (scheme == 0) return Form::relative;
    uri.scheme = base::to_lower(text.substr(0, scheme));
    uri.port = default_port(uri.scheme);
    text.remove_prefix(scheme + 1);
    if (auto hash = text.find('#'); hash != std::string_view::npos) {
        uri.fragment = escaped(text.substr(hash));
        text = text.substr(0, hash);
    }
    if (auto mark = text.find('?'); mark != std::string_view::npos) {
        uri.query = escaped(text.substr(mark));
        text = text.substr(0, mark);
    }
    if (uri.scheme == "mailto") {
        auto at = text.find('@');
        if (at == std::string_view::npos) return Form::none;
        return read_authority(text, uri) ? Form::absolute : Form::none;
    }
    uri.has_authority = text.starts_with("//");
    if (uri.has_authority) {
        text.remove_prefix(2);
        auto end = std::min(text.find('/'), text.size());
        if (!read_authority(text.substr(0, end), uri)) return Form::none;
        text.remove_prefix(end);
    } else if (default_port(uri.scheme) >= 0) {
        return Form::none; // http:x
    }
    uri.path = escaped(text);
    if (uri.has_authority) uri.path = uri.path.empty() ? "/" : straightened(uri.path);
    return Form::absolute;
}

std::string_view host_kind(Uri const& uri) {
    auto const& host = uri.host;
    if (host.empty()) return uri.scheme == "file" ? "Basic" : "Unknown";
    if (host.starts_with('[')) return "IPv6";
    auto parts = base::split(host, '.');
    bool numbers = parts.size() == 4 && std::ranges::all_of(parts, [](auto part) {
                       return !part.empty() && is_digit(part[0]) && dotnet::parse_integer(part, 0, 255).has_value();
                   });
    if (numbers) return "IPv4";
    bool dns = std::ranges::all_of(
        host, [](char c) { return is_letter(c) || is_digit(c) || (c & 0x80) || c == '.' || c == '-' || c == '_'; });
    return dns ? "Dns" : "Basic";
}

bool is_loopback(Uri const& uri) {
    if (uri.host == "localhost" || uri.host == "loopback" || uri.host == "[::1]") return true;
    if (uri.host.empty()) return uri.scheme == "file";
    return host_kind(uri) == "IPv4" && uri.host.starts_with("127.");
}

bool is_default_port(Uri const& uri) { return uri.port == default_port(uri.scheme); }
std::string port_suffix(Uri const& uri) { return is_default_port(uri) ? "" : ":" + std::to_string(uri.port); }
std::string truth(bool holds) { return holds ? "true" : "false"; }

std::string server_of(Uri const& uri) {
    auto slashes = uri.has_authority ? "://" : ":";
    return uri.scheme + slashes + (uri.scheme == "mailto" ? "" : uri.host + port_suffix(uri));
}

std::string whole(Uri const& uri) {
    auto rest = uri.path + uri.query + uri.fragment;
    if (uri.scheme == "mailto") return "mailto:" + uri.user + "@" + uri.host + rest;
    auto user = uri.user.empty() ? "" : uri.user + "@";
    return uri.scheme + (uri.has_authority ? "://" : ":") + user + uri.host + port_suffix(uri) + rest;
}

std::string unescaped(std::string const& path) { return base::decode_percent(path, false).value_or(path); }

std::string inner_host(Uri const& uri) {
    return uri.host.starts_with('[') ? uri.host.substr(1, uri.host.size() - 2) : uri.host;
}

using PartFunction = std::string (*)(Uri const&);
constexpr std::pair<std::string_view, PartFunction> parts[] = {
    {"absolutepath", [](Uri const& uri) { return uri.path; }},
    {"absoluteuri", whole},
    {"authority", [](Uri const& uri) { return uri.host + port_suffix(uri); }},
    {"dnssafehost", inner_host},
    {"fragment", [](Uri const& uri) { return uri.fragment; }},
    {"host", [](Uri const& uri) { return uri.host; }},
    {"hostandport", [](Uri const& uri) { return uri.host + (uri.port < 0 ? "" : ":" + std::to_string(uri.port)); }},
    {"hostnametype", [](Uri const& uri) { return std::string(host_kind(uri)); }},
    {"isdefaultport", [](Uri const& uri) { return truth(is_default_port(uri)); }},
    {"isfile", [](Uri const& uri) { return truth(uri.scheme == "file"); }},
    {"isloopback", [](Uri const& uri) { return truth(is_loopback(uri)); }},
    {"isunc", [](Uri const& uri) { return truth(uri.scheme == "file" && !uri.host.empty()); }},
    {"path", [](Uri const& uri) { return unescaped(uri.path); }},
    {"pathandquery", [](Uri const& uri) { return uri.path + uri.query; }},
    {"port", [](Uri const& uri) { return std::to_string(uri.port); }},
    {"query", [](Uri const& uri) { return uri.query; }},
    {"scheme", [](Uri const& uri) { return uri.scheme; }},
    {"schemeandserver", server_of},
    {"userinfo", [](Uri const& uri) { return uri.user; }},
};

Filtered uri_part(FilterCall const& call) {
    if (call.options.empty()) return "[UriPart error: no argument given]";
    std::string option(call.option(0));
    Uri uri;
    auto form = read_uri(call.text(), uri);
    if (form == Form::none) return std::string(call.text());
    auto wanted = base::to_lower(option);
    if (wanted == "isabsoluteuri") return truth(form == Form::absolute);
    auto part = std::ranges::find(parts, wanted, &std::pair<std::string_view, PartFunction>::first);
    if (part == std::end(parts)) return "[UriPart " + option + " error: argument '" + option + "' not supported]";
    if (form == Form::relative)
        return "[UriPart " + option + " error: This operation is not supported for a relative URI.]";
    return part->second(uri);
}

} // namespace

std::span<FilterEntry const> uri_filters() {
    static constexpr FilterEntry all[] = {{"uripart", uri_part, 0, any_number}};
    return all;
}

} // namespace stepwell::variables
