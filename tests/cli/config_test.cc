#include "cli/config.h"

#include "base/error.h"
#include "base/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sys/stat.h>

namespace stepwell::cli {
namespace {

Environment with(std::map<std::string, std::string> values) {
    return [values = std::move(values)](char const* name) {
        auto const found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
}

std::string chosen(Target given, std::map<std::string, std::string> environment, std::optional<Config> config) {
    auto const target = choose_target(std::move(given), with(std::move(environment)), config);
    return target.server + " " + target.api_key;
}

TEST(Config, is_found_where_people_keep_configuration) {
    EXPECT_EQ(config_path(with({{"HOME", "/h"}})), "/h/.config/stepwell/config.json");
    EXPECT_EQ(config_path(with({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/x"}})), "/x/stepwell/config.json");
    EXPECT_EQ(config_path(with({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "x"}})), "/h/.config/stepwell/config.json");
    EXPECT_THROW(config_path(with({})), base::Error);
}

TEST(Config, is_for_its_owner_alone) {
    char name[] = "/tmp/stepwell-config-XXXXXX";
    std::string const folder = ::mkdtemp(name), path = folder + "/new/stepwell/config.json";
    EXPECT_FALSE(read_config(path));
    EXPECT_FALSE(remove_config(path));
    ::umask(0);
    write_config(path, {"http://a", "API-\"1", "K-1"});
    ::umask(022);
    auto mode = [](std::string const& of) {
        struct stat stat{};
        EXPECT_EQ(::stat(of.c_str(), &stat), 0);
        return stat.st_mode & 0777;
    };
    EXPECT_EQ(mode(path), 0600u);
    EXPECT_EQ(mode(folder + "/new/stepwell"), 0700u);
    auto const config = read_config(path);
    ASSERT_TRUE(config);
    EXPECT_EQ(config->server + config->api_key + config->key_id, "http://aAPI-\"1K-1");
    base::replace_file(path, "{");
    try {
        read_config(path);
        ADD_FAILURE();
    } catch (base::Error const& error) {
        EXPECT_EQ(error.message().find(path + " cannot be read: the file is not valid JSON"), 0u) << error.message();
    }
    EXPECT_TRUE(remove_config(path));
    std::filesystem::remove_all(folder);
}

TEST(Config, is_asked_last) {
    Config const file{"http://file", "file-key", ""};
    std::map<std::string, std::string> const own{{"STEPWELL_URL", "http://own"}, {"STEPWELL_API_KEY", "own-key"}};
    std::map<std::string, std::string> const octopus{{"OCTOPUS_URL", "http://octopus"},
                                                     {"OCTOPUS_API_KEY", "octopus-key"}};
    auto both = own;
    both.insert(octopus.begin(), octopus.end());
    EXPECT_EQ(chosen({"http://given", "given-key"}, both, file), "http://given given-key");
    EXPECT_EQ(chosen({}, both, file), "http://own own-key");
    EXPECT_EQ(chosen({}, octopus, file), "http://octopus octopus-key");
    EXPECT_EQ(chosen({}, {}, file), "http://file file-key");
    EXPECT_EQ(chosen({}, {{"STEPWELL_API_KEY", "own-key"}}, file), "http://file own-key");
    EXPECT_THROW(choose_target({}, with({}), {}), base::Error);
}

TEST(Config, gives_a_key_to_the_server_it_belongs_to_and_to_no_other) {
    Config const file{"http://file", "file-key", ""};
    EXPECT_EQ(chosen({"http://given", ""}, {}, file), "http://given ");
    EXPECT_EQ(chosen({"http://FILE/", ""}, {}, file), "http://FILE/ file-key");
    EXPECT_EQ(chosen({}, {{"STEPWELL_URL", "http://own"}}, file), "http://own ");
    EXPECT_EQ(
        chosen({"http://given", ""}, {{"OCTOPUS_URL", "http://octopus"}, {"OCTOPUS_API_KEY", "octopus-key"}}, file),
        "http://given ");
}

} // namespace
} // namespace stepwell::cli
