// A server in a process of its own, with a folder of its own.
#pragma once
#include "commands_support.h"
#include "run/launcher_client.h"

#include <filesystem>
#include <signal.h>
#include <sys/stat.h>

namespace stepwell::cli {

class ServedFolder : public ::testing::Test {
protected:
    void SetUp() override { ::chmod(folder_.c_str(), 0711); }
    void TearDown() override {
        quit_launcher();
        std::filesystem::remove_all(folder_);
    }
    std::string data() const { return folder_ + "/data"; }
    std::string database() const { return data() + "/stepwell.db"; }
    void quit_launcher() const { run::LauncherClient(data() + "/launcher.sock").quit(); }
    Program start() const {
        return Program(
            {"server", "--data", data(), "--listen", "127.0.0.1:0", "--run-uids", "61880-61881", "--allow-same-user"},
            {{{"STEPWELL_ADMIN_PASSWORD", "correct horse battery"}}, "", false});
    }
    // Starts the server for the first time and shuts it down.
    void make() const {
        auto server = start();
        ASSERT_TRUE(server.hears("listens on port"));
        end(server);
    }
    Ended end(Program& server) const {
        ::kill(server.id(), SIGTERM);
        quit_launcher(); // it has the standard streams of the server
        auto ended = server.end();
        EXPECT_EQ(ended.code, 0) << ended.err;
        return ended;
    }
    // Returns the message of a start that must fail.
    std::string refusal() const {
        auto server = start();
        auto ended = server.end();
        EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
        EXPECT_EQ(ended.out.find("listens on"), std::string::npos);
        // the message after the log
        auto said = ended.err.substr(std::min(ended.err.size(), ended.err.find("stepwell: ")));
        for (auto word : {"SQLite", "malformed", "terminate", "select"})
            EXPECT_EQ(said.find(word), std::string::npos) << ended.err;
        return said;
    }

    std::string folder_ = [] {
        char name[] = "/tmp/stepwell-check-XXXXXX";
        return std::string(::mkdtemp(name));
    }();
};

} // namespace stepwell::cli
