#include "operations/find_named.h"

#include "base/text.h"
#include "base/utf8.h"

namespace stepwell::operations {

namespace {

constexpr std::int64_t max_ids_shown = 10;

class Finder {
public:
    Finder(store::Session& session, Noun const& noun, std::string const& word, NameSearch const& search)
        : session_(session), noun_(noun), word_(base::trim_spaces(word)), search_(search) {}

    std::optional<Stored> find() const {
        if (auto found = by_member("Id")) return found;
        if (auto found = by_name()) return found;
        if (has_column("Slug"))
            if (auto found = by_member("Slug")) return found;
        // If several certificates have this thumbprint, returns the newest one that is not archived.
        return has_column("Thumbprint") ? store::find_document(session_, noun_, word_, search_.space_id) : std::nullopt;
    }

private:
    bool has_column(std::string_view member) const {
        auto field = noun_.type->find(member);
        return field && field->flags.has(schema::indexed);
    }
    store::ListQuery query() const {
        store::ListQuery query{search_.space_id, {}, {}, search_.within, 0, max_ids_shown};
        query.above_spaces = true;
        return query;
    }
    std::optional<Stored> by_member(std::string const& member) const {
        auto wanted = query();
        wanted.filters.push_back({member, {word_}});
        return only(wanted, base::to_lower(member));
    }
    // Documents that are not archived take precedence.
    std::optional<Stored> by_name() const {
        if (!has_column("Name") && !has_column("Username")) return std::nullopt;
        auto wanted = query();
        wanted.name = word_;
        if (has_column("Archived")) {
            wanted.empty_member = "Archived";
            if (auto found = only(wanted, "name")) return found;
            wanted.empty_member.clear();
        }
        return only(wanted, "name");
    }
    std::optional<Stored> only(store::ListQuery const& wanted, std::string const& what) const {
        auto listed = store::list_documents(session_, noun_, wanted);
        if (listed.items.empty()) return std::nullopt;
        if (listed.items.size() == 1) return std::move(listed.items.front());
        std::vector<std::string> ids;
        for (auto const& item : listed.items) ids.push_back(item.id);
        base::reject(search_.path, "is ambiguous: several documents have the " + what + " '" + word_ +
                                       "'. Use the id of one of them: " + base::join(ids, ", "));
    }

    store::Session& session_;
    Noun const& noun_;
    std::string const word_;
    NameSearch const& search_;
};

} // namespace

std::optional<Stored> find_named(store::Session& session, Noun const& noun, std::string const& word,
                                 NameSearch const& search) {
    return Finder(session, noun, word, search).find();
}

} // namespace stepwell::operations
