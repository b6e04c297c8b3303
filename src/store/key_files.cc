#include "store/key_files.h"

#include "base/error.h"
#include "base/regular_file.h"

#include <filesystem>
#include <sys/stat.h>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

std::string key_path(std::string const& folder) { return folder + "/key"; }
std::string former_keys(std::string const& folder) { return folder + "/former-keys"; }

constexpr std::size_t longest = 4096; // much longer than a key

base::SecretKey key_in(std::string const& path) {
    auto text = base::read_small_file(path, longest);
    if (!text) throw Error(Kind::internal, path + " is missing. Restore the key of this installation from a backup.");
    auto bytes = base::from_hex(*text);
    if (!bytes || bytes->size() != 32)
        throw Error(Kind::internal, path + " is damaged: it must contain 64 hexadecimal digits. Restore the file from "
                                           "a backup. Without it, secrets encrypted with this key cannot be read.");
    return base::SecretKey::from_bytes(*bytes);
}

} // namespace

void make_key_if_missing(std::string const& folder) {
    if (base::read_small_file(key_path(folder), 0)) return;
    base::replace_file(key_path(folder), base::to_hex(base::SecretKey::random().bytes()), 0400);
}

std::vector<base::SecretKey> load_keys(std::string const& folder) {
    std::vector<base::SecretKey> keys{key_in(key_path(folder))};
    std::error_code failure;
    auto files = std::filesystem::directory_iterator(former_keys(folder), failure);
    if (failure && failure != std::errc::no_such_file_or_directory)
        throw Error(
            Kind::internal,
            former_keys(folder) + " cannot be read (" + failure.message() +
                "). It must be a folder. Restore it from a backup. If the backup does not contain it, remove it.");
    for (auto const& entry : files) {
        auto path = entry.path().string();
        if (!path.ends_with(".new")) keys.push_back(key_in(path));
    }
    return keys;
}

void replace_key_files(std::string const& folder, base::SecretKey const& former, base::SecretKey const& next) {
    auto kept = former_keys(folder);
    if (::mkdir(kept.c_str(), 0700) != 0 && errno != EEXIST) base::fail_with_errno("cannot create " + kept);
    base::sync_folder(folder);
    // Named by digest, so that a rotation that was interrupted and repeated keeps one file.
    auto name = base::to_hex(base::sha256(former.bytes()).substr(0, 8));
    base::replace_file(kept + '/' + name, base::to_hex(former.bytes()), 0400);
    base::replace_file(key_path(folder), base::to_hex(next.bytes()), 0400);
}

} // namespace stepwell::store
