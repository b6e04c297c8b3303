#include "store/secrets.h"

#include "base/error.h"
#include "base/fold.h"
#include "store/draft.h"
#include "store/sealed.h"

namespace stepwell::store {

namespace {

constexpr char const* newest = "select max(version) from secret where owner_key = ? and path = ?";

} // namespace

std::string seal_secret(base::KeyRing const& key, std::string_view owner, std::string_view path,
                        std::string_view plain) {
    return base::seal(key, plain, owner_of_secret(owner, path));
}

void keep_secrets(Session& session, Draft const& draft) {
    auto stored = current_secrets(session, draft.id);
    auto const owner = base::fold(draft.id);
    base::Problems problems;
    for (auto const& secret : draft.secrets) {
        bool known = stored.erase(secret.path) > 0;
        if (!secret.sealed.empty()) {
            auto version = session.integer(newest, owner, secret.path).value_or(0) + 1;
            session.exec("insert into secret(owner_key, path, version, sealed) values(?, ?, ?, ?)", owner, secret.path,
                         version, Bytes{secret.sealed});
        } else if (!known) {
            problems.push_back({secret.path, "has no stored value to keep; send a value"});
        }
    }
    base::reject_if_any(std::move(problems));
    // An empty sealed value ends a path: earlier versions remain for the snapshots that refer to them.
    for (auto const& [path, number] : stored) {
        auto version = session.integer(newest, owner, path).value_or(0) + 1;
        session.exec("insert into secret(owner_key, path, version, sealed) values(?, ?, ?, ?)", owner, path, version,
                     Bytes{""});
    }
}

void keep_first_secret(Session& session, std::string const& owner, std::string const& path, std::string const& sealed) {
    session.exec("insert into secret(owner_key, path, version, sealed) values(?, ?, 1, ?) on conflict do nothing",
                 base::fold(owner), path, Bytes{sealed});
}

std::map<std::string, std::int64_t> current_secrets(Session& session, std::string const& owner) {
    std::map<std::string, std::int64_t> numbers;
    session.each(
        "select path, number, length(sealed) from secret s where owner_key = ? and "
        "version = (select max(version) from secret where owner_key = s.owner_key and path = s.path)",
        [&](Row const& row) {
            if (row.integer(2) > 0) numbers[row.string(0)] = row.integer(1);
        },
        base::fold(owner));
    return numbers;
}

std::string reveal_secret(Session& session, base::KeyRing const& key, std::int64_t number) {
    std::optional<std::string> plain;
    session.each(
        "select owner_key, path, sealed from secret where number = ?",
        [&](Row const& row) { plain = base::open_sealed(key, row.text(2), owner_of_secret(row.text(0), row.text(1))); },
        number);
    if (!plain) throw base::Error(base::Kind::internal, "a stored secret cannot be decrypted");
    return *plain;
}

std::optional<std::string> reveal_current(Session& session, base::KeyRing const& key, std::string const& owner,
                                          std::string const& path) {
    auto numbers = current_secrets(session, owner);
    auto at = numbers.find(path);
    if (at == numbers.end()) return std::nullopt;
    return reveal_secret(session, key, at->second);
}

} // namespace stepwell::store
