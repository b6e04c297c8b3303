#include "schema/item_path.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

using namespace stepwell;

TEST(ItemPath, shows_positions_or_names_for_ids) {
    auto const document = base::parse_json(
        R"({"Steps":[{"Id":"s1","Name":"One"},{"Id":"s]2","Actions":[{"Name":"Go","Environments":["E-1"]}]}],"Tags":["a"]})");
    auto const both = [&](std::string_view path) {
        return schema::path_by_position(document, path) + " " + schema::path_by_name(document, path);
    };
    EXPECT_EQ(both("Steps[s1].Name"), "Steps[0].Name Steps['One'].Name");
    EXPECT_EQ(both("Steps[s]2].Actions[0].Environments[0]"),
              "Steps[1].Actions[0].Environments[0] Steps[1].Actions['Go'].Environments[0]");
    EXPECT_EQ(both("Tags[0]"), "Tags[0] Tags[0]");
    EXPECT_EQ(both("Steps[s9].Name"), "Steps[s9].Name Steps[s9].Name") << "not in the document";
    EXPECT_EQ(both("Other.Name"), "Other.Name Other.Name");
    EXPECT_EQ(both(""), " ");
}
