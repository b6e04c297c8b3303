// The configuration file that `stepwell login` writes, and the selection of server and key.
#pragma once
#include <functional>
#include <optional>
#include <string>

namespace stepwell::cli {

struct Config {
    std::string server, api_key;
    std::string key_id; // set if login created the key: logout then revokes it
};

// Returns the value of an environment variable; empty if not set.
using Environment = std::function<std::string(char const* name)>;
std::string process_environment(char const* name);

// Returns $XDG_CONFIG_HOME/stepwell/config.json, or the path below ~/.config.
std::string config_path(Environment const& environment);
// Returns nullopt if there is no file. Throws Error{invalid} if it cannot be read.
std::optional<Config> read_config(std::string const& path);
// Writes the file, readable only by its owner. Creates missing folders.
void write_config(std::string const& path, Config const& config);
// Returns false if there was no file.
bool remove_config(std::string const& path);

// The selected server and key. A key is used only with the server it belongs to: the key in the file is sent only to
// the server in the file.
struct Target {
    std::string server, api_key;
};
// Selects the given values; otherwise STEPWELL_URL and STEPWELL_API_KEY; otherwise OCTOPUS_URL and OCTOPUS_API_KEY;
// otherwise the file. Throws Error{invalid} if there is no server.
Target choose_target(Target given, Environment const& environment, std::optional<Config> const& config);

} // namespace stepwell::cli
