#include "store/folder.h"

#include "base/error.h"
#include "base/log.h"
#include "base/regular_file.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

struct OwnEntry {
    char const* name;
    mode_t type; // file type bits of a mode
};
constexpr OwnEntry own_entries[] = {
    {"key", S_IFREG},
    {"former-keys", S_IFDIR},
    {"stepwell.db", S_IFREG},
    {"stepwell.db-wal", S_IFREG},
    {"stepwell.db-shm", S_IFREG},
    {"stepwell.db-journal", S_IFREG},
    {"lock", S_IFREG},
    {"last-commit", S_IFREG},
    {"tickets", S_IFDIR},
    {"launcher.log", S_IFREG},
    {"launcher.sock", S_IFSOCK},
    {"control.sock", S_IFSOCK},
};
constexpr mode_t of_others = 077;

bool is_in_use(std::string_view name) {
    return std::ranges::find(own_entries, name, [](OwnEntry const& own) { return std::string_view(own.name); }) !=
           std::end(own_entries);
}

[[noreturn]] void refuse_link(std::string const& path) {
    throw Error(Kind::invalid, "'" + path + "' must not be a symbolic link. Replace it with its target.");
}

// Accepts a missing file.
void check_type(std::string const& path, mode_t type) {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) != 0 || (facts.st_mode & S_IFMT) == type) return;
    if (S_ISLNK(facts.st_mode)) refuse_link(path);
    if (type == S_IFREG) base::refuse_kind_of_file(path, facts.st_mode);
    throw Error(Kind::invalid, fmt::format("'{}' must be {}, but is {}. Remove it.", path, base::kind_of_file(type),
                                           base::kind_of_file(facts.st_mode)));
}

// Returns what another account could have done because of these permissions, and what to do about it.
std::string consequence(std::string_view name, bool is_key, mode_t mode, std::string const& folder) {
    if (is_key && (mode & 044) != 0)
        return ". The key may have been read. Replace it: stepwell rotate-key --data " + folder;
    if (name == "stepwell.db" && (mode & 022) != 0)
        return " and change it. Check the database: stepwell check --data " + folder;
    return "";
}

void refuse_foreign_folder(std::string const& folder, uid_t owner, std::vector<uid_t> const& owners) {
    if (std::ranges::find(owners, owner) != owners.end()) return;
    throw Error(Kind::invalid,
                fmt::format("'{0}' belongs to account {1}. Choose another folder. If you trust this installation, "
                            "change its owner to the server's account: chown -R --from={1} {2} {0}",
                            folder, owner, owners.front()));
}

class Closing {
public:
    Closing(std::string const& folder, std::vector<uid_t> const& owners) : folder_(folder), owners_(owners) {}

    void close_itself() {
        base::Fd opened(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        struct stat facts{};
        if (!opened || ::fstat(opened.get(), &facts) != 0) base::fail_with_errno("cannot open " + folder_);
        refuse_foreign_folder(folder_, facts.st_uid, owners_);
        was_closed_ = (facts.st_mode & of_others) == 0;
        if ((facts.st_mode & of_others) != 0 && !close(opened, folder_, facts, ""))
            throw Error(Kind::invalid, fmt::format("'{}' has mode {:04o}, and this account cannot change it. Change "
                                                   "the mode to 0700, or choose another folder.",
                                                   folder_, facts.st_mode & 07777));
    }
    void close_entries(std::string const& folder, bool are_keys) {
        for (auto const& entry : std::filesystem::directory_iterator(folder))
            close_entry(entry.path().string(), entry.path().filename().string(), are_keys);
    }

private:
    void close_entry(std::string const& path, std::string const& name, bool is_former_key) {
        base::Fd opened(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat facts{};
        if (!opened || ::fstat(opened.get(), &facts) != 0) return; // deleted meanwhile
        if (S_ISLNK(facts.st_mode)) {
            if (is_former_key || is_in_use(name)) refuse_link(path);
            return;
        }
        // In a closed folder, a socket is that of a launcher started by an earlier account of this server.
        if (!S_ISSOCK(facts.st_mode) || !was_closed_) check_owner_of(path, facts);
        bool is_key = is_former_key || name == "key";
        if ((facts.st_mode & of_others) != 0 &&
            !close(opened, path, facts, consequence(name, is_key, facts.st_mode, folder_)))
            base::log_warning("{} has mode {:04o} and belongs to account {}: its mode cannot be changed", path,
                              facts.st_mode & 07777, facts.st_uid);
        if (name == "former-keys" && !is_former_key && S_ISDIR(facts.st_mode)) close_entries(path, true);
    }
    void check_owner_of(std::string const& path, struct stat const& facts) const {
        if (std::ranges::find(owners_, facts.st_uid) != owners_.end()) return;
        throw Error(Kind::invalid, fmt::format("'{}' belongs to account {}. Remove it, or change its owner to the "
                                               "server's account.",
                                               path, facts.st_uid));
    }
    // Uses the descriptor, so that no process can replace the entry by a link in between.
    bool close(base::Fd const& opened, std::string const& path, struct stat const& facts,
               std::string const& consequence) const {
        auto mode = facts.st_mode & 07777, closed = mode & 0700;
        if (S_ISREG(facts.st_mode) && facts.st_nlink != 1)
            throw Error(Kind::invalid,
                        "'" + path + "' has more than one hard link. Remove it, or replace it with a copy.");
        if (::chmod(("/proc/self/fd/" + std::to_string(opened.get())).c_str(), closed) != 0) return false;
        base::log_warning("{}: mode changed from {:04o} to {:04o}, because other accounts could access it{}", path,
                          mode, closed, consequence);
        return true;
    }

    std::string const& folder_;
    std::vector<uid_t> const& owners_;
    bool was_closed_ = false;
};

} // namespace

void make_folder(std::string const& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot create " + folder);
}

bool is_own_name(std::string_view name) { return is_in_use(name) || name.starts_with("stepwell.db"); }

void check_purpose(std::string const& folder) {
    std::error_code failure;
    if (std::filesystem::equivalent(folder, "/", failure))
        throw Error(Kind::invalid, fmt::format("'{}' is the root of the file system. Choose a separate folder for the "
                                               "server, such as /var/lib/stepwell.",
                                               folder));
    struct stat facts{};
    if (::lstat((folder + "/stepwell.db").c_str(), &facts) == 0) return;
    for (auto const& entry : std::filesystem::directory_iterator(folder, failure)) {
        auto const name = entry.path().filename().string();
        if (is_own_name(name) || name == "lost+found") continue;
        throw Error(Kind::invalid, fmt::format("'{}' contains '{}' but no installation of Stepwell. Choose an empty "
                                               "folder or a new one, because only the server may access its content.",
                                               folder, name));
    }
}

void check_files(std::string const& folder) {
    for (auto const& own : own_entries) check_type(folder + "/" + own.name, own.type);
}

base::Fd lock_folder(std::string const& folder) {
    check_files(folder);
    auto path = folder + "/lock";
    for (;;) {
        auto lock = base::open_regular_file(path, O_CREAT | O_RDONLY);
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
            throw Error(Kind::conflict, "Another server or check is running on '" + folder + "'.");
        struct stat facts{};
        if (::fstat(lock.get(), &facts) != 0) base::fail_with_errno("cannot read " + path);
        if (facts.st_nlink > 0) return lock; // 0: a check deleted the file after it was opened here
    }
}

std::string resolve_link(std::string const& folder, std::vector<uid_t> const& owners) {
    auto link = folder;
    while (link.size() > 1 && link.ends_with('/')) link.pop_back(); // otherwise lstat would follow the link
    struct stat facts{};
    if (::lstat(link.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return folder;
    if (std::ranges::find(owners, facts.st_uid) == owners.end())
        throw Error(
            Kind::invalid,
            fmt::format("'{}' is a symbolic link that belongs to account {}. Use the path of the folder itself.", link,
                        facts.st_uid));
    std::error_code failure;
    auto target = std::filesystem::canonical(link, failure).string();
    if (failure || !std::filesystem::is_directory(target, failure))
        throw Error(Kind::invalid,
                    "'" + link +
                        "' is a symbolic link to a folder that does not exist. Create the folder, or remove the link.");
    return target;
}

void check_owner(std::string const& folder, std::vector<uid_t> const& owners) {
    struct stat facts{};
    if (::stat(folder.c_str(), &facts) != 0) base::fail_with_errno("cannot read " + folder);
    refuse_foreign_folder(folder, facts.st_uid, owners);
}

void close_folder(std::string const& folder, std::vector<uid_t> const& owners) {
    Closing closing(folder, owners);
    closing.close_itself();
    closing.close_entries(folder, false);
}

} // namespace stepwell::store
