#include "cli/config.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

namespace stepwell::cli {

namespace {

std::string without_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

bool same_server(std::string const& a, std::string const& b) {
    return base::equal_ignoring_case(without_slash(a), without_slash(b));
}

} // namespace

std::string process_environment(char const* name) {
    auto const value = std::getenv(name);
    return value ? value : "";
}

std::string config_path(Environment const& environment) {
    auto folder = environment("XDG_CONFIG_HOME");
    // The XDG specification requires ignoring a relative path.
    if (!folder.starts_with('/')) {
        auto const home = environment("HOME");
        if (home.empty())
            throw base::Error(base::Kind::invalid,
                              "Cannot locate the configuration file: set XDG_CONFIG_HOME or HOME.");
        folder = home + "/.config";
    }
    return folder + "/stepwell/config.json";
}

std::optional<Config> read_config(std::string const& path) {
    auto const text = base::read_file(path);
    if (!text) return std::nullopt;
    try {
        auto const json = base::parse_json(*text, "the file");
        auto member = [&](std::string_view name) {
            auto const value = base::find_member(json, name);
            return value && value->is_string() ? std::string(value->get_string()) : std::string();
        };
        return Config{member("Server"), member("ApiKey"), member("KeyId")};
    } catch (base::Error const& error) {
        throw base::Error(base::Kind::invalid, path + " cannot be read: " + error.message());
    }
}

void write_config(std::string const& path, Config const& config) {
    auto const folder = std::filesystem::path(path).parent_path();
    std::filesystem::create_directories(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        base::fail_with_errno("cannot create " + folder.string());
    std::string json;
    base::JsonWriter(json)
        .begin_object()
        .member("Server", config.server)
        .member("ApiKey", config.api_key)
        .member("KeyId", config.key_id)
        .end_object();
    base::replace_file(path, json + "\n", 0600);
}

bool remove_config(std::string const& path) { return std::filesystem::remove(path); }

Target choose_target(Target given, Environment const& environment, std::optional<Config> const& config) {
    auto take = [&](std::string const& server, std::string const& api_key) {
        bool const own = given.server.empty() || server.empty() || same_server(given.server, server);
        if (given.server.empty()) given.server = server;
        if (given.api_key.empty() && own) given.api_key = api_key;
    };
    take(environment("STEPWELL_URL"), environment("STEPWELL_API_KEY"));
    take(environment("OCTOPUS_URL"), environment("OCTOPUS_API_KEY"));
    if (config) take(config->server, config->api_key);
    if (given.server.empty())
        throw base::Error(
            base::Kind::invalid,
            "No server is configured. Sign in with `stepwell login URL`, or set STEPWELL_URL and STEPWELL_API_KEY.");
    return given;
}

} // namespace stepwell::cli
