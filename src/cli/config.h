// What `stepwell login` remembers, and where the command line takes server and key from.
#pragma once
#include <functional>
#include <optional>
#include <string>

namespace stepwell::cli {

struct Config {
    std::string server, api_key;
    std::string key_id; // set when login had the key issued: logout revokes it
};

// Value of an environment variable; empty when not set.
using Environment = std::function<std::string(char const* name)>;
std::string process_environment(char const* name);

// $XDG_CONFIG_HOME/stepwell/config.json, else below ~/.config.
std::string config_path(Environment const& environment);
// Nothing when there is none. Throws Error{invalid} for one that cannot be read.
std::optional<Config> read_config(std::string const& path);
// Readable by its owner alone; makes the folders.
void write_config(std::string const& path, Config const& config);
// False when there was none.
bool remove_config(std::string const& path);

// A key is only taken for the server it belongs to: that of the file goes to the server of the file.
struct Target {
    std::string server, api_key;
};
// What was given, else STEPWELL_URL and STEPWELL_API_KEY, else OCTOPUS_URL and OCTOPUS_API_KEY, else the file. Throws
// Error{invalid} when no server is known.
Target choose_target(Target given, Environment const& environment, std::optional<Config> const& config);

} // namespace stepwell::cli
