// Owners and permissions of the files in DATA.
#include "store/folder.h"
#include "store/workbench.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

namespace stepwell::store {

namespace {

namespace fs = std::filesystem;

struct Folder : Workbench {
    static unsigned mode_of(std::string const& path) {
        struct stat facts{};
        EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
        return facts.st_mode & 07777;
    }
    // Returns the log lines about it.
    std::string close() {
        testing::internal::CaptureStderr();
        std::string refused;
        try {
            close_folder(data(), {::geteuid(), 0});
        } catch (base::Error const& error) {
            refused = error.message();
        }
        return testing::internal::GetCapturedStderr() + refused;
    }
};

} // namespace

TEST_F(Folder, is_closed_to_other_accounts_with_all_that_is_in_it) {
    store->replace_key();
    fs::create_directories(data() + "/tickets/0123");
    std::vector<std::string> paths{data(), data() + "/tickets"};
    for (auto name : {"key", "stepwell.db", "stepwell.db-wal", "stepwell.db-shm", "lock", "last-commit", "former-keys"})
        paths.push_back(data() + "/" + name);
    for (auto const& entry : fs::directory_iterator(data() + "/former-keys")) paths.push_back(entry.path());
    ASSERT_EQ(paths.size(), 10u);
    for (auto const& path : paths) ASSERT_EQ(::chmod(path.c_str(), 0777), 0) << path;
    ::chmod((data() + "/tickets/0123").c_str(), 02770);
    auto said = close();
    for (auto const& path : paths) {
        EXPECT_EQ(mode_of(path), 0700u) << path;
        EXPECT_NE(said.find(path + ": mode changed from 0777 to 0700"), std::string::npos) << path << "\n" << said;
    }
    EXPECT_EQ(mode_of(data() + "/tickets/0123"), 02770u) << "of a shim";
    EXPECT_EQ(close(), "") << "once is enough";
}

TEST_F(Folder, has_a_key_that_others_could_read_considered_known) {
    for (auto mode : {0444, 0640, 0404}) {
        ::chmod((data() + "/key").c_str(), mode_t(mode));
        auto said = close();
        auto words = "The key may have been read. Replace it: stepwell rotate-key --data " + data();
        EXPECT_NE(said.find(words), std::string::npos) << said;
        EXPECT_EQ(mode_of(data() + "/key") & 077, 0u);
    }
    ::chmod((data() + "/stepwell.db").c_str(), 0644);
    EXPECT_EQ(close().find("stepwell check"), std::string::npos) << "twin: they could not change it";
    ::chmod((data() + "/stepwell.db").c_str(), 0666);
    EXPECT_NE(close().find("stepwell check --data " + data()), std::string::npos);
}

TEST_F(Folder, follows_no_link) {
    auto elsewhere = folder.path() + "/elsewhere";
    base::replace_file(elsewhere, "x", 0644);
    fs::create_symlink(elsewhere, data() + "/link");
    EXPECT_EQ(close(), "") << "a name that is no business of ours";
    for (auto name : {"key", "stepwell.db", "last-commit", "tickets", "launcher.log"}) {
        store.reset();
        std::error_code none;
        fs::rename(data() + "/" + name, folder.path() + "/aside", none);
        fs::create_symlink(elsewhere, data() + "/" + name);
        EXPECT_NE(close().find(std::string(name) + "' must not be a symbolic link"), std::string::npos) << name;
        EXPECT_NE(why_refused(), "") << name;
        fs::remove(data() + "/" + name);
        fs::rename(folder.path() + "/aside", data() + "/" + name, none);
    }
    EXPECT_EQ(mode_of(elsewhere), 0644u);
    EXPECT_EQ(why_refused(), "") << "twin";
}

// Opening a pipe would wait for its other end.
TEST_F(Folder, waits_for_nothing_that_has_the_name_of_a_file) {
    store->replace_key();
    store.reset();
    auto aside = folder.path() + "/aside";
    auto make_socket = [](char const* path) {
        base::Fd const socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::string_view(path).copy(address.sun_path, sizeof address.sun_path - 1);
        return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    };
    std::pair<std::string, std::function<int(char const*)>> const kinds[] = {
        {"a named pipe", [](auto path) { return ::mkfifo(path, 0600); }},
        {"a socket", make_socket},
        {"a folder", [](auto path) { return ::mkdir(path, 0700); }},
        {"a device", [](auto path) { return ::mknod(path, S_IFCHR | 0600, makedev(1, 5)); }},
    };
    std::vector<std::string> names{"key",          "stepwell.db", "stepwell.db-wal",    "stepwell.db-shm", "lock",
                                   "launcher.log", "last-commit", "stepwell.db-journal"};
    for (auto const& entry : fs::directory_iterator(data() + "/former-keys"))
        names.push_back("former-keys/" + entry.path().filename().string());
    ASSERT_EQ(names.size(), 9u);
    for (auto const& [kind, make] : kinds) {
        if (kind == "a device" && ::geteuid() != 0) continue;
        for (auto const& name : names) {
            auto path = data() + "/" + name;
            store.reset();
            std::error_code none;
            fs::rename(path, aside, none);
            ASSERT_EQ(make(path.c_str()), 0) << kind << " " << path;
            auto words =
                "'" + path + "' must be a file, but is " + kind + ". Replace it with the original file, or remove it";
            auto said = why_refused();
            EXPECT_NE(said.find(words), std::string::npos) << said;
            fs::remove(path);
            fs::rename(aside, path, none);
        }
        EXPECT_EQ(why_refused(), "") << "twin";
    }
}

TEST_F(Folder, changes_no_file_that_has_another_name) {
    auto elsewhere = folder.path() + "/elsewhere";
    base::replace_file(elsewhere, "x", 0644);
    fs::create_hard_link(elsewhere, data() + "/name");
    EXPECT_NE(close().find("has more than one hard link"), std::string::npos);
    EXPECT_EQ(mode_of(elsewhere), 0644u);
}

TEST_F(Folder, refuses_what_belongs_to_another_account) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    for (std::string name : {"", "/key", "/stepwell.db", "/stepwell.db-wal", "/last-commit", "/planted"}) {
        why_refused();
        if (name == "/planted") base::replace_file(data() + name, "x");
        if (name == "/stepwell.db-wal") {
            store.reset();
            base::replace_file(data() + name, "");
        }
        ASSERT_EQ(::chown((data() + name).c_str(), 4321, 4321), 0) << name;
        auto words = why_refused();
        EXPECT_NE(words.find(data() + name + "' belongs to account 4321"), std::string::npos) << words;
        ASSERT_EQ(::chown((data() + name).c_str(), 0, 0), 0);
        if (name == "/planted") fs::remove(data() + name);
        EXPECT_EQ(why_refused(), "") << "twin";
    }
}

TEST_F(Folder, is_found_by_a_link_of_its_owners_alone) {
    auto link = folder.path() + "/link", second = folder.path() + "/second";
    auto find = [](std::string const& path) {
        try {
            return resolve_link(path, {::geteuid()});
        } catch (base::Error const& error) {
            return error.message();
        }
    };
    EXPECT_EQ(find(data()), data());
    EXPECT_EQ(find(data() + "/"), data() + "/");
    EXPECT_EQ(find(folder.path() + "/none"), folder.path() + "/none") << "a start makes it";
    fs::create_directory_symlink("data", link);
    fs::create_directory_symlink(link, second);
    auto whole = fs::canonical(data()).string();
    for (auto const& path : {link, link + "/", link + "//", second}) EXPECT_EQ(find(path), whole) << path;
    fs::create_symlink("nothing", folder.path() + "/broken");
    fs::create_symlink(data() + "/key", folder.path() + "/of-file");
    for (auto name : {"/broken", "/of-file"})
        EXPECT_NE(find(folder.path() + name).find("is a symbolic link to a folder that does not exist"),
                  std::string::npos);
    if (::geteuid() != 0) return;
    ASSERT_EQ(::lchown(link.c_str(), 4321, 4321), 0);
    EXPECT_NE(find(link + "/").find("'" + link + "' is a symbolic link that belongs to account 4321"),
              std::string::npos);
}

TEST_F(Folder, may_be_reached_by_a_link_itself) {
    store.reset();
    fs::create_directory_symlink(data(), folder.path() + "/link");
    EXPECT_NO_THROW(Store(folder.path() + "/link", clock));
}

TEST_F(Folder, is_never_the_root_of_the_file_system) {
    fs::create_directory_symlink("/", folder.path() + "/root");
    for (auto const& path : {std::string("/"), std::string("//"), std::string("/tmp/.."), folder.path() + "/root"}) {
        try {
            check_purpose(path);
            ADD_FAILURE() << path;
        } catch (base::Error const& error) {
            EXPECT_NE(error.message().find("is the root of the file system"), std::string::npos) << error.message();
        }
    }
    EXPECT_NO_THROW(check_purpose(data()));
}

TEST_F(Folder, has_only_what_it_should_under_the_names_of_the_server) {
    store.reset();
    for (std::string name : {"tickets", "former-keys", "launcher.sock", "control.sock", "key", "stepwell.db-journal"}) {
        auto const path = data() + "/" + name, aside = folder.path() + "/aside";
        std::error_code none;
        fs::rename(path, aside, none);
        auto refused = [&](char const* words) {
            try {
                check_files(data());
                ADD_FAILURE() << name << ", " << words;
            } catch (base::Error const& error) {
                EXPECT_NE(error.message().find("'" + path + "' must "), std::string::npos) << error.message();
                EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
            }
            fs::remove_all(path);
        };
        ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
        refused("is a named pipe");
        fs::create_symlink(aside, path);
        refused("not be a symbolic link");
        if (name.find(".sock") != std::string::npos) {
            fs::create_directory(path);
            refused("must be a socket, but is a folder");
        }
        fs::rename(aside, path, none);
    }
    EXPECT_NO_THROW(check_files(data()));
}

TEST_F(Folder, is_refused_when_its_database_cannot_be_written) {
    auto const path = store->database_path();
    store.reset();
    if (std::system(("chattr +i " + path + " 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "no immutable files here";
    auto const words = why_refused();
    ASSERT_EQ(std::system(("chattr -i " + path).c_str()), 0);
    EXPECT_NE(words.find("is not writable"), std::string::npos) << words;
    EXPECT_EQ(why_refused(), "") << "twin";
}

} // namespace stepwell::store
