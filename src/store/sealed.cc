#include "store/sealed.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "store/tables.h"

namespace stepwell::store {

std::optional<std::string> open_proof(Session& session, base::KeyRing const& key) {
    if (!has_tables(session)) return std::nullopt;
    auto sealed = session.text("select value from setting where name = 'KeyProof'");
    if (!sealed) return std::nullopt;
    if (auto id = base::open_sealed(key, base::from_hex(*sealed).value_or(""), owner_of_proof)) return id;
    throw base::Error(base::Kind::internal, "The key does not belong to this database. If it was replaced, restore the "
                                            "former key from former-keys or from a backup.");
}

std::string owner_of_secret(std::string_view document, std::string_view path) {
    return base::fold(document) + '\n' + std::string(path);
}

std::string owner_of_run_output(std::string_view run, std::string_view name) {
    return std::string(run) + "\noutput " + std::string(name);
}

std::string owner_of_output(std::string_view ticket, std::string_view name) {
    return std::string(ticket) + '\n' + std::string(name);
}

} // namespace stepwell::store
