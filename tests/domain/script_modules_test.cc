#include "domain/script_modules.h"

#include <gtest/gtest.h>

using namespace stepwell;

namespace {

// Returns the file names of modules with these names and languages.
std::vector<std::string> files_of(std::vector<std::pair<std::string, std::string>> const& modules) {
    std::vector<std::string> texts;
    for (auto const& [name, language] : modules) {
        texts.push_back("Octopus.Script.Module[" + name + "]");
        texts.push_back("Octopus.Script.Module.Language[" + name + "]");
        texts.push_back(language);
    }
    std::vector<variables::Variable> all;
    for (std::size_t i = 0; i < texts.size(); i += 3) {
        all.push_back({texts[i], "text"});
        all.push_back({texts[i + 1], texts[i + 2]});
    }
    variables::Dictionary const dictionary(all);
    std::vector<std::string> files;
    for (auto const& module : domain::script_modules_in(dictionary)) files.push_back(module.file);
    return files;
}

using Files = std::vector<std::string>;

} // namespace

TEST(ScriptModules, keep_letters_and_digits_of_every_alphabet) {
    EXPECT_EQ(files_of({{"2nd tools", "Bash"}, {"Größe_a/b", "Bash"}, {"Утилиты (v2)", "Bash"}, {"日本…", "Bash"}}),
              (Files{"_2ndtools", "Größe_ab", "Утилитыv2", "日本"}));
}

TEST(ScriptModules, have_files_of_their_own) {
    EXPECT_EQ(files_of({{"!", "Bash"},
                        {"?", "Bash"},
                        {"a-b", "Bash"},
                        {"ab", "Bash"},
                        {"ab_2", "Bash"},
                        {"a b", "Python"},
                        {"Script", "Bash"}}),
              (Files{"_", "__2", "ab_3", "ab", "ab_2", "ab", "Script_2"}));
    auto const files = files_of({{std::string(300, 'x') + "1", "Bash"}, {std::string(300, 'x') + "2", "Bash"}});
    EXPECT_EQ(files, (Files{std::string(200, 'x'), std::string(200, 'x') + "_2"}));
}
