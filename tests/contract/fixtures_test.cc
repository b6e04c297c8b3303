// Installations of earlier releases (tests/fixtures), opened by the current program.
#include "contract/workshop.h"

#include "base/files.h"

#include <fstream>
#include <zstd.h>

namespace stepwell::contract {

namespace {

std::string unpacked(std::string const& path) {
    auto const packed = base::read_file(path).value_or("");
    std::string bytes(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
    auto const size = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
    EXPECT_EQ(size, bytes.size()) << path;
    return bytes;
}

// Expects that `now` has everything that `before` has. Additions are allowed. Links are created anew by each program.
void expect_kept(Json const& before, Json const& now, std::string const& where) {
    if (before.is_object()) {
        ASSERT_TRUE(now.is_object()) << where;
        for (auto const& member : before.as_object()) {
            if (member.key() == "Links" || member.key() == "Completed") continue; // "5 minutes ago"
            auto const path = where + "/" + std::string(member.key());
            auto found = now.as_object().if_contains(member.key());
            ASSERT_TRUE(found) << path;
            expect_kept(member.value(), *found, path);
        }
    } else if (before.is_array()) {
        ASSERT_TRUE(now.is_array()) << where;
        ASSERT_EQ(now.as_array().size(), before.as_array().size()) << where;
        for (std::size_t i = 0; i < before.as_array().size(); ++i)
            expect_kept(before.at(i), now.at(i), where + "/" + std::to_string(i));
    } else {
        EXPECT_EQ(now, before) << where;
    }
}

class Fixtures : public testing::TestWithParam<std::string> {};

std::vector<std::string> all_fixtures() {
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(STEPWELL_FIXTURES))
        if (entry.is_directory()) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

} // namespace

TEST_P(Fixtures, lose_nothing) {
    auto const fixture = STEPWELL_FIXTURES "/" + GetParam();
    tests::TestServer server;
    auto const data = server.folder() + "/data";
    server.restart([&] {
        std::filesystem::remove_all(data);
        std::filesystem::create_directory(data);
        std::ofstream(data + "/stepwell.db", std::ios::binary) << unpacked(fixture + "/stepwell.db.zst");
        std::filesystem::copy_file(fixture + "/key", data + "/key");
    });
    auto const answers = parsed(unpacked(fixture + "/answers.json.zst"));
    EXPECT_GT(answers.as_object().size(), 20u);
    for (auto const& [path, before] : answers.as_object()) {
        auto const now = server.get(std::string(path));
        ASSERT_EQ(now.status, 200) << path << ": " << now.body;
        if (before.is_string())
            EXPECT_EQ(now.body, before.as_string()) << path;
        else
            expect_kept(before, parsed(now.body), std::string(path));
    }
    // Sealed values can be opened, and new ids follow the existing ones.
    auto const explained = server.json("/api/Spaces-1/environments?take=100");
    auto const made = server.created("/api/Spaces-1/environments", R"({"Name":"Made today"})");
    for (auto const& item : explained.at("Items").as_array()) EXPECT_NE(text_at(item, "/Id"), text_at(made, "/Id"));
}

INSTANTIATE_TEST_SUITE_P(of_releases, Fixtures, testing::ValuesIn(all_fixtures()),
                         [](auto const& info) { return base::replace_all(info.param, "-", "_"); });

} // namespace stepwell::contract
