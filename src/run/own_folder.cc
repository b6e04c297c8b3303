#include "run/own_folder.h"

#include <algorithm>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace stepwell::run {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::optional<OwnFolder> open_own(int above, std::string const& parent, std::string const& name, mode_t mode) {
    base::Fd folder(::openat(above, name.c_str(), folder_flags | O_NOFOLLOW));
    struct stat facts{};
    if (!folder || ::fstat(folder.get(), &facts) != 0 || facts.st_uid != ::geteuid()) return std::nullopt;
    if (::fchmod(folder.get(), mode) != 0) return std::nullopt;
    return OwnFolder{parent + "/" + name, std::move(folder)};
}

} // namespace

std::vector<std::string> names_with_prefix(int folder, std::string_view prefix) {
    std::vector<std::string> names;
    std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(::openat(folder, ".", folder_flags)), ::closedir);
    while (auto* entry = listing ? ::readdir(listing.get()) : nullptr)
        if (std::string_view(entry->d_name).starts_with(prefix)) names.emplace_back(entry->d_name);
    std::ranges::sort(names);
    return names;
}

std::optional<OwnFolder> own_folder(std::string const& parent, std::string const& name, mode_t mode) {
    base::Fd above(::open(parent.c_str(), folder_flags));
    if (!above) return std::nullopt;
    ::mkdirat(above.get(), name.c_str(), 0700);
    if (auto found = open_own(above.get(), parent, name, mode)) return found;
    for (auto const& other : names_with_prefix(above.get(), name + "."))
        if (auto found = open_own(above.get(), parent, other, mode)) return found;
    auto path = parent + "/" + name + ".XXXXXX";
    if (!::mkdtemp(path.data())) return std::nullopt;
    return open_own(above.get(), parent, path.substr(parent.size() + 1), mode);
}

} // namespace stepwell::run
